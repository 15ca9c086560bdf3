-- name: funnel
-- From planned to replied
SELECT count(*) AS planned,
       count(*) FILTER (WHERE is_sent) AS sent,
       count(*) FILTER (WHERE state = 'delivered') AS delivered,
       (SELECT count(DISTINCT delivery_id) FROM report_replies WHERE run_id = $run_id) AS replied
  FROM report_deliveries
 WHERE run_id = $run_id;

-- name: over_time
-- Sent, delivered, failed and replied, in steps of $step_s seconds
WITH taken AS (
    SELECT delivery_id, min(ended_at) AS moment
      FROM report_attempts
     WHERE run_id = $run_id AND outcome = 'accepted'
     GROUP BY delivery_id),
happened AS (
    SELECT 'sent' AS event, coalesce(t.moment, d.sent_at) AS moment
      FROM report_deliveries d
      LEFT JOIN taken t USING (delivery_id)
     WHERE d.run_id = $run_id AND d.is_sent
     UNION ALL
    SELECT 'delivered', x.happened_at
      FROM report_receipts x
      JOIN report_deliveries d USING (delivery_id)
     WHERE x.run_id = $run_id AND x.kind = 'user' AND d.state = 'delivered'
     UNION ALL
    SELECT 'failed', changed_at
      FROM report_deliveries
     WHERE run_id = $run_id AND state = 'failed'
     UNION ALL
    SELECT 'replied', min(CASE WHEN r.happened_at BETWEEN d.sent_at AND r.received_at
                               THEN r.happened_at ELSE r.received_at END)
      FROM report_replies r
      JOIN report_deliveries d USING (delivery_id)
     WHERE r.run_id = $run_id
     GROUP BY delivery_id)
SELECT time_bucket(to_seconds($step_s), moment, TIMESTAMP '1970-01-01') AS start,
       event, count(*) AS messages
  FROM happened
 GROUP BY start, event
 ORDER BY start, event;

-- name: failures
-- Why messages failed
SELECT code, any_value(reason) AS for_example, count(*) AS messages
  FROM report_deliveries
 WHERE run_id = $run_id AND state = 'failed'
 GROUP BY code
 ORDER BY messages DESC, code;

-- name: to_delivery
-- Seconds until messages were on the phone
SELECT count(*) AS messages,
       median(epoch(x.happened_at - d.sent_at)) AS median_s,
       quantile_cont(epoch(x.happened_at - d.sent_at), 0.95) AS p95_s
  FROM report_receipts x
  JOIN report_deliveries d USING (delivery_id)
 WHERE x.run_id = $run_id AND x.kind = 'user' AND d.state = 'delivered';

-- name: to_reply
-- Seconds until the first reply
WITH firsts AS (
    SELECT delivery_id,
           min(CASE WHEN r.happened_at BETWEEN d.sent_at AND r.received_at
                    THEN r.happened_at ELSE r.received_at END) - any_value(d.sent_at) AS took
      FROM report_replies r
      JOIN report_deliveries d USING (delivery_id)
     WHERE r.run_id = $run_id
     GROUP BY delivery_id)
SELECT count(*) AS messages, median(epoch(took)) AS median_s,
       quantile_cont(epoch(took), 0.95) AS p95_s
  FROM firsts;

-- name: skipped
-- Who was left out
SELECT reason, count(*) AS people
  FROM report_skipped
 WHERE run_id = $run_id
 GROUP BY reason
 ORDER BY people DESC, reason;

-- name: countries
-- Messages by country
SELECT d.country, count(*) AS planned,
       count(*) FILTER (WHERE d.is_sent) AS sent,
       count(*) FILTER (WHERE d.state = 'delivered') AS delivered,
       count(*) FILTER (WHERE d.state = 'failed') AS failed,
       count(a.delivery_id) AS replied
  FROM report_deliveries d
  LEFT JOIN (SELECT DISTINCT delivery_id FROM report_replies) a USING (delivery_id)
 WHERE d.run_id = $run_id
 GROUP BY d.country
 ORDER BY planned DESC, d.country;

-- name: languages
-- Messages by language
SELECT d.language, count(*) AS planned,
       count(*) FILTER (WHERE d.is_sent) AS sent,
       count(*) FILTER (WHERE d.state = 'delivered') AS delivered,
       count(*) FILTER (WHERE d.state = 'failed') AS failed,
       count(a.delivery_id) AS replied
  FROM report_deliveries d
  LEFT JOIN (SELECT DISTINCT delivery_id FROM report_replies) a USING (delivery_id)
 WHERE d.run_id = $run_id
 GROUP BY d.language
 ORDER BY planned DESC, d.language;

-- name: tickets
-- Tickets of recipients and of people held out, within a day and three
SELECT is_held_out, count(*) AS people,
       count(*) FILTER (WHERE tickets_24h > 0) AS opened_one_24h,
       count(*) FILTER (WHERE tickets_72h > 0) AS opened_one_72h,
       sum(tickets_72h) AS tickets_72h, sum(answers_72h) AS answers_72h
  FROM report_outcomes
 WHERE run_id = $run_id
 GROUP BY is_held_out
 ORDER BY is_held_out;
