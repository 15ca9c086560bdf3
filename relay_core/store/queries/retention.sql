-- name: runs
-- Runs that ended before a moment, of which nothing is on its way or in doubt, the oldest first.
SELECT r.id, r.planned FROM runs r
 WHERE r.forgotten_at IS NULL AND r.state IN ('finished', 'cancelled')
   AND r.finished_at < $before
   AND NOT EXISTS (SELECT 1 FROM deliveries d
                    WHERE d.run_id = r.id AND d.state IN ('queued', 'sending', 'unknown'))
 ORDER BY r.id;

-- name: doubtful_runs
-- Runs as old as that which stay as they are until somebody decides about messages in doubt.
SELECT r.id FROM runs r
 WHERE r.forgotten_at IS NULL AND r.state IN ('finished', 'cancelled')
   AND r.finished_at < $before
   AND EXISTS (SELECT 1 FROM deliveries d WHERE d.run_id = r.id AND d.state = 'unknown')
 ORDER BY r.id;

-- name: messages
-- The next messages of a run that still tell somebody's name, number or text: of somebody who was
-- erased, a number that others have as well.
SELECT id, phone, body FROM deliveries
 WHERE run_id = $run_id AND id > $after
   AND (forgotten IS NULL OR phone_number IS NOT NULL OR NOT starts_with(phone, '~'))
 ORDER BY id
 LIMIT $most;

-- name: forget_messages
-- Only what is settled, whatever happened since it was read. From `$rows`, a JSON array of objects.
UPDATE deliveries
   SET person_name = '', bound = '{}', body = '', parts = coalesce(deliveries.parts, r.parts),
       forgotten = coalesce(deliveries.forgotten, 'aged'), phone = r.pseudonym, phone_number = NULL,
       reason = regexp_replace(reason, '\+?[0-9]{7,15}', '…', 'g')
  FROM (SELECT unnest(from_json($rows, '[{"id": "BIGINT", "pseudonym": "VARCHAR",
            "parts": "INTEGER"}]')) AS r) known
 WHERE deliveries.id = r.id AND deliveries.state NOT IN ('queued', 'sending', 'unknown');

-- name: forget_attempts
-- Vendors repeat numbers in their reasons.
UPDATE attempts SET reason = regexp_replace(reason, '\+?[0-9]{7,15}', '…', 'g')
 WHERE run_id = $run_id AND reason IS NOT NULL;

-- name: forget_exclusions
-- That somebody was left out, and why, stays.
UPDATE exclusions SET person_name = '' WHERE run_id = $run_id;

-- name: forget_settlements
-- As the message has it.
UPDATE settlements SET phone = d.phone FROM deliveries d
 WHERE settlements.run_id = $run_id AND d.id = settlements.delivery_id;

-- name: close_run
-- All of it is removed, unless something of it came back into doubt meanwhile.
UPDATE runs SET forgotten_at = $now
 WHERE id = $run_id AND forgotten_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM deliveries
                    WHERE run_id = $run_id
                      AND (forgotten IS NULL OR phone_number IS NOT NULL OR NOT starts_with(phone, '~')))
RETURNING id;

-- name: replies
-- The next replies that still tell what somebody wrote, or from where.
SELECT message_id, phone FROM replies
 WHERE received_at < $before AND message_id > $after
   AND (body <> '' OR payload IS NOT NULL OR (phone IS NOT NULL AND NOT starts_with(phone, '~')))
 ORDER BY message_id
 LIMIT $most;

-- name: forget_replies
-- That somebody wrote, when, and whether it was an opt-out stays.
UPDATE replies SET body = '', payload = NULL, phone = r.pseudonym
  FROM (SELECT unnest(from_json($rows, '[{"message_id": "VARCHAR",
            "pseudonym": "VARCHAR"}]')) AS r) known
 WHERE replies.message_id = r.message_id;

-- name: receipts
-- The next numbers that receipts still tell; one in doubt needs its, to find its home.
SELECT DISTINCT phone FROM receipts
 WHERE received_at < $before AND phone > $after AND NOT starts_with(phone, '~')
   AND phone NOT IN (SELECT phone FROM deliveries WHERE state IN ('sending', 'unknown'))
 ORDER BY phone
 LIMIT $most;

-- name: forget_receipts
-- What they said, and when, stays. From `$rows`, a JSON array of objects.
UPDATE receipts
   SET phone = r.pseudonym, reason = regexp_replace(reason, '\+?[0-9]{7,15}', '…', 'g')
  FROM (SELECT unnest(from_json($rows, '[{"phone": "VARCHAR", "pseudonym": "VARCHAR",
            "before": "TIMESTAMP"}]')) AS r) known
 WHERE receipts.phone = r.phone AND receipts.received_at < r.before;

-- name: figures
-- How much is to be removed; messages are counted with the runs.
SELECT (SELECT count(*) FROM replies
         WHERE received_at < $before
           AND (body <> '' OR payload IS NOT NULL
                OR (phone IS NOT NULL AND NOT starts_with(phone, '~')))) AS replies,
       (SELECT count(*) FROM unread_events WHERE received_at < $before) AS unread_events;

-- name: messages_of
-- How many messages of a run still tell something.
SELECT count(*) AS messages FROM deliveries
 WHERE run_id = $run_id
   AND (forgotten IS NULL OR phone_number IS NOT NULL OR NOT starts_with(phone, '~'));

-- name: drop_unread_events
-- Events that could not be read may hold anything.
DELETE FROM unread_events WHERE received_at < $before RETURNING id;

-- name: drop_rests
-- Wishes of channels that are over.
DELETE FROM rests WHERE until_at < $before;

-- name: ended
-- When a pass came to its end last.
SELECT ended_at FROM upkeep WHERE name = 'retention';

-- name: end
-- The next one is due in the night after.
INSERT INTO upkeep VALUES ('retention', $now)
    ON CONFLICT (name) DO UPDATE SET ended_at = excluded.ended_at;
