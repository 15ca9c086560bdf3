-- name: campaigns
-- What became of the runs made since a moment, by campaign. A retry belongs to the run whose people
-- it tries again, however often: there a person counts once, with the best that became of any of
-- the messages. Runs without retries have one message to a person, so none of those is looked at
-- twice. Tests go to nobody and are left out.
WITH RECURSIVE family AS (
    SELECT id AS run_id, id AS root, campaign_id FROM runs
     WHERE kind = 'campaign' AND state <> 'freezing' AND created_at >= $since
     UNION ALL
    SELECT r.id, f.root, f.campaign_id
      FROM runs r
      JOIN family f ON f.run_id = r.parent_run
     WHERE r.kind = 'retry' AND r.state <> 'freezing'),
told AS (
    SELECT f.*, count(*) OVER (PARTITION BY root) > 1 AS is_retried FROM family f),
answers AS (
    SELECT delivery_id, bool_or(is_stop) AS is_stop
      FROM replies
     WHERE received_at >= $since AND delivery_id IS NOT NULL
     GROUP BY delivery_id),
messages AS (
    SELECT t.campaign_id, t.root, t.is_retried, d.person_id, d.state,
           d.state IN ('accepted', 'delivered') OR d.state = 'failed' AND d.channel_id IS NOT NULL
               AS is_sent,
           a.delivery_id IS NOT NULL AS is_answered, coalesce(a.is_stop, false) AS is_stop
      FROM deliveries d
      JOIN told t ON t.run_id = d.run_id
      LEFT JOIN answers a ON a.delivery_id = d.id
     WHERE d.run_id >= (SELECT min(run_id) FROM told)),
persons AS (
    SELECT campaign_id, count(*) AS planned, count(*) FILTER (WHERE is_sent) AS sent,
           count(*) FILTER (WHERE state = 'delivered') AS delivered,
           count(*) FILTER (WHERE state = 'failed') AS failed,
           count(*) FILTER (WHERE is_answered) AS replied,
           count(*) FILTER (WHERE is_stop) AS opted_out,
           count(*) FILTER (WHERE is_sent) AS messages
      FROM messages WHERE NOT is_retried GROUP BY campaign_id
     UNION ALL
    SELECT campaign_id, count(*), count(*) FILTER (WHERE sent > 0), count(*) FILTER (WHERE on_phone),
           count(*) FILTER (WHERE failed AND NOT otherwise), count(*) FILTER (WHERE answered),
           count(*) FILTER (WHERE stopped), CAST(sum(sent) AS BIGINT)
      FROM (SELECT campaign_id, root, person_id, count(*) FILTER (WHERE is_sent) AS sent,
                   bool_or(state = 'delivered') AS on_phone, bool_or(state = 'failed') AS failed,
                   bool_or(state NOT IN ('failed', 'cancelled')) AS otherwise,
                   bool_or(is_answered) AS answered, bool_or(is_stop) AS stopped
              FROM messages WHERE is_retried GROUP BY campaign_id, root, person_id)
     GROUP BY campaign_id)
SELECT c.id AS campaign_id, c.name AS campaign,
       (SELECT count(DISTINCT root) FROM told t WHERE t.campaign_id = c.id) AS runs,
       CAST(sum(p.planned) AS BIGINT) AS planned, CAST(sum(p.sent) AS BIGINT) AS sent,
       CAST(sum(p.delivered) AS BIGINT) AS delivered, CAST(sum(p.failed) AS BIGINT) AS failed,
       CAST(sum(p.replied) AS BIGINT) AS replied, CAST(sum(p.opted_out) AS BIGINT) AS opted_out,
       CAST(sum(p.messages) AS BIGINT) AS messages
  FROM persons p
  JOIN campaigns c ON c.id = p.campaign_id
 GROUP BY c.id, c.name
 ORDER BY sent DESC, c.id;

-- name: cells
-- What became of the messages that left since a moment, by run and quarter of an hour in which they
-- left: every zone's days begin with one. Tests are left out.
WITH answers AS (
    SELECT delivery_id, bool_or(is_stop) AS is_stop
      FROM replies
     WHERE received_at >= $since AND delivery_id IS NOT NULL
     GROUP BY delivery_id),
answered AS (
    SELECT d.run_id, CAST(epoch(d.begun_at) AS BIGINT) // 900 AS quarter, count(*) AS replied,
           count(*) FILTER (WHERE a.is_stop) AS opted_out
      FROM deliveries d
      JOIN answers a ON a.delivery_id = d.id
     WHERE d.begun_at >= $since AND d.person_id >= 0
     GROUP BY d.run_id, quarter),
left_then AS (
    SELECT run_id, CAST(epoch(begun_at) AS BIGINT) // 900 AS quarter,
           count(*) FILTER (WHERE state IN ('accepted', 'delivered', 'failed')) AS tried,
           count(*) FILTER (WHERE state IN ('accepted', 'delivered')
                               OR state = 'failed' AND channel_id IS NOT NULL) AS sent,
           count(*) FILTER (WHERE state = 'delivered') AS delivered,
           count(*) FILTER (WHERE state = 'failed') AS failed
      FROM deliveries
     WHERE begun_at >= $since AND person_id >= 0
     GROUP BY run_id, quarter),
