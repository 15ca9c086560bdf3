-- What stands between a queued delivery and its turn. In the subset that DuckDB and PostgreSQL share.

-- Why `due_at` lies ahead, where a gate put it there; null where nothing holds the delivery.
ALTER TABLE deliveries ADD COLUMN held_for TEXT;

-- How many messages of a lane left on one of the account's days, or may have left. Kept while a
-- daily limit is set; counted from the deliveries when a sender takes up its lane.
CREATE TABLE lane_days (
    lane        TEXT NOT NULL,             -- integrations.id
    day         DATE NOT NULL,             -- by the account's clock
    begins_at   TIMESTAMP NOT NULL,        -- the same day in UTC
    ends_at     TIMESTAMP NOT NULL,
    messages    INTEGER NOT NULL,
    PRIMARY KEY (lane, day)
);

-- When a lane was last told, by a receipt, that it sends too fast.
CREATE TABLE lane_throttles (
    lane        TEXT PRIMARY KEY,          -- integrations.id
    told_at     TIMESTAMP NOT NULL
);

-- The first messages of a run, after which it looks before it goes on.
CREATE TABLE canaries (
    run_id        BIGINT PRIMARY KEY,
    size          INTEGER NOT NULL,        -- messages that go first
    wait_s        INTEGER NOT NULL,        -- seconds to wait for their receipts
    most_failures DOUBLE PRECISION NOT NULL, -- share of failed ones up to which it goes on
    state         TEXT NOT NULL CHECK (state IN ('chosen', 'leading', 'passed', 'stopped')),
    decided_at    TIMESTAMP
);

-- Numbers that a channel wants left alone for a while, whatever the run.
CREATE TABLE rests (
    phone       TEXT NOT NULL,             -- E.164
    channel     TEXT NOT NULL,             -- 'whatsapp' or 'sms'
    until_at    TIMESTAMP NOT NULL,
    code        TEXT NOT NULL,             -- what the channel said
    PRIMARY KEY (phone, channel)
);
