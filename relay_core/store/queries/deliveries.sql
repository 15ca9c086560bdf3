-- name: due
-- The next deliveries that are due on this lane. Runs are served in the order they were started; a
-- test, which somebody waits for, goes first. It looks through all that wait.
SELECT d.id
  FROM deliveries d
  JOIN runs r ON r.id = d.run_id
 WHERE d.state = 'queued' AND d.due_at <= $now
   AND r.state = 'running' AND r.integration_id = $lane
 ORDER BY r.kind <> 'test', d.run_id, d.due_at, d.id
 LIMIT $most;

-- name: begin
-- The intent: a delivery becomes 'sending', durably, right before its request leaves. No row when it
-- is no longer due, or its run no longer runs.
UPDATE deliveries
   SET state = 'sending', attempts = attempts + 1, begun_at = $now, changed_at = $now,
       held_for = NULL
 WHERE id = $id AND state = 'queued' AND due_at <= $now
   AND run_id IN (SELECT r.id FROM runs r
                   WHERE r.state = 'running' AND r.integration_id = $lane)
RETURNING id, run_id, person_id, template_language, phone, country, body, bound, attempts, begun_at;

-- name: defer
-- It is certain that nothing left: another turn. A refusal for speed does not count as an attempt.
UPDATE deliveries
   SET state = 'queued', attempts = $attempts, due_at = $due_at, changed_at = $now
 WHERE id = $id AND state = 'sending'
RETURNING id;

-- name: accept
-- The channel's answer: it took the message.
UPDATE deliveries
   SET state = 'accepted', channel_id = $channel_id, changed_at = $now
 WHERE id = $id AND state = 'sending'
RETURNING id;

-- name: fail
-- The channel refused it, or every try was unreachable.
UPDATE deliveries
   SET state = 'failed', code = $code, reason = $reason, changed_at = $now
 WHERE id = $id AND state = 'sending'
RETURNING id;

-- name: doubt
-- No usable answer came. Only a receipt or a person can settle it.
UPDATE deliveries
   SET state = 'unknown', code = $code, reason = $reason, changed_at = $now
 WHERE id = $id AND state = 'sending'
RETURNING id, phone;

-- name: interrupted
-- What a stopped process left between intent and answer, on a lane or on all of them.
SELECT id, run_id, phone, attempts, begun_at
  FROM deliveries
 WHERE state = 'sending'
   AND (CAST($lane AS TEXT) IS NULL
        OR run_id IN (SELECT id FROM runs WHERE integration_id = $lane));

-- name: is_awaited
-- Whether the answer to this very intent is still to be recorded.
SELECT id FROM deliveries WHERE id = $id AND state = 'sending' AND begun_at = $intended_at;

-- name: accept_late
-- The answer came after another process had taken the lane; nobody has decided meanwhile.
UPDATE deliveries
   SET state = 'accepted', channel_id = $channel_id, code = NULL, reason = NULL, changed_at = $now
 WHERE id = $id AND state = 'unknown' AND code = 'stopped' AND begun_at = $intended_at
   AND channel_id IS NULL
RETURNING id;

-- name: fail_late
-- The same, where the channel refused it.
UPDATE deliveries
   SET state = 'failed', code = $code, reason = $reason, changed_at = $now
 WHERE id = $id AND state = 'unknown' AND code = 'stopped' AND begun_at = $intended_at
   AND channel_id IS NULL
RETURNING id;

-- name: say_late
-- The same, where it is certain that nothing left: that it may leave again is for a person to say.
UPDATE deliveries
   SET reason = $reason
 WHERE id = $id AND state = 'unknown' AND code = 'stopped' AND begun_at = $intended_at
   AND channel_id IS NULL
RETURNING id;

-- name: correct_attempt
-- How an attempt ended of which nothing was known when its lane was taken.
UPDATE attempts
   SET ended_at = $ended_at, outcome = $outcome, code = $code, reason = $reason
 WHERE delivery_id = $delivery_id AND number = $number AND outcome = 'unknown' AND code = 'stopped';

-- name: add_attempt
-- One row for each call to the channel that ended.
INSERT INTO attempts
VALUES ($delivery_id, $run_id, $number, $begun_at, $ended_at, $outcome, $code, $reason);

-- name: add_receipt
-- Kept whether or not it finds its delivery; a repeated webhook adds nothing. `$since` is a moment
-- before which it cannot have been heard: the file skips what is older.
INSERT INTO receipts
SELECT $channel_id, $kind, $happened_at, $received_at, $integration_id, $phone, $conversation_id,
       $code, $reason
 WHERE NOT EXISTS (SELECT 1 FROM receipts
                    WHERE channel_id = $channel_id AND kind = $kind AND received_at >= $since);

-- name: receipts_of
-- Everything said of one message so far; `$since` as in `add_receipt`.
SELECT kind, happened_at, conversation_id, code, reason
  FROM receipts
 WHERE channel_id = $channel_id AND received_at >= $since
 ORDER BY received_at;

