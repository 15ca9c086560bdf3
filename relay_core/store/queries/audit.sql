-- name: add
-- Who did what, when. Never changed, never deleted.
INSERT INTO audit VALUES ($now, $actor, $event, $subject, $detail);
