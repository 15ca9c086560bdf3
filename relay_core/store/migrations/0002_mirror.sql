-- What Zendesk knows, mirrored so that audience questions are answered here. DuckDB only; it can be
-- thrown away and synced again.

CREATE TABLE people (
    id              BIGINT PRIMARY KEY,
    name            TEXT NOT NULL,
    email           TEXT,
    role            TEXT NOT NULL,         -- end-user, agent, admin
    phone           TEXT,                  -- as Zendesk holds it, free text
    phone_e164      TEXT,                  -- null unless phone_state is 'valid'
    phone_state     TEXT NOT NULL CHECK (phone_state IN ('missing', 'invalid', 'valid')),
    phone_country   TEXT,                  -- ISO 3166 of a valid number
    phone_mobile    BOOLEAN,               -- null where the country's numbers do not tell
    shared_phone    BOOLEAN NOT NULL,
    locale          TEXT,
    time_zone       TEXT,
    organization_ids BIGINT[] NOT NULL,
    tags            VARCHAR[] NOT NULL,    -- never null: "not tagged" must be true for no tags
    fields          VARIANT,               -- custom user fields by key
    notes           TEXT,
    details         TEXT,
    external_id     TEXT,
    verified        BOOLEAN NOT NULL,
    suspended       BOOLEAN NOT NULL,
    active          BOOLEAN NOT NULL,      -- false: deleted in Zendesk
    last_login_at   TIMESTAMP,
    created_at      TIMESTAMP NOT NULL,
    updated_at      TIMESTAMP NOT NULL
);

CREATE TABLE user_fields (
    key       TEXT PRIMARY KEY,
    title     TEXT NOT NULL,
    type      TEXT NOT NULL,               -- Zendesk's: text, dropdown, checkbox, date, integer ...
    options   TEXT NOT NULL,               -- JSON: [{"value", "name"}], empty unless a choice
    position  INTEGER NOT NULL
);

CREATE TABLE organizations (
    id        BIGINT PRIMARY KEY,
    name      TEXT NOT NULL
);

-- How far each resource has been fetched; committed together with the page it speaks of.
CREATE TABLE sync_progress (
    resource    TEXT PRIMARY KEY,          -- people
    cursor      TEXT,                      -- the next page; kept at the end for the next sync
    fetched     BIGINT NOT NULL,           -- records of the present or last pass
    begun_at    TIMESTAMP NOT NULL,
    finished_at TIMESTAMP                  -- null while a pass is unfinished
);
