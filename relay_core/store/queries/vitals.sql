-- name: deliveries
-- How many messages there are in each state, tests among them.
SELECT state, count(*) AS messages FROM deliveries GROUP BY state ORDER BY state;

-- name: lanes
-- What waits on each lane: in runs that go on, of that what may leave now, and in runs that Relay
-- itself has paused, which then says why.
SELECT i.id AS lane, count(d.id) AS queued,
       count(d.id) FILTER (r.state = 'running') AS waiting,
       count(d.id) FILTER (r.state = 'running' AND d.due_at <= $now) AS due,
       count(d.id) FILTER (r.state = 'paused' AND r.note IS NOT NULL) AS stopped
  FROM integrations i
  LEFT JOIN runs r ON r.integration_id = i.id AND r.state IN ('running', 'paused')
  LEFT JOIN deliveries d ON d.run_id = r.id AND d.state = 'queued'
 GROUP BY i.id ORDER BY i.id;

-- name: latest
-- When a message left last, and when a receipt came last.
SELECT (SELECT max(begun_at) FROM attempts) AS departure,
       (SELECT max(received_at) FROM receipts) AS receipt;

-- name: schema_version
-- The latest migration that was applied.
SELECT max(number) AS number FROM schema_version;
