-- Zendesk Talk as a channel. In the subset that DuckDB and PostgreSQL share.

-- Unknown deliveries whose request may be made again under its own key, which cannot send a second
-- message: from the first doubt until the channel forgets the key. The delivery stays unknown.
CREATE TABLE repeats (
    delivery_id BIGINT PRIMARY KEY,
    lane        TEXT NOT NULL,
    until       TIMESTAMP NOT NULL,        -- never repeated after this moment
    due_at      TIMESTAMP NOT NULL,        -- never tried before this moment
    tries       INTEGER NOT NULL           -- how often it was repeated
);

-- How far the message history was read: earlier texts need no other look.
CREATE TABLE talk_marks (
    name        TEXT PRIMARY KEY,          -- history
    text_id     BIGINT NOT NULL            -- the vendor's
);