-- name: heard_of
-- What a receipt of this delivery is compared with, and when its run was made: nothing was heard
-- before that.
SELECT d.id, d.run_id, d.state, d.phone, d.conversation_id, d.forgotten, d.channel_id, d.begun_at,
       r.created_at
  FROM deliveries d
  JOIN runs r ON r.id = d.run_id
 WHERE d.id = $id;

-- name: by_channel_id
-- The delivery that the channel knows by this id.
SELECT id FROM deliveries WHERE channel_id = $channel_id;

-- name: by_channel_id_lately
-- The same where it left since a moment: the file skips all that is older.
SELECT id FROM deliveries WHERE channel_id = $channel_id AND begun_at >= $since;

-- name: undecided_to
-- Deliveries on this lane to this phone that a receipt without a home may speak of: unknown ones
-- without an id, one whose answer is still awaited, and attempts about which a person decided. No
-- answer is awaited for a day.
SELECT d.id, d.state, NULL AS left_at
  FROM deliveries d
  JOIN runs r ON r.id = d.run_id
 WHERE d.phone = $phone AND r.integration_id = $integration_id
   AND d.begun_at >= CAST($since AS TIMESTAMP) - INTERVAL '1 day'
   AND (d.state = 'sending'
        OR (d.state = 'unknown' AND d.channel_id IS NULL
            AND d.begun_at <= $received_at AND d.begun_at >= $since))
 UNION ALL
SELECT s.delivery_id, 'settled', s.left_at
  FROM settlements s
 WHERE s.phone = $phone AND s.integration_id = $integration_id AND s.channel_id IS NULL
   AND s.left_at <= $received_at AND s.left_at >= $since
 ORDER BY left_at;

-- name: homeless_receipts
-- Channel ids heard of for this phone and lane that no settled attempt carries.
SELECT DISTINCT channel_id
  FROM receipts r
 WHERE r.phone = $phone AND r.received_at >= $since
   AND r.integration_id = (SELECT integration_id FROM runs WHERE id = $run_id)
   AND NOT EXISTS (SELECT 1 FROM settlements s WHERE s.channel_id = r.channel_id);

-- name: adopt
-- A receipt names the channel's id of a delivery whose answer never came.
UPDATE deliveries SET channel_id = $channel_id
 WHERE id = $id AND state = 'unknown' AND channel_id IS NULL
RETURNING id;

-- name: settle
-- A receipt moves a delivery along one arrow; from any other state nothing changes.
UPDATE deliveries
   SET state = $to_state, code = $code, reason = $reason, changed_at = $now
 WHERE id = $id AND state = $from_state
RETURNING id;

-- name: remember_conversation
-- Links later replies to this delivery.
UPDATE deliveries
   SET conversation_id = $conversation_id,
       conversation_number = md5_number_lower($conversation_id)
 WHERE id = $id AND conversation_id IS NULL;

-- name: claim_replies
-- Replies that came before anybody knew whose conversation it is.
UPDATE replies SET phone = $phone
 WHERE conversation_id = $conversation_id AND phone IS NULL
RETURNING message_id, body, payload, happened_at;

-- name: add_reply
-- A repeated webhook carries the same message id and changes nothing.
INSERT INTO replies (message_id, conversation_id, phone, body, payload, is_stop, happened_at,
                     received_at, delivery_id)
VALUES ($message_id, $conversation_id, $phone, $body, $payload, $is_stop, $happened_at,
        $received_at, $delivery_id)
    ON CONFLICT (message_id) DO NOTHING
RETURNING message_id;

-- name: strip_reply
-- Of somebody who was erased: that they wrote counts, not what.
UPDATE replies SET body = '', payload = NULL WHERE message_id = $message_id;

-- name: suppress
-- From now on nothing is sent to this number.
INSERT INTO suppressions (phone, reason, since) VALUES ($phone, $reason, $now)
    ON CONFLICT (phone) DO NOTHING
RETURNING phone;

-- name: cancel_queued_to
-- Somebody opted out while a run is on its way: what has not left does not leave.
UPDATE deliveries
   SET state = 'cancelled', code = 'opted_out', reason = $reason, changed_at = $now
 WHERE phone = $phone AND state = 'queued'
RETURNING run_id;

-- name: drop_unwanted
-- Whatever waits in this run for somebody who has opted out meanwhile or was excluded by hand, or
-- after the run was cancelled, does not leave. Looked at whenever a delivery comes to wait: when a
-- run is frozen, and when an attempt is deferred. Campaign 0 is the block list, over which an
-- inclusion wins that was made later.
UPDATE deliveries
   SET state = 'cancelled', changed_at = $now,
       code = CASE WHEN phone IN (SELECT phone FROM suppressions) THEN 'opted_out'
                   WHEN EXISTS (SELECT 1 FROM runs WHERE id = $run_id AND state = 'cancelled')
                   THEN 'run_cancelled'
                   ELSE 'excluded' END,
       reason = 'It was no longer wanted when its turn came again.'
 WHERE run_id = $run_id AND state = 'queued'
   AND (phone IN (SELECT phone FROM suppressions)
        OR EXISTS (SELECT 1 FROM runs WHERE id = $run_id AND state = 'cancelled')
        OR person_id IN (
             SELECT c.person_id
               FROM choices c
               JOIN runs r ON r.id = $run_id AND c.campaign_id IN (0, r.campaign_id)
              WHERE c.choice = 'excluded'
                AND NOT EXISTS (SELECT 1 FROM choices i
                                 WHERE i.campaign_id = r.campaign_id AND i.person_id = c.person_id
                                   AND i.choice = 'included' AND i.chosen_at >= c.chosen_at)))
