-- What reports read beside the messages of `million.sql`: one attempt and one receipt for each, and
-- people who were left out. Wants the macros of that script.
INSERT INTO attempts (delivery_id, run_id, number, begun_at, ended_at, outcome, code)
SELECT id, run_id, 1, begun_at, begun_at + INTERVAL 200 MILLISECOND,
       CASE state WHEN 'failed' THEN 'rejected' WHEN 'unknown' THEN 'unknown' ELSE 'accepted' END,
       code
  FROM deliveries
 WHERE begun_at IS NOT NULL
 ORDER BY id;

INSERT INTO receipts (channel_id, kind, happened_at, received_at, integration_id)
SELECT channel_id, CASE state WHEN 'delivered' THEN 'user' ELSE 'channel' END, moment, moment, 'wa'
  FROM (SELECT *, begun_at + to_milliseconds(1_000 + (60_000 * pow(chance(id, 'arrives'), 4))::BIGINT)
                  AS moment
          FROM deliveries
         WHERE channel_id IS NOT NULL)
 ORDER BY moment;
UPDATE deliveries SET changed_at = begun_at + INTERVAL 61 SECOND WHERE state = 'delivered';

INSERT INTO exclusions (run_id, person_id, person_name, reason)
SELECT r.id, p.id, p.name, ['no_phone', 'opted_out', 'blackout'][1 + p.id % 3]
  FROM runs r
  JOIN people p ON p.id % 500 = r.id % 500;
