-- name: run
-- What the gates need to know of a run; none of it changes.
SELECT r.created_at, r.campaign_id, r.planned, c.template_id, coalesce(i.type, '') AS channel
  FROM runs r
  LEFT JOIN campaigns c ON c.id = r.campaign_id
  LEFT JOIN integrations i ON i.id = r.integration_id
 WHERE r.id = $run_id;

-- name: person
-- What speaks against a number at the moment of sending. In two parts, each by its key: a third of
-- the time of subqueries.
SELECT 'opted_out' AS what, since AS at FROM suppressions WHERE phone = $phone
 UNION ALL
SELECT 'rests', until_at FROM rests WHERE phone = $phone AND channel = $channel;

-- name: last_message
-- When a message left last to whom a delivery was planned for, or to their number.
SELECT last_message_at FROM people WHERE id = $person_id;

-- name: pressure
-- What other runs sent to a person since a moment, by id or by number. Where somebody included the
-- person by hand, only runs that were made later count. A template is one in all its languages.
-- A test goes to no person.
SELECT count(*) FILTER (WHERE s.begun_at >= $template_since AND s.same_template)
           AS of_the_template,
       count(*) AS of_all
  FROM (SELECT d.begun_at,
               c.template_id = $template_id OR c.template_id IN
                   (SELECT v.id FROM templates t JOIN templates v ON v.name = t.name
                     WHERE t.id = $template_id) AS same_template
          FROM deliveries d
          JOIN runs r ON r.id = d.run_id
          JOIN campaigns c ON c.id = r.campaign_id
         WHERE (d.phone_number = TRY_CAST(ltrim($phone, '+') AS BIGINT) OR d.person_id = $person_id)
           AND d.run_id <> $run_id
           AND d.person_id >= 0
           AND d.state IN ('sending', 'accepted', 'delivered', 'unknown')
           AND d.begun_at >= $since
           AND NOT EXISTS (SELECT 1 FROM choices h
                            WHERE h.campaign_id = $campaign_id AND h.person_id = $person_id
                              AND h.choice = 'included' AND h.chosen_at >= r.created_at)) s;

-- name: set_aside
-- A gate is closed: nothing left, no attempt is counted.
UPDATE deliveries
   SET state = 'queued', attempts = attempts - 1, due_at = $due_at, held_for = $held_for,
       begun_at = CASE WHEN attempts = 1 THEN NULL ELSE begun_at END
 WHERE id = $id AND state = 'sending'
RETURNING id;

-- name: due
-- Everything on a lane whose turn could be now, save tests, which wait for no hours.
SELECT d.id, d.phone, d.country, i.type AS channel
  FROM deliveries d
  JOIN runs r ON r.id = d.run_id
  JOIN integrations i ON i.id = r.integration_id
 WHERE d.state = 'queued' AND d.due_at <= $now
   AND r.state = 'running' AND r.integration_id = $lane AND d.person_id >= 0;

-- name: hold
-- These wait until a moment; what has left meanwhile is not touched. Their range spares a look at
-- all that ever was sent.
UPDATE deliveries SET due_at = $until, held_for = $held_for
 WHERE state = 'queued' AND id BETWEEN $first AND $last
   AND id IN (SELECT unnest($ids::BIGINT[]))
RETURNING id;

-- name: hold_lane
-- Everything that waits on a lane waits until a moment, what waits longer excepted.
UPDATE deliveries SET due_at = $until, held_for = $held_for
 WHERE state = 'queued' AND due_at < $until
   AND run_id IN (SELECT id FROM runs WHERE integration_id = $lane AND state = 'running')
RETURNING id;

-- name: hold_person
-- Everything that waits for a number on one channel waits until a moment.
UPDATE deliveries SET due_at = $until, held_for = $held_for
 WHERE state = 'queued' AND phone = $phone AND due_at < $until
   AND run_id IN (SELECT r.id FROM runs r JOIN integrations i ON i.id = r.integration_id
                   WHERE (i.type = 'whatsapp') = ($channel = 'whatsapp'))
RETURNING id;

