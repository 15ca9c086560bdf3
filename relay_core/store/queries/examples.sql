-- name: runs
-- What became of each run
SELECT r.run_id, c.name AS campaign, r.template, r.created_at,
       count(*) AS messages,
       count(*) FILTER (WHERE d.state IN ('accepted', 'delivered')) AS accepted,
       count(*) FILTER (WHERE d.state = 'delivered') AS delivered,
       count(*) FILTER (WHERE d.state = 'failed') AS failed,
       count(*) FILTER (WHERE d.state = 'unknown') AS unknown
  FROM report_deliveries d
  JOIN report_runs r USING (run_id)
  JOIN report_campaigns c ON c.campaign_id = r.campaign_id
 GROUP BY ALL
 ORDER BY r.run_id DESC;

-- name: replies
-- Who replies, by template and country
SELECT r.template, d.country, count(*) AS accepted,
       count(a.delivery_id) AS replied,
       round(100.0 * count(a.delivery_id) / count(*), 1) AS percent
  FROM report_deliveries d
  JOIN report_runs r USING (run_id)
  LEFT JOIN (SELECT DISTINCT delivery_id FROM report_replies) a USING (delivery_id)
 WHERE d.state IN ('accepted', 'delivered')
 GROUP BY ALL
 ORDER BY accepted DESC;

-- name: failures
-- Why messages fail, week by week
SELECT date_trunc('week', d.sent_at) AS week, i.channel, d.code, count(*) AS messages,
       any_value(d.reason) AS for_example
  FROM report_deliveries d
  JOIN report_integrations i USING (integration_id)
 WHERE d.state = 'failed'
 GROUP BY ALL
 ORDER BY week DESC, messages DESC;

-- name: delivery_times
-- Seconds until a message is on the phone
SELECT i.name AS integration, count(*) AS receipts,
       round(median(epoch(x.happened_at - d.sent_at)), 1) AS median_s,
       round(quantile_cont(epoch(x.happened_at - d.sent_at), 0.95), 1) AS p95_s
  FROM report_receipts x
  JOIN report_deliveries d USING (delivery_id)
  JOIN report_integrations i USING (integration_id)
 WHERE x.kind = 'user' AND d.state = 'delivered'
 GROUP BY ALL
 ORDER BY receipts DESC;

-- name: frequency
-- How often people were written to
SELECT messages, count(*) AS people
  FROM (SELECT person_id, count(*) AS messages
          FROM report_deliveries
         WHERE state IN ('accepted', 'delivered', 'unknown')
         GROUP BY person_id)
 GROUP BY messages
 ORDER BY messages;

-- name: skipped
-- Why people were left out
SELECT run_id, reason, count(*) AS people
  FROM report_skipped
 GROUP BY ALL
 ORDER BY run_id DESC, people DESC;
