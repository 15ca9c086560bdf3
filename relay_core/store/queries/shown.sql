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

-- name: campaigns
-- Campaigns compared, a person once in a run and its retries
WITH RECURSIVE family AS (
    SELECT run_id, run_id AS root, campaign_id
      FROM report_runs
     WHERE kind = 'campaign' AND created_at >= $since
     UNION ALL
    SELECT r.run_id, f.root, f.campaign_id
      FROM report_runs r
      JOIN family f ON f.run_id = r.retry_of),
answers AS (
    SELECT delivery_id, bool_or(opts_out) AS opts_out
      FROM report_replies
     GROUP BY delivery_id),
persons AS (
    SELECT f.campaign_id, f.root, d.person_id,
           bool_or(d.is_sent) AS is_sent,
           bool_or(d.state = 'delivered') AS is_delivered,
           bool_or(d.state = 'failed')
               AND NOT bool_or(d.state NOT IN ('failed', 'cancelled')) AS is_failed,
           bool_or(a.delivery_id IS NOT NULL) AS is_replied,
           coalesce(bool_or(a.opts_out), false) AS is_opted_out
      FROM family f
      JOIN report_deliveries d ON d.run_id = f.run_id
      LEFT JOIN answers a ON a.delivery_id = d.delivery_id
     GROUP BY f.campaign_id, f.root, d.person_id)
SELECT c.name AS campaign, count(*) AS planned,
       count(*) FILTER (WHERE p.is_sent) AS sent,
       count(*) FILTER (WHERE p.is_delivered) AS delivered,
       count(*) FILTER (WHERE p.is_failed) AS failed,
       count(*) FILTER (WHERE p.is_replied) AS replied,
       count(*) FILTER (WHERE p.is_opted_out) AS opted_out
  FROM persons p
  JOIN report_campaigns c ON c.campaign_id = p.campaign_id
 GROUP BY p.campaign_id, c.name
 ORDER BY sent DESC, p.campaign_id;

-- name: messages
-- Messages by the day, week or month on which they left
WITH answers AS (
    SELECT delivery_id, bool_or(opts_out) AS opts_out
      FROM report_replies
     GROUP BY delivery_id)
SELECT CAST(date_trunc($step, d.sent_at AT TIME ZONE 'UTC' AT TIME ZONE $zone) AS DATE) AS start,
       count(*) FILTER (WHERE d.is_sent) AS sent,
       count(*) FILTER (WHERE d.state = 'delivered') AS delivered,
       count(*) FILTER (WHERE d.state = 'failed') AS failed,
       count(a.delivery_id) AS replied,
       count(*) FILTER (WHERE a.opts_out) AS opted_out
  FROM report_deliveries d
  JOIN report_runs r ON r.run_id = d.run_id
  LEFT JOIN report_integrations i ON i.integration_id = r.integration_id
  LEFT JOIN answers a ON a.delivery_id = d.delivery_id
 WHERE d.sent_at >= $since
   AND $chosen
 GROUP BY start
 ORDER BY start;

-- name: templates
-- Templates and their versions, week by week
WITH answers AS (
    SELECT delivery_id, bool_or(opts_out) AS opts_out
      FROM report_replies
     GROUP BY delivery_id)
SELECT r.template, r.template_language, r.template_version,
       CAST(date_trunc($step, d.sent_at AT TIME ZONE 'UTC' AT TIME ZONE $zone) AS DATE) AS start,
       count(*) FILTER (WHERE d.is_sent) AS sent,
       count(*) FILTER (WHERE d.state = 'delivered') AS delivered,
       count(*) FILTER (WHERE d.state = 'failed') AS failed,
       count(a.delivery_id) AS replied,
       count(*) FILTER (WHERE a.opts_out) AS opted_out
  FROM report_deliveries d
  JOIN report_runs r ON r.run_id = d.run_id
  LEFT JOIN answers a ON a.delivery_id = d.delivery_id
 WHERE d.sent_at >= $since
 GROUP BY ALL
 ORDER BY r.template, r.template_language, r.template_version, start;

-- name: integrations
-- Integrations, week by week
WITH answers AS (
    SELECT delivery_id, bool_or(opts_out) AS opts_out
      FROM report_replies
     GROUP BY delivery_id)
SELECT coalesce(i.name, d.integration_id) AS integration,
       CAST(date_trunc($step, d.sent_at AT TIME ZONE 'UTC' AT TIME ZONE $zone) AS DATE) AS start,
       count(*) FILTER (WHERE d.is_sent) AS sent,
       count(*) FILTER (WHERE d.state = 'delivered') AS delivered,
       count(*) FILTER (WHERE d.state = 'failed') AS failed,
       count(a.delivery_id) AS replied,
       count(*) FILTER (WHERE a.opts_out) AS opted_out
  FROM report_deliveries d
  LEFT JOIN report_integrations i ON i.integration_id = d.integration_id
  LEFT JOIN answers a ON a.delivery_id = d.delivery_id
 WHERE d.sent_at >= $since
 GROUP BY ALL
 ORDER BY integration, start;

-- name: pressure
-- How many people got how many messages
WITH heard AS (
    SELECT person_id, count(*) AS messages
      FROM report_deliveries
     WHERE sent_at >= $since AND state IN ('sending', 'accepted', 'delivered', 'unknown')
     GROUP BY person_id)
SELECT messages, count(*) AS people
  FROM heard
 GROUP BY messages
 ORDER BY messages;

-- name: opt_outs
-- Opt-outs by the how-manieth message that they answer
WITH heard AS (
    SELECT delivery_id,
           row_number() OVER (PARTITION BY person_id ORDER BY sent_at, delivery_id) AS nth
      FROM report_deliveries
     WHERE sent_at >= $since AND state IN ('sending', 'accepted', 'delivered', 'unknown')),
stops AS (
    SELECT DISTINCT delivery_id FROM report_replies WHERE opts_out)
SELECT h.nth, count(*) AS messages, count(s.delivery_id) AS opted_out
  FROM heard h
  LEFT JOIN stops s ON s.delivery_id = h.delivery_id
 GROUP BY h.nth
 ORDER BY h.nth;