counted AS (
    SELECT l.*, coalesce(a.replied, 0) AS replied, coalesce(a.opted_out, 0) AS opted_out
      FROM left_then l
      LEFT JOIN answered a ON a.run_id = l.run_id AND a.quarter = l.quarter)
SELECT k.*, c.name AS campaign,
       coalesce(r.template || ' (' || r.template_language || ')', 'not known') AS template,
       r.template_version, coalesce(i.name, r.integration_id) AS integration,
       coalesce(i.channel, '') AS channel
  FROM counted k
  JOIN report_runs r ON r.run_id = k.run_id
  JOIN report_campaigns c ON c.campaign_id = r.campaign_id
  LEFT JOIN report_integrations i ON i.integration_id = r.integration_id
 ORDER BY k.quarter, k.run_id;

-- name: failures
-- Why messages that left since a moment failed, by integration. Codes are told apart as in
-- `reports.causes`.
WITH counted AS (
    SELECT run_id, CASE WHEN reason LIKE '(#%)%' THEN split_part(substr(reason, 3), ')', 1)
                        ELSE coalesce(code, 'unexplained') END AS code,
           count(*) AS messages
      FROM deliveries
     WHERE begun_at >= $since AND person_id >= 0 AND state = 'failed'
     GROUP BY ALL)
SELECT coalesce(i.name, r.integration_id) AS integration, coalesce(i.type, '') AS channel, k.code,
       CAST(sum(k.messages) AS BIGINT) AS messages
  FROM counted k
  JOIN runs r ON r.id = k.run_id
  LEFT JOIN integrations i ON i.id = r.integration_id
 WHERE r.kind <> 'test' AND r.state <> 'freezing'
 GROUP BY ALL
 ORDER BY integration, channel, k.code;

-- name: pressure
-- How many people got how many messages since a moment; what may have left counts.
SELECT messages, count(*) AS people
  FROM (SELECT count(*) AS messages
          FROM deliveries
         WHERE begun_at >= $since AND person_id >= 0
           AND state IN ('sending', 'accepted', 'delivered', 'unknown')
         GROUP BY person_id)
 GROUP BY messages
 ORDER BY messages;

-- name: opt_outs
-- How many opted out in answer to the how-manieth message that they got since a moment.
WITH stops AS (
    SELECT DISTINCT d.id, d.person_id, d.begun_at
      FROM replies r
      JOIN deliveries d ON d.id = r.delivery_id
     WHERE r.is_stop AND r.received_at >= $since AND d.begun_at >= $since AND d.person_id >= 0
       AND d.state IN ('sending', 'accepted', 'delivered', 'unknown')),
numbered AS (
    SELECT s.id, count(*) AS nth
      FROM stops s
      JOIN deliveries d
        ON d.person_id = s.person_id AND d.begun_at >= $since
       AND (d.begun_at < s.begun_at OR d.begun_at = s.begun_at AND d.id <= s.id)
       AND d.state IN ('sending', 'accepted', 'delivered', 'unknown')
     GROUP BY s.id)
SELECT nth, count(*) AS opted_out
  FROM numbered
 GROUP BY nth
 ORDER BY nth;

-- name: capped
-- How many people heard as much as the cap allows, by what is kept with them.
SELECT count(*) AS people FROM people WHERE capped_at >= $since;

-- name: pressed_people
-- Those who got so many, the most first; numbers are masked.
WITH many AS (
    SELECT person_id, count(*) AS messages, max(begun_at) AS last_at, max(id) AS last_id
      FROM deliveries
     WHERE begun_at >= $since AND person_id >= 0
       AND state IN ('sending', 'accepted', 'delivered', 'unknown')
     GROUP BY person_id
    HAVING count(*) BETWEEN $least AND $most
     ORDER BY messages DESC, person_id
     LIMIT $rows)
SELECT m.person_id, coalesce(nullif(d.person_name, ''), '(removed)') AS name,
       CASE WHEN starts_with(d.phone, '~') THEN '(removed)'
            ELSE left(d.phone, 3) || '…' || right(d.phone, 2) END AS phone,
       m.messages, m.last_at
  FROM many m
  JOIN deliveries d ON d.id = m.last_id
 ORDER BY m.messages DESC, m.person_id;

-- name: sources
-- What messages were ever made from: the integrations and templates of all runs, as in `cells`.
SELECT DISTINCT coalesce(i.name, r.integration_id) AS integration,
       coalesce(r.template || ' (' || r.template_language || ')', 'not known') AS template
  FROM report_runs r
  LEFT JOIN report_integrations i ON i.integration_id = r.integration_id;

-- name: any_run
-- Whether anything but tests was ever frozen.
SELECT 1 AS found FROM runs WHERE kind <> 'test' AND state <> 'freezing' LIMIT 1;
