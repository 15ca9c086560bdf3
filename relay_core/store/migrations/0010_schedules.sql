-- Promises to send a campaign later, once or again and again. In the subset that DuckDB and
-- PostgreSQL share.

CREATE SEQUENCE schedule_ids;

CREATE TABLE schedules (
    id          BIGINT PRIMARY KEY DEFAULT nextval('schedule_ids'),
    campaign_id BIGINT NOT NULL,
    at_local    TEXT NOT NULL,             -- first time, as a clock on the wall there shows it
    zone        TEXT NOT NULL,             -- where "there" is (IANA)
    repeats     TEXT CHECK (repeats IN ('weekly', 'monthly')), -- null: once
    static_values TEXT NOT NULL,           -- value key -> text, with {{weekday}} and its kin, JSON
    accepted_warnings TEXT NOT NULL,       -- what was read and accepted, a JSON list of sentences
    created_by  TEXT NOT NULL,
    created_at  TIMESTAMP NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('waiting', 'held', 'done', 'cancelled')),
    note        TEXT,                      -- why it is held, for a person
    next_at     TIMESTAMP,                 -- the time that is due next, or that is held
    last_run    BIGINT,
    CHECK ((state IN ('waiting', 'held')) = (next_at IS NOT NULL))
);
