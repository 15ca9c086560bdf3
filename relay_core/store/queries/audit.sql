-- name: add
-- Who did what, when. Never changed, never deleted.
INSERT INTO audit VALUES ($now, $actor, $event, $subject, $detail);

-- name: latest_backup
-- A backup holds the entry of its own beginning.
SELECT max(happened_at) AS at FROM audit WHERE event = 'backup.started';
