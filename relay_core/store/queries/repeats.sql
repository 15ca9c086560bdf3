-- name: first_use
-- When a delivery's key was used first, as far as the channel can remember it: a person may have had
-- it sent again meanwhile, under the same key.
SELECT min(begun_at) AS begun_at
  FROM attempts
 WHERE delivery_id = $delivery_id AND outcome = 'unknown' AND begun_at > $since;

-- name: expect
-- An attempt ended in doubt: from now on its request may be repeated.
INSERT INTO repeats (delivery_id, lane, until, due_at, tries)
VALUES ($delivery_id, $lane, $until, $due_at, 0)
    ON CONFLICT (delivery_id) DO UPDATE SET until = excluded.until, due_at = excluded.due_at;

-- name: take
-- The next repeat that is due on a lane. Another try waits until this one's answer is recorded, or
-- until it is clear that there will be none. Not for people who opted out since, nor for runs that
-- somebody paused or cancelled: the first request may not have arrived, and then this one sends.
UPDATE repeats
   SET tries = tries + 1, due_at = $answer_by
 WHERE delivery_id = (SELECT p.delivery_id
                        FROM repeats p
                        JOIN deliveries d ON d.id = p.delivery_id
                        JOIN runs r ON r.id = d.run_id
                       WHERE p.lane = $lane AND p.due_at <= $now AND p.until > $now
                         AND d.state = 'unknown' AND d.channel_id IS NULL
                         AND r.state IN ('running', 'finished')
                         AND NOT EXISTS (SELECT 1 FROM suppressions s WHERE s.phone = d.phone)
                       ORDER BY p.due_at, p.delivery_id
                       LIMIT 1)
RETURNING delivery_id, tries;

-- name: delivery
-- What the sender needs to make the request of a delivery again.
SELECT id, run_id, person_id, template_language, phone, country, body, bound, attempts, begun_at
  FROM deliveries WHERE id = $id;

-- name: accept
-- The answer to a repeat: the channel has the message, once.
UPDATE deliveries
   SET state = 'accepted', channel_id = $channel_id, code = NULL, reason = NULL, changed_at = $now
 WHERE id = $id AND state = 'unknown' AND channel_id IS NULL
RETURNING id;

-- name: postpone
-- No answer again.
UPDATE repeats SET due_at = $due_at WHERE delivery_id = $delivery_id;

-- name: drop
-- Nothing is to be learnt by another try.
DELETE FROM repeats WHERE delivery_id = $delivery_id;

-- name: expire
-- The channel has forgotten the keys of these, or nobody knows: what would be remembered for longer
-- than any key is was first used before the clock was set back.
DELETE FROM repeats
 WHERE lane = $lane AND (until <= $now OR until > $latest)
RETURNING delivery_id;

-- name: shorten
-- The clock was set back: keys are forgotten earlier, by what it says now.
UPDATE repeats SET until = until - $seconds * INTERVAL '1 second' WHERE lane = $lane;

-- name: give_up
-- What is known stays the same; that nothing more is tried is said.
UPDATE deliveries SET reason = $reason WHERE id = $id AND state = 'unknown' RETURNING id;

-- name: rearm
-- After a stop nobody awaits an answer to a repeat any more.
UPDATE repeats SET due_at = $now
 WHERE due_at > $now AND (CAST($lane AS TEXT) IS NULL OR lane = $lane);

-- name: lanes
-- Lanes on which something may be repeated.
SELECT DISTINCT lane FROM repeats WHERE until > $now ORDER BY lane;