RETURNING id;

-- name: unwelcome
-- What waits, in runs that go on or may, for somebody who is no longer to be messaged by what the
-- mirror and the choices say now; each with the first reason that holds. A number is refused by
-- any profile that has it, even a deleted one, as when an audience is screened. To be unknown to
-- the mirror is no reason: it may be filling up anew.
WITH waiting AS MATERIALIZED (
    SELECT d.id, d.run_id, d.person_id, d.phone, r.campaign_id
      FROM deliveries d
      JOIN runs r ON r.id = d.run_id
     WHERE d.state = 'queued' AND r.state IN ('awaiting', 'running', 'paused')
), concerned AS MATERIALIZED (
    SELECT w.id, w.campaign_id, w.person_id, w.person_id AS profile_id, q.role, q.suspended,
           q.active, q.tags, q.fields
      FROM waiting w LEFT JOIN people q ON q.id = w.person_id
     UNION ALL
    SELECT w.id, w.campaign_id, w.person_id, q.id, q.role, q.suspended, q.active, q.tags, q.fields
      FROM waiting w JOIN people q ON q.phone_e164 = w.phone
     WHERE q.id <> w.person_id
), marked AS (
    SELECT c.id, c.campaign_id, c.person_id, c.profile_id, c.role, c.suspended, c.active,
           c.person_id = c.profile_id AS own,
           list_has_any(c.tags, $opt_out_tags::VARCHAR[])
             OR EXISTS (SELECT 1 FROM unnest($opt_out_fields::VARCHAR[]) AS k(field)
                         WHERE coalesce(try_cast(json_extract_string(
                                   c.fields::JSON, '/' || k.field) AS BOOLEAN), false))
             AS refused,
           list_has_any(c.tags, $consent_tags::VARCHAR[])
             OR EXISTS (SELECT 1 FROM unnest($consent_fields::VARCHAR[]) AS k(field)
                         WHERE coalesce(try_cast(json_extract_string(
                                   c.fields::JSON, '/' || k.field) AS BOOLEAN), false))
             AS agreed
      FROM concerned c
), excluded AS (
    SELECT m.id
      FROM marked m
      JOIN choices c ON c.person_id = m.profile_id AND c.campaign_id IN (0, m.campaign_id)
     WHERE c.choice = 'excluded'
       AND (c.campaign_id <> 0
            OR NOT EXISTS (SELECT 1 FROM choices i
                            WHERE i.campaign_id = m.campaign_id AND i.person_id = m.person_id
                              AND i.choice = 'included' AND i.chosen_at >= c.chosen_at))
), reasons AS (
    SELECT id, 1 AS place, 'opted_out' AS code FROM marked WHERE refused
     UNION ALL
    SELECT id, 1, 'opted_out' FROM waiting WHERE phone IN (SELECT phone FROM suppressions)
     UNION ALL
    SELECT id, 2, 'gone' FROM marked WHERE own AND NOT active
     UNION ALL
    SELECT id, 3, 'staff' FROM marked WHERE own AND role <> 'end-user'
     UNION ALL
    SELECT id, 4, 'suspended' FROM marked WHERE own AND suspended
     UNION ALL
    SELECT id, 5, 'no_consent' FROM marked WHERE own AND $consent_required AND NOT agreed
     UNION ALL
    SELECT id, 6, 'excluded' FROM excluded
)
SELECT id, (array_agg(code ORDER BY place))[1] AS code FROM reasons GROUP BY id;

-- name: withdraw
-- What waits for these people does not leave; what has left meanwhile is not touched.
UPDATE deliveries
   SET state = 'cancelled', code = $code, reason = $reason, changed_at = $now
 WHERE state = 'queued' AND id IN (SELECT unnest($ids::BIGINT[]))
RETURNING run_id;

-- name: cancel_queued_of
-- The run was cancelled: what has not left does not leave.
UPDATE deliveries
   SET state = 'cancelled', code = 'run_cancelled', reason = $reason, changed_at = $now
 WHERE run_id = $run_id AND state = 'queued'
RETURNING id;

-- name: keep_unread_event
-- A webhook with the right key that could not be read: its beginning, for a person to look at.
INSERT INTO unread_events (received_at, bytes, body) VALUES ($now, $bytes, $body) RETURNING id;

-- name: forget_unread_events
-- Only the latest are kept; ids go on counting.
DELETE FROM unread_events WHERE id <= $id - $most;

-- name: unread_events
-- The latest first; the id says how many there were ever.
SELECT id, received_at, bytes, body FROM unread_events ORDER BY id DESC;
