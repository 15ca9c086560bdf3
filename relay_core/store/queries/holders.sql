-- name: of_lane
-- Who holds a lane, or held it last.
SELECT epoch, begins_at, released_at FROM lane_holders WHERE lane = $lane;

-- name: take
-- The lane is somebody else's from now on: the number that each intent looks at goes up.
INSERT INTO lane_holders (lane, epoch, holder, taken_at, begins_at, released_at)
VALUES ($lane, 1, $holder, $now, $begins_at, NULL)
    ON CONFLICT (lane) DO UPDATE
   SET epoch = lane_holders.epoch + 1, holder = excluded.holder, taken_at = excluded.taken_at,
       begins_at = excluded.begins_at, released_at = NULL
RETURNING epoch;

-- name: is_latest
-- Whether nobody has taken the lane since.
SELECT lane FROM lane_holders WHERE lane = $lane AND epoch = $epoch;

-- name: release
-- All answers are recorded, and nothing leaves any more.
UPDATE lane_holders SET released_at = $at WHERE lane = $lane AND epoch = $epoch RETURNING lane;

-- name: lanes_with_work
-- Lanes that somebody has to hold now: something is due, the first messages of a run are being
-- watched, an intent is open that nobody may be sending any more (also of a run that was cancelled
-- since), or something unknown is to be asked for again (as `repeats.take`) or given up.
SELECT r.integration_id AS lane
  FROM runs r
 WHERE r.state IN ('running', 'paused', 'cancelled')
   AND EXISTS (SELECT 1 FROM deliveries d WHERE d.run_id = r.id AND d.state = 'sending')
 UNION
SELECT r.integration_id
  FROM runs r
 WHERE r.state = 'running'
   AND (EXISTS (SELECT 1 FROM deliveries d
                 WHERE d.run_id = r.id AND d.state = 'queued' AND d.due_at <= $now)
        OR EXISTS (SELECT 1 FROM canaries c WHERE c.run_id = r.id AND c.state = 'leading'))
 UNION
SELECT p.lane
  FROM repeats p
  JOIN deliveries d ON d.id = p.delivery_id
  JOIN runs r ON r.id = d.run_id
 WHERE p.until <= $now
    OR (p.due_at <= $now AND d.state = 'unknown' AND d.channel_id IS NULL
        AND r.state IN ('running', 'finished')
        AND NOT EXISTS (SELECT 1 FROM suppressions s WHERE s.phone = d.phone))
 ORDER BY 1;
