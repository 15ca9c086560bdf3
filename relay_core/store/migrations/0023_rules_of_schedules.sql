-- The rules by which somebody agreed to a schedule: by others it is held, and a person decides.
-- A table of its own, so that a file gets it in whichever order; no row: agreed to before rules were
-- kept.
CREATE TABLE schedule_rules (
    schedule_id BIGINT PRIMARY KEY,
    rules       TEXT NOT NULL              -- the settings that decide, JSON
);
