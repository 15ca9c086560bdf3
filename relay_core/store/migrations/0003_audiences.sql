-- What people decided about audiences: uploads, choices by hand, and how segments came to be. In the
-- subset that DuckDB and PostgreSQL share.

CREATE SEQUENCE upload_ids;
CREATE SEQUENCE segment_use_ids;

CREATE TABLE uploads (
    id          BIGINT PRIMARY KEY DEFAULT nextval('upload_ids'),
    name        TEXT NOT NULL UNIQUE,
    column_name TEXT NOT NULL,             -- the column of the file that says who
    read_as     TEXT NOT NULL CHECK (read_as IN ('id', 'email', 'phone', 'external_id')),
    file_rows   INTEGER NOT NULL,
    created_at  TIMESTAMP NOT NULL,
    created_by  TEXT NOT NULL
);

CREATE TABLE upload_people (
    upload_id   BIGINT NOT NULL,
    person_id   BIGINT NOT NULL,
    file_row    INTEGER NOT NULL,          -- the first row that names this person; the header is row 1
    PRIMARY KEY (upload_id, person_id)
);

-- What the rows of a file say, for people who appear later or get such a number or address then.
CREATE TABLE upload_identifiers (
    upload_id   BIGINT NOT NULL,
    identifier  TEXT NOT NULL,             -- as it is compared: lower case, numbers in E.164
    file_row    INTEGER NOT NULL,          -- the first row that says so
    PRIMARY KEY (upload_id, identifier)
);

-- Rows of a file that name nobody, kept so that nothing of it is lost.
CREATE TABLE upload_leftovers (
    upload_id   BIGINT NOT NULL,
    file_row    INTEGER NOT NULL,
    content     TEXT NOT NULL,
    reason      TEXT NOT NULL
);

-- Somebody moved a person by hand. Campaign 0 stands for every campaign: the block list.
CREATE TABLE choices (
    campaign_id BIGINT NOT NULL,
    person_id   BIGINT NOT NULL,
    choice      TEXT NOT NULL CHECK (choice IN ('included', 'excluded')),
    actor       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    chosen_at   TIMESTAMP NOT NULL,
    PRIMARY KEY (campaign_id, person_id),
    CHECK (campaign_id <> 0 OR choice = 'excluded')
);

CREATE TABLE segment_versions (
    segment_id  BIGINT NOT NULL,
    number      INTEGER NOT NULL,
    definition  TEXT NOT NULL,
    saved_at    TIMESTAMP NOT NULL,
    saved_by    TEXT NOT NULL,
    PRIMARY KEY (segment_id, number)
);

-- Each time a segment was counted on purpose; its size over time.
CREATE TABLE segment_uses (
    id           BIGINT PRIMARY KEY DEFAULT nextval('segment_use_ids'),
    segment_id   BIGINT NOT NULL,
    version      INTEGER NOT NULL,
    evaluated    TEXT NOT NULL,             -- JSON of what it said once segments were followed
    used_at      TIMESTAMP NOT NULL,
    purpose      TEXT NOT NULL,             -- 'run 12', 'snapshot'
    matched      INTEGER NOT NULL,
    will_receive INTEGER NOT NULL
);

-- Segments that were saved before versions were kept begin with the one they have.
INSERT INTO segment_versions
SELECT id, 1, definition, updated_at, 'unknown' FROM segments;

-- In which the account's days begin and end (IANA); null until Zendesk was asked.
ALTER TABLE account ADD COLUMN time_zone TEXT;
