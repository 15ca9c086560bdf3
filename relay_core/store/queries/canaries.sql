-- name: add
-- A run is to begin with its first messages; what was chosen for it before stays.
INSERT INTO canaries VALUES ($run_id, $size, $wait_s, $most_failures, $state, NULL)
    ON CONFLICT (run_id) DO NOTHING;

-- name: of_run
-- What was chosen for a run, if anything was.
SELECT size, wait_s, most_failures, state, decided_at FROM canaries WHERE run_id = $run_id;

-- name: begun
-- How many messages of a run had their turn.
SELECT count(*) AS messages FROM deliveries
 WHERE run_id = $run_id AND state NOT IN ('queued', 'cancelled');

-- name: queued
-- Who may go first: of each country as many as are wanted in all, by a lot that is always the same.
SELECT id, phone, country
  FROM (SELECT id, phone, country,
               row_number() OVER (PARTITION BY country ORDER BY md5(CAST(id AS TEXT)), id) AS place
          FROM deliveries
         WHERE run_id = $run_id AND state = 'queued') d
 WHERE place <= $size;

-- name: hold_rest
-- Whoever does not go first waits for the decision.
UPDATE deliveries SET due_at = $until, held_for = 'canary'
 WHERE run_id = $run_id AND state = 'queued' AND id NOT IN (SELECT unnest($ids::BIGINT[]))
RETURNING id;

-- name: change
-- One step of a canary; from any other state nothing changes.
UPDATE canaries SET state = $to_state, decided_at = $decided_at
 WHERE run_id = $run_id AND state = $from_state
RETURNING run_id;

-- name: leading
-- Runs on a lane that wait for what becomes of their first messages.
SELECT k.run_id, k.wait_s, k.most_failures
  FROM canaries k
  JOIN runs r ON r.id = k.run_id
 WHERE k.state = 'leading' AND r.state = 'running' AND r.integration_id = $lane;

-- name: figures
-- What has become of a run's first messages: all that are not held back for them.
SELECT count(*) FILTER (WHERE state IN ('queued', 'sending')) AS waiting,
       count(*) FILTER (WHERE state IN ('accepted', 'delivered', 'failed', 'unknown')) AS sent,
       count(*) FILTER (WHERE state = 'delivered') AS delivered,
       count(*) FILTER (WHERE state = 'failed') AS failed,
       count(*) FILTER (WHERE state = 'accepted') AS unheard,
       max(changed_at) FILTER (WHERE state NOT IN ('queued', 'sending')) AS last_change
  FROM deliveries
 WHERE run_id = $run_id AND held_for IS DISTINCT FROM 'canary';

-- name: release
-- The rest of a run follows.
UPDATE deliveries SET due_at = $now, held_for = NULL
 WHERE run_id = $run_id AND state = 'queued' AND held_for = 'canary'
RETURNING id;
