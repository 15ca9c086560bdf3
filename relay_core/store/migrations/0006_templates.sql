-- How templates came to be what they are: versions of their text, changes of their status, and what
-- is under way. In the subset that DuckDB and PostgreSQL share.

-- Deleted templates stay: campaigns and runs name them.
ALTER TABLE templates ADD COLUMN deleted_at TIMESTAMP;
-- Somebody asked for the deletion, and some integration may still have it.
ALTER TABLE templates ADD COLUMN deletion_asked_at TIMESTAMP;
-- The template whose text this one was made from, to take its place.
ALTER TABLE templates ADD COLUMN replaces BIGINT;

-- When Relay itself last asked for a change here. The vendor's list may be older than that.
ALTER TABLE template_states ADD COLUMN acted_at TIMESTAMP;

-- Integrations whose templates could not be read, and why.
CREATE TABLE template_troubles (
    integration_id TEXT PRIMARY KEY,
    advice         TEXT NOT NULL,
    since          TIMESTAMP NOT NULL
);

CREATE TABLE template_versions (
    template_id BIGINT NOT NULL,
    number      INTEGER NOT NULL,
    content     TEXT NOT NULL,             -- the whole template as JSON
    made_at     TIMESTAMP NOT NULL,
    actor       TEXT NOT NULL,
    origin      TEXT NOT NULL CHECK (origin IN ('relay', 'sunco')),
    PRIMARY KEY (template_id, number)
);

-- Every change of a status on one integration; only ever added to.
CREATE SEQUENCE template_event_ids;
CREATE TABLE template_events (
    id             BIGINT PRIMARY KEY DEFAULT nextval('template_event_ids'),
    template_id    BIGINT NOT NULL,
    integration_id TEXT NOT NULL,
    status_before  TEXT,                   -- null at first sight
    status_after   TEXT NOT NULL,
    reason         TEXT,
    source         TEXT NOT NULL CHECK (source IN ('relay', 'listed')), -- our own deed, or seen in the list
    happened_at    TIMESTAMP NOT NULL
);

-- Templates that were kept before this begin with the text and the status they have.
INSERT INTO template_versions
SELECT id, 1, content, updated_at, 'unknown', origin FROM templates;

INSERT INTO template_events
       (template_id, integration_id, status_before, status_after, reason, source, happened_at)
SELECT template_id, integration_id, NULL, status, reason, 'listed', checked_at FROM template_states;
