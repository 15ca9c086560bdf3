-- More of what Zendesk knows, and what can be worked out again. DuckDB only.

CREATE TABLE tickets (
    id           BIGINT PRIMARY KEY,
    requester_id BIGINT NOT NULL,
    status       TEXT NOT NULL,            -- new, open, pending, hold, solved, closed, deleted
    updated_at   TIMESTAMP NOT NULL
);

-- The person's WhatsApp identity: digits of a number, or WhatsApp's own id where the number is
-- hidden; null where Zendesk names none.
ALTER TABLE people ADD COLUMN whatsapp TEXT;

-- Who belongs to which organization. A user's record names the default one only.
CREATE TABLE memberships (
    id              BIGINT PRIMARY KEY,
    person_id       BIGINT NOT NULL,
    organization_id BIGINT NOT NULL,
    is_default      BOOLEAN NOT NULL,
    seen_at         TIMESTAMP NOT NULL     -- when the reading began that saw it last
);

-- Why a resource could not be read, as a sentence for a person; null when it could.
ALTER TABLE sync_progress ADD COLUMN notice TEXT;

-- Which conditions held for whom at the last use of a segment: one character for each condition.
CREATE TABLE segment_marks (
    segment_id   BIGINT NOT NULL,
    person_id    BIGINT NOT NULL,
    matched      BOOLEAN NOT NULL,
    truths       TEXT NOT NULL
);
