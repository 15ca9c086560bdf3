-- What must survive. Every statement here is in the subset that DuckDB and PostgreSQL share, and
-- every moment is naive UTC. No foreign keys: DuckDB refuses an update of a row that is referred to.

-- One sequence for each kind of thing, so that people see run 1, 2, 3.
CREATE SEQUENCE template_ids;
CREATE SEQUENCE segment_ids;
CREATE SEQUENCE campaign_ids;
CREATE SEQUENCE run_ids;
CREATE SEQUENCE delivery_ids;

CREATE TABLE integrations (
    id          TEXT PRIMARY KEY,          -- the vendor's id; also the name of the lane
    type        TEXT NOT NULL,             -- whatsapp, twilio, messagebird, talk
    name        TEXT NOT NULL,
    status      TEXT NOT NULL,             -- active, inactive, error, gone (no longer listed)
    sender      TEXT,                      -- the number people see, where the vendor tells
    seen_at     TIMESTAMP NOT NULL
);

CREATE TABLE templates (
    id          BIGINT PRIMARY KEY DEFAULT nextval('template_ids'),
    name        TEXT NOT NULL,
    language    TEXT NOT NULL,
    content     TEXT NOT NULL,             -- the whole template as JSON, see templates/template.py
    origin      TEXT NOT NULL CHECK (origin IN ('relay', 'sunco')),
    created_at  TIMESTAMP NOT NULL,
    updated_at  TIMESTAMP NOT NULL,
    UNIQUE (name, language)
);

CREATE TABLE template_states (
    template_id    BIGINT NOT NULL,
    integration_id TEXT NOT NULL,
    status         TEXT NOT NULL,          -- READY, or Meta's word; only READY and APPROVED can be sent
    reason         TEXT,                   -- Meta's reason for a rejection, or why a submission failed
    checked_at     TIMESTAMP NOT NULL,
    PRIMARY KEY (template_id, integration_id)
);

CREATE TABLE segments (
    id          BIGINT PRIMARY KEY DEFAULT nextval('segment_ids'),
    name        TEXT NOT NULL UNIQUE,
    definition  TEXT NOT NULL,             -- JSON, see audience/definition.py
    created_at  TIMESTAMP NOT NULL,
    updated_at  TIMESTAMP NOT NULL
);

CREATE TABLE campaigns (
    id             BIGINT PRIMARY KEY DEFAULT nextval('campaign_ids'),
    name           TEXT NOT NULL UNIQUE,
    template_id    BIGINT NOT NULL,
    integration_id TEXT NOT NULL,
    definition     TEXT NOT NULL,          -- the audience, JSON
    bindings       TEXT NOT NULL,          -- value key -> where it comes from, JSON
    created_at     TIMESTAMP NOT NULL
);

CREATE TABLE runs (
    id             BIGINT PRIMARY KEY DEFAULT nextval('run_ids'),
    campaign_id    BIGINT NOT NULL,
    request_id     TEXT NOT NULL UNIQUE,   -- a double click carries the same one: one run
    integration_id TEXT NOT NULL,
    template       TEXT NOT NULL,          -- frozen at planning, JSON
    definition     TEXT NOT NULL,          -- the same
    static_values  TEXT NOT NULL,          -- value key -> text of this run, JSON
    matched        INTEGER NOT NULL,
    planned        INTEGER NOT NULL,
    manifest       TEXT NOT NULL,          -- hash of the frozen messages, see campaigns/planning.py
    state          TEXT NOT NULL CHECK (state IN ('running', 'paused', 'finished', 'cancelled')),
    note           TEXT,                   -- why it is paused, for a person
    created_at     TIMESTAMP NOT NULL,
    finished_at    TIMESTAMP
);

CREATE TABLE deliveries (
    id          BIGINT PRIMARY KEY DEFAULT nextval('delivery_ids'),
    run_id      BIGINT NOT NULL,
    person_id   BIGINT NOT NULL,
    person_name TEXT NOT NULL,
    phone       TEXT NOT NULL,             -- E.164
    country     TEXT,                      -- of the number, ISO 3166
    language    TEXT,                      -- of the person, as Zendesk says it
    bound       TEXT NOT NULL,             -- value key -> text for this person, JSON
    body        TEXT NOT NULL,             -- what a phone shows
    state       TEXT NOT NULL CHECK (state IN
                  ('queued', 'sending', 'accepted', 'delivered', 'failed', 'unknown', 'cancelled')),
    attempts    INTEGER NOT NULL DEFAULT 0,
    due_at      TIMESTAMP NOT NULL,        -- never tried before this moment
    begun_at    TIMESTAMP,                 -- when the last attempt was committed to
    changed_at  TIMESTAMP NOT NULL,
    channel_id  TEXT,                      -- the channel's own id, once it accepted
    code        TEXT,                      -- machine word for why it failed or is unknown
    reason      TEXT,                      -- sentence for the same
    conversation_id TEXT,                  -- Sunco's, learnt from a receipt; links replies
    -- Two campaigns may reach one person; one run never twice.
    UNIQUE (run_id, phone),
    CHECK (state NOT IN ('accepted', 'delivered') OR channel_id IS NOT NULL)
);

CREATE TABLE exclusions (
    run_id      BIGINT NOT NULL,
    person_id   BIGINT NOT NULL,
    person_name TEXT NOT NULL,
    reason      TEXT NOT NULL
);

CREATE TABLE attempts (
    delivery_id BIGINT NOT NULL,
    run_id      BIGINT NOT NULL,
    number      INTEGER NOT NULL,
    begun_at    TIMESTAMP NOT NULL,
    ended_at    TIMESTAMP NOT NULL,
    outcome     TEXT NOT NULL CHECK (outcome IN
                  ('accepted', 'rejected', 'throttled', 'unreachable', 'unknown')),
    code        TEXT,
    reason      TEXT
);

CREATE TABLE receipts (
    channel_id      TEXT NOT NULL,         -- the notification it speaks of
    kind            TEXT NOT NULL CHECK (kind IN ('channel', 'user', 'failure')),
    happened_at     TIMESTAMP NOT NULL,    -- by the vendor's clock
    received_at     TIMESTAMP NOT NULL,
    integration_id  TEXT,
    phone           TEXT,                  -- E.164, to find a delivery whose answer never came
    conversation_id TEXT,
    code            TEXT,
    reason          TEXT
);

CREATE TABLE replies (
    message_id      TEXT PRIMARY KEY,      -- the vendor's; a repeated webhook changes nothing
    conversation_id TEXT,
    phone           TEXT,
    body            TEXT NOT NULL,
    is_stop         BOOLEAN NOT NULL,
    happened_at     TIMESTAMP NOT NULL,
    received_at     TIMESTAMP NOT NULL
);

CREATE TABLE suppressions (
    phone       TEXT PRIMARY KEY,          -- E.164; never messaged while it stands here
    reason      TEXT NOT NULL,
    since       TIMESTAMP NOT NULL
);

CREATE TABLE audit (
    happened_at TIMESTAMP NOT NULL,
    actor       TEXT NOT NULL,
    event       TEXT NOT NULL,
    subject     TEXT NOT NULL,
    detail      TEXT
);

-- Whose data this is: people and campaigns of two accounts must never meet in one file.
CREATE TABLE account (
    name        TEXT PRIMARY KEY           -- Zendesk subdomain, or 'sandbox'
);