-- name: release_all
-- The settings may have changed while nothing was sent, or the clock may have been set back, so
-- every delivery is judged anew, of one lane or of all; who goes first in a run is decided once.
UPDATE deliveries SET due_at = $now, held_for = NULL
 WHERE state = 'queued' AND coalesce(held_for, '') <> 'canary'
   AND (held_for IS NOT NULL OR due_at > $now)
   AND (CAST($lane AS TEXT) IS NULL
        OR run_id IN (SELECT id FROM runs WHERE integration_id = $lane))
RETURNING id;

-- name: held
-- What waits in a run although it goes on, by why and until when.
SELECT held_for, due_at, count(*) AS messages
  FROM deliveries
 WHERE run_id = $run_id AND state = 'queued' AND held_for IS NOT NULL AND due_at > $now
 GROUP BY held_for, due_at
 ORDER BY due_at, held_for;

-- name: first_message
-- When a lane sent for the first time.
SELECT least((SELECT min(begins_at) FROM lane_days WHERE lane = $lane),
             (SELECT min(d.begun_at) FROM deliveries d JOIN runs r ON r.id = d.run_id
               WHERE r.integration_id = $lane
                 AND d.state IN ('sending', 'accepted', 'delivered', 'unknown'))) AS at;

-- name: forget_day
-- Before the day is counted anew.
DELETE FROM lane_days WHERE lane = $lane AND day = $day;

-- name: count_day
-- What left on a lane on one day, or may have left, by the deliveries.
INSERT INTO lane_days
SELECT $lane, $day, $begins_at, $ends_at, count(*)
  FROM deliveries d
  JOIN runs r ON r.id = d.run_id
 WHERE r.integration_id = $lane AND d.begun_at >= $begins_at AND d.begun_at < $ends_at
   AND d.state IN ('sending', 'accepted', 'delivered', 'unknown');

-- name: messages_on
-- How many messages of a lane left on a day.
SELECT messages FROM lane_days WHERE lane = $lane AND day = $day;

-- name: add_message
-- One more leaves.
INSERT INTO lane_days VALUES ($lane, $day, $begins_at, $ends_at, 1)
    ON CONFLICT (lane, day) DO UPDATE SET messages = lane_days.messages + 1;

-- name: take_back_message
-- It is certain that it did not leave.
UPDATE lane_days SET messages = messages - 1
 WHERE lane = (SELECT integration_id FROM runs WHERE id = $run_id)
   AND begins_at <= $begun_at AND ends_at > $begun_at AND messages > 0;

-- name: rest
-- The channel wants a number left alone; the longest wish counts.
INSERT INTO rests VALUES ($phone, $channel, $until, $code)
    ON CONFLICT (phone, channel) DO UPDATE
       SET until_at = greatest(rests.until_at, excluded.until_at), code = excluded.code;

-- name: throttle
-- A receipt says that a lane sends too fast.
INSERT INTO lane_throttles VALUES ($lane, $now)
    ON CONFLICT (lane) DO UPDATE SET told_at = excluded.told_at;

-- name: throttled_at
-- When a lane was last told so.
SELECT told_at FROM lane_throttles WHERE lane = $lane;

-- name: pause_run
-- Relay itself stops one run, and says why.
UPDATE runs SET state = 'paused', note = $note WHERE id = $run_id AND state = 'running'
RETURNING id;

-- name: running_on
-- Runs under way on a lane, each with when a person last let it go on.
SELECT r.id, coalesce((SELECT max(a.happened_at) FROM audit a
                        WHERE a.event = 'run.resumed' AND a.subject = CAST(r.id AS TEXT)),
                      r.created_at) AS since, i.type AS channel
  FROM runs r
  JOIN integrations i ON i.id = r.integration_id
 WHERE r.state = 'running' AND r.integration_id = $lane;

-- name: latest
-- How a run's latest messages ended; an empty code is one that did not fail.
SELECT CASE WHEN state = 'failed' THEN code ELSE '' END AS code
  FROM deliveries
 WHERE run_id = $run_id AND begun_at >= $since
   AND state IN ('accepted', 'delivered', 'failed', 'unknown')
 ORDER BY begun_at DESC, id DESC
 LIMIT $number;
