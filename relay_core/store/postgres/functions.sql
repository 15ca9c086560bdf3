-- Functions of DuckDB that named queries use and PostgreSQL lacks, with DuckDB's meaning.

CREATE OR REPLACE FUNCTION list_contains(list anyarray, wanted anyelement) RETURNS BOOLEAN
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT CASE WHEN list IS NULL OR wanted IS NULL THEN NULL ELSE wanted = ANY (list) END';

CREATE OR REPLACE FUNCTION list_has_any(list TEXT[], wanted TEXT[]) RETURNS BOOLEAN
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN list && wanted;

CREATE OR REPLACE FUNCTION contains(text TEXT, part TEXT) RETURNS BOOLEAN
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN strpos(text, part) > 0;

CREATE OR REPLACE FUNCTION regexp_full_match(text TEXT, pattern TEXT) RETURNS BOOLEAN
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN text ~ ('^(?:' || pattern || ')$');

-- The second half of an MD5, its bytes from the last to the first.
CREATE OR REPLACE FUNCTION md5_number_lower(text TEXT) RETURNS NUMERIC(20)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT trunc(sum(get_byte(decode(md5(text), 'hex'), 8 + place)
                             * power(256::NUMERIC, place)))
              FROM generate_series(0, 7) AS place);

-- A number as TRY_CAST reads it, where it is one.
CREATE OR REPLACE FUNCTION try_bigint(text TEXT) RETURNS BIGINT
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN text ~ '^[0-9]{1,18}$' THEN CAST(text AS BIGINT) END;

-- The same of a truth.
CREATE OR REPLACE FUNCTION try_boolean(text TEXT) RETURNS BOOLEAN
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN lower(text) IN ('true', 't', 'yes', 'y', '1') THEN true
                WHEN lower(text) IN ('false', 'f', 'no', 'n', '0') THEN false END;

CREATE OR REPLACE FUNCTION len(list anyarray) RETURNS INTEGER
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT cardinality(list)';

CREATE OR REPLACE FUNCTION list_concat(one anyarray, other anyarray) RETURNS anyarray
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT array_cat(one, other)';

-- Regular expressions of RE2, which names letters and digits of all languages in another way.
CREATE OR REPLACE FUNCTION re2(pattern TEXT) RETURNS TEXT
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN replace(pattern, '\pL\pN', '[:alnum:]');

CREATE OR REPLACE FUNCTION re2_matches(text TEXT, pattern TEXT, options TEXT) RETURNS BOOLEAN
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN text ~ ('(?' || options || ')' || re2(pattern));

CREATE OR REPLACE FUNCTION re2_replace(text TEXT, pattern TEXT, by TEXT, options TEXT) RETURNS TEXT
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN regexp_replace(text, re2(pattern), by, options);

-- One member of an object, by its name.
CREATE OR REPLACE FUNCTION variant_extract(object JSONB, name TEXT) RETURNS JSONB
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN object -> name;

-- A truth as TRY_CAST reads it from a VARIANT, where fewer texts say one.
CREATE OR REPLACE FUNCTION try_boolean(value JSONB) RETURNS BOOLEAN
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE jsonb_typeof(value)
           WHEN 'boolean' THEN CAST(value AS BOOLEAN)
           WHEN 'number' THEN CAST(value AS NUMERIC) <> 0
           WHEN 'string' THEN CASE WHEN lower(value #>> '{}') IN ('true', 't', 'yes') THEN true
                                   WHEN lower(value #>> '{}') IN ('false', 'f', 'no') THEN false END
           END;

-- The same of what is said as JSON, by a pointer such as /key.
CREATE OR REPLACE FUNCTION json_extract_string(object JSON, pointer TEXT) RETURNS TEXT
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN object ->> substr(pointer, 2);
