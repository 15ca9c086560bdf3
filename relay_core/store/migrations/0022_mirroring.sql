-- What Zendesk was told of Relay's own work, so that the next pass tells only what differs.

-- One row, once mirroring was begun.
CREATE TABLE mirroring (
    home        TEXT NOT NULL,             -- begins every external id: two files of one account never mix
    since_run   BIGINT NOT NULL,           -- messages of earlier runs are not told
    held        TEXT                       -- why a copy waits for a person; null: it goes on
);

-- What was told. No key: the only writer takes a row away before it puts its successor.
CREATE TABLE mirrored (
    kind        TEXT NOT NULL,             -- see mirroring/objects.py; or 'tag'
    id          BIGINT NOT NULL,           -- Relay's own, of that kind; for a tag the message's
    version     TEXT NOT NULL,             -- of what was told; for a tag the tag
    person_id   BIGINT,                    -- who has the tag
    trouble     TEXT,                      -- why Zendesk refused it; null: it is there
    tries       INTEGER NOT NULL,          -- of this version
    told_at     TIMESTAMP NOT NULL
);
