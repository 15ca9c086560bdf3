-- More of what Zendesk knows, and what can be worked out again. DuckDB only.

CREATE TABLE tickets (
    id           BIGINT PRIMARY KEY,
    requester_id BIGINT NOT NULL,
    status       TEXT NOT NULL,            -- new, open, pending, hold, solved, closed, deleted
    updated_at   TIMESTAMP NOT NULL
);

-- Digits of the person's WhatsApp identity; null where Zendesk holds none.
ALTER TABLE people ADD COLUMN whatsapp TEXT;

-- Which conditions held for whom at the last use of a segment: one character for each condition.
CREATE TABLE segment_marks (
    segment_id   BIGINT NOT NULL,
    person_id    BIGINT NOT NULL,
    matched      BOOLEAN NOT NULL,
    truths       TEXT NOT NULL
);
