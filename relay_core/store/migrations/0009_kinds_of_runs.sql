-- What a run is for, who may start it, and whom it follows. In the subset that DuckDB and PostgreSQL
-- share. A CHECK cannot be changed in DuckDB, so the table, which is small, is built anew.

CREATE TABLE runs_anew (
    id             BIGINT PRIMARY KEY DEFAULT nextval('run_ids'),
    campaign_id    BIGINT NOT NULL,
    request_id     TEXT NOT NULL UNIQUE,   -- a double click carries the same one: one run
    integration_id TEXT NOT NULL,
    template       TEXT NOT NULL,          -- frozen at planning, JSON
    definition     TEXT NOT NULL,          -- the same
    static_values  TEXT NOT NULL,          -- value key -> text of this run, JSON
    matched        INTEGER NOT NULL,
    planned        INTEGER NOT NULL,
    manifest       TEXT NOT NULL,          -- hash of all that was frozen, see campaigns/manifest.py
    state          TEXT NOT NULL CHECK (state IN
                     ('freezing', 'awaiting', 'running', 'paused', 'finished', 'cancelled')),
    note           TEXT,                   -- why it is paused or was refused, for a person
    created_at     TIMESTAMP NOT NULL,
    finished_at    TIMESTAMP,
    kind           TEXT NOT NULL DEFAULT 'campaign' CHECK (kind IN ('campaign', 'test', 'retry')),
    rules          TEXT NOT NULL DEFAULT '{}', -- settings that decided, JSON, see Settings.deciding
    warnings       TEXT NOT NULL DEFAULT '[]', -- what was accepted, a JSON list of sentences
    created_by     TEXT NOT NULL DEFAULT 'unknown',
    approved_by    TEXT,                   -- somebody else, where approval was needed
    parent_run     BIGINT,                 -- of a retry: the run whose people it tries again
    retried        TEXT CHECK (retried IN ('failed', 'not_reached', 'no_reply')), -- which of them
    CHECK ((kind = 'retry') = (parent_run IS NOT NULL)),
    CHECK ((kind = 'retry') = (retried IS NOT NULL)),
    CHECK (approved_by IS NULL OR approved_by <> created_by)
);

INSERT INTO runs_anew (id, campaign_id, request_id, integration_id, template, definition,
                       static_values, matched, planned, manifest, state, note, created_at,
                       finished_at, created_by)
SELECT id, campaign_id, request_id, integration_id, template, definition, static_values, matched,
       planned, manifest, state, note, created_at, finished_at,
       coalesce((SELECT min(a.actor) FROM audit a
                  WHERE a.event = 'run.started' AND a.subject = CAST(runs.id AS TEXT)), 'unknown')
  FROM runs;

DROP TABLE runs;
ALTER TABLE runs_anew RENAME TO runs;

-- Put away: no longer listed, never deleted, because runs name it.
ALTER TABLE campaigns ADD COLUMN archived_at TIMESTAMP;

-- The number that somebody gets tests at.
CREATE TABLE testers (
    actor       TEXT PRIMARY KEY,
    phone       TEXT NOT NULL,             -- E.164
    since       TIMESTAMP NOT NULL
);
