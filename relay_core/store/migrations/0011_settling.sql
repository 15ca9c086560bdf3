-- What people decided about messages of which nobody knows whether they left, and what recipients
-- decided about messages. In the subset that DuckDB and PostgreSQL share.

CREATE TABLE settlements (
    delivery_id BIGINT NOT NULL,
    left_at     TIMESTAMP NOT NULL,        -- of the attempt in doubt
    run_id      BIGINT NOT NULL,
    integration_id TEXT NOT NULL,
    phone       TEXT NOT NULL,
    decided     TEXT NOT NULL CHECK (decided IN ('sent', 'again', 'not_sent')),
    actor       TEXT NOT NULL,
    decided_at  TIMESTAMP NOT NULL,
    channel_id  TEXT,                      -- of that attempt, once a late receipt names it
    PRIMARY KEY (delivery_id, left_at)
);

CREATE SEQUENCE opt_out_ids;

-- Every message that asks for no more messages, or for messages again; only ever added to.
CREATE TABLE opt_outs (
    id          BIGINT PRIMARY KEY DEFAULT nextval('opt_out_ids'),
    phone       TEXT NOT NULL,             -- E.164
    wish        TEXT NOT NULL CHECK (wish IN ('stop', 'start')),
    word        TEXT NOT NULL,             -- as it was understood
    source      TEXT NOT NULL,             -- 'reply'
    message_id  TEXT NOT NULL UNIQUE,      -- a repeated webhook adds nothing
    happened_at TIMESTAMP NOT NULL,        -- by the vendor's clock
    received_at TIMESTAMP NOT NULL,
    spread_at   TIMESTAMP                  -- when it was made into changes of tags; null: not yet
);

-- Whose word blocked a number: only what a reply blocked is lifted by a reply.
ALTER TABLE suppressions ADD COLUMN set_by TEXT DEFAULT 'hand';
UPDATE suppressions SET set_by = 'reply';

-- What a button of a message stands for, beside its label.
ALTER TABLE replies ADD COLUMN payload TEXT;

INSERT INTO opt_outs (phone, wish, word, source, message_id, happened_at, received_at)
SELECT phone, 'stop', 'stop', 'reply', message_id, happened_at, received_at
  FROM replies WHERE is_stop AND phone IS NOT NULL;

-- Changes of tags in Zendesk that follow from them, to be made until they are made.
CREATE TABLE tag_changes (
    opt_out_id  BIGINT NOT NULL,
    person_id   BIGINT NOT NULL,
    tag         TEXT NOT NULL,
    change      TEXT NOT NULL CHECK (change IN ('add', 'remove')),
    tries       INTEGER NOT NULL DEFAULT 0,
    due_at      TIMESTAMP NOT NULL,
    ended_at    TIMESTAMP,                 -- made, overtaken, or given up
    trouble     TEXT,                      -- what Zendesk said last, when it refused
    PRIMARY KEY (opt_out_id, person_id)
);

-- Webhooks with the right key that could not be read, the latest ones: a person can look at them.
CREATE SEQUENCE unread_event_ids;
CREATE TABLE unread_events (
    id          BIGINT PRIMARY KEY DEFAULT nextval('unread_event_ids'),
    received_at TIMESTAMP NOT NULL,
    bytes       INTEGER NOT NULL,
    body        TEXT NOT NULL              -- its beginning
);
