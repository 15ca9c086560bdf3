-- name: of_run
-- Messages of a run of which nobody knows whether they left.
SELECT d.id, d.person_id, d.person_name, d.phone, d.begun_at, d.attempts, d.code, d.reason,
       i.type AS channel
  FROM deliveries d
  JOIN runs r ON r.id = d.run_id
  LEFT JOIN integrations i ON i.id = r.integration_id
 WHERE d.run_id = $run_id AND d.state = 'unknown'
 ORDER BY d.begun_at, d.id;

-- name: receipts_without_home
-- What was heard for these numbers on the run's lane, since the message left, and fits no delivery.
SELECT d.id, e.kind, e.happened_at, e.reason
  FROM deliveries d
  JOIN runs r ON r.id = d.run_id
  JOIN receipts e ON e.phone = d.phone AND e.integration_id = r.integration_id
                 AND e.received_at >= d.begun_at
 WHERE d.run_id = $run_id AND d.state = 'unknown'
   AND NOT EXISTS (SELECT 1 FROM deliveries o WHERE o.channel_id = e.channel_id)
   AND NOT EXISTS (SELECT 1 FROM settlements s WHERE s.channel_id = e.channel_id)
 ORDER BY e.happened_at;

-- name: vouch
-- A person says that these were sent. The id is unmistakable: no channel gives such a one, so no
-- receipt is waited for, and a late one can still take its place.
UPDATE deliveries
   SET state = 'accepted', channel_id = 'by-hand:' || id, code = NULL, reason = NULL,
       changed_at = $now
 WHERE run_id = $run_id AND state = 'unknown' AND ($all OR id = ANY($ids))
RETURNING id, phone, begun_at;

-- name: repeat
-- A person says that these shall be sent again, while the run can still send.
UPDATE deliveries
   SET state = 'queued', code = NULL, reason = NULL, due_at = $now, changed_at = $now
 WHERE run_id = $run_id AND state = 'unknown' AND ($all OR id = ANY($ids))
   AND EXISTS (SELECT 1 FROM runs WHERE id = $run_id AND state IN ('running', 'paused'))
RETURNING id, phone, begun_at;

-- name: give_up
-- A person says that these were not sent.
UPDATE deliveries
   SET state = 'failed', code = 'by_hand', reason = $reason, changed_at = $now
 WHERE run_id = $run_id AND state = 'unknown' AND ($all OR id = ANY($ids))
RETURNING id, phone, begun_at;

-- name: keep
-- Who decided what, from `$rows`, a JSON array of objects.
INSERT INTO settlements (delivery_id, left_at, run_id, integration_id, phone, decided, actor,
                         decided_at)
SELECT s.delivery_id, s.left_at, s.run_id, s.integration_id, s.phone, s.decided, s.actor,
       s.decided_at
  FROM (SELECT unnest(from_json($rows, '[{"delivery_id": "BIGINT", "left_at": "TIMESTAMP",
            "run_id": "BIGINT", "integration_id": "VARCHAR", "phone": "VARCHAR",
            "decided": "VARCHAR", "actor": "VARCHAR", "decided_at": "TIMESTAMP"}]')) AS s);

-- name: settled
-- What was decided in a run, and what became of it since: the delivery as it is, and what receipts
-- say of the attempt that was in doubt.
SELECT s.delivery_id, d.person_id, coalesce(nullif(d.person_name, ''), '(removed)') AS person_name,
       CASE WHEN starts_with(s.phone, '~') THEN '(removed)' ELSE s.phone END AS phone, s.left_at, s.decided, s.actor,
       s.decided_at, d.state,
       coalesce(s.channel_id <> d.channel_id, s.channel_id IS NOT NULL) AS apart,
       (SELECT max(e.kind) FROM receipts e
         WHERE e.channel_id = s.channel_id AND e.kind = 'user') AS on_the_phone,
       (SELECT max(e.kind) FROM receipts e
         WHERE e.channel_id = s.channel_id AND e.kind = 'channel') AS taken,
       (SELECT max(e.kind) FROM receipts e
         WHERE e.channel_id = s.channel_id AND e.kind = 'failure') AS failed
  FROM settlements s
  JOIN deliveries d ON d.id = s.delivery_id
 WHERE s.run_id = $run_id
 ORDER BY s.decided_at DESC, s.delivery_id;

-- name: by_channel_id
-- The settled attempt that the channel knows by this id.
SELECT delivery_id FROM settlements WHERE channel_id = $channel_id;

-- name: not_heard_of
-- Attempts of this delivery that were settled by hand and of which no receipt spoke.
SELECT run_id, phone, left_at FROM settlements
 WHERE delivery_id = $delivery_id AND channel_id IS NULL;

-- name: hear_of
-- A late receipt names the channel's id of a settled attempt.
UPDATE settlements SET channel_id = $channel_id
 WHERE delivery_id = $delivery_id AND left_at = $left_at AND channel_id IS NULL;

-- name: join
-- A late receipt speaks for the delivery where nothing else does; see delivery/receipts.py.
UPDATE deliveries SET channel_id = $channel_id
 WHERE id = $delivery_id
   AND ((state = 'accepted' AND channel_id = 'by-hand:' || id)
        OR (state = 'failed' AND code = 'by_hand' AND channel_id IS NULL)
        OR ($arrived AND state = 'queued' AND channel_id IS NULL));
