-- name: add
-- Who did what, when. Never changed, never deleted.
INSERT INTO audit VALUES ($now, $actor, $event, $subject, $detail);

-- name: latest_backup
-- A backup holds the entry of its own beginning.
SELECT max(happened_at) AS at FROM audit WHERE event = 'backup.started';

-- name: entries
-- A part of the trail, the latest first. An empty filter lets everything through.
SELECT happened_at, actor, event, subject, detail
  FROM audit
 WHERE ($actor = '' OR actor = $actor)
   AND ($event = '' OR event = $event OR starts_with(event, $event || '.'))
   AND ($subject = '' OR contains(lower(subject), lower($subject)))
   AND ($since IS NULL OR happened_at >= $since) AND ($until IS NULL OR happened_at < $until)
 ORDER BY happened_at DESC, event, subject, actor, detail
 LIMIT $most OFFSET $after;

-- name: named
-- Everybody who did something, and everything that was done.
SELECT DISTINCT actor, event FROM audit;
