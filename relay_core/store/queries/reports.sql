-- name: head
-- What a report says of the run itself. An integration that is gone still has its row here.
SELECT r.id, c.name AS campaign, r.template, r.integration_id, i.name AS integration,
       i.type AS channel, r.state, r.note, r.matched, r.planned, r.created_at, r.finished_at,
       r.kind, r.manifest, r.rules, r.warnings, r.static_values, r.created_by, r.approved_by,
       r.parent_run, r.retried, r.forgotten_at
  FROM runs r
  JOIN campaigns c ON c.id = r.campaign_id
  LEFT JOIN integrations i ON i.id = r.integration_id
 WHERE r.id = $run_id;

-- name: counts
-- The run's deliveries as one small cube, so that the totals, the funnel and the tables by country,
-- language and template are sums of the same rows and always agree. Sent is what the channel took,
-- also where it failed afterwards.
SELECT state, country, language, template_language, count(*) AS deliveries,
       count(*) FILTER (WHERE state IN ('accepted', 'delivered')
                           OR state = 'failed' AND channel_id IS NOT NULL) AS sent,
       count(*) FILTER (WHERE state = 'accepted' AND begun_at >= $awaited_since) AS awaited
  FROM deliveries
 WHERE run_id = $run_id
 GROUP BY state, country, language, template_language;

-- name: answered
-- The run's messages that got an answer, each with the moment of the first. `$since` is when the run
-- was made: nothing was heard earlier, and the file skips what it holds of it. How long the answer
-- took is by the vendor's clock where that is possible: between the request and our hearing of it.
WITH matched AS (
    SELECT d.id, d.country, d.language, d.template_language, d.begun_at, r.is_stop,
           CASE WHEN r.happened_at BETWEEN d.begun_at AND r.received_at
                THEN r.happened_at ELSE r.received_at END AS moment
      FROM replies r
      JOIN deliveries d ON d.id = r.delivery_id
     WHERE d.run_id = $run_id AND r.received_at >= $since)
SELECT country, language, template_language, bool_or(is_stop) AS opted_out, min(moment) AS moment,
       extract(epoch FROM min(moment) - min(begun_at)) AS seconds
  FROM matched
 GROUP BY id, country, language, template_language
 ORDER BY moment, id;

-- name: causes
-- Why deliveries ended without success, with the vendor's most frequent words for it. Sunco reports
-- every failure as 'uncategorized_error'; Meta's own code stands at the start of the reason, as in
-- "(#131026) Message undeliverable".
WITH explained AS (
    SELECT state, reason, changed_at,
           CASE WHEN reason LIKE '(#%)%' THEN split_part(substr(reason, 3), ')', 1)
                ELSE coalesce(code, 'unexplained') END AS code
      FROM deliveries
     WHERE run_id = $run_id AND state IN ('failed', 'unknown', 'cancelled')),
counted AS (
    SELECT state, code, reason, count(*) AS deliveries, max(changed_at) AS last_at
      FROM explained
     GROUP BY state, code, reason)
SELECT state, code, (array_agg(reason ORDER BY deliveries DESC, reason))[1] AS reason,
       CAST(sum(deliveries) AS BIGINT) AS deliveries, max(last_at) AS last_at
  FROM counted
 GROUP BY state, code
 ORDER BY deliveries DESC, code;

-- name: in_vain
-- How often the channel of a run could not be reached, or wanted less, since a moment.
SELECT count(*) FILTER (WHERE outcome = 'throttled') AS throttled,
       count(*) FILTER (WHERE outcome = 'unreachable') AS unreachable
  FROM attempts
 WHERE run_id = $run_id AND ended_at >= $since;

-- name: span
-- The first request of the run, when 99 in 100 of its messages had seen their last change, and when
-- the last of them had.
SELECT min(begun_at) AS began_at, quantile_disc(changed_at, 0.99) AS bulk_at,
       max(changed_at) AS last_at
  FROM deliveries
 WHERE run_id = $run_id AND begun_at IS NOT NULL;

-- name: timeline
-- What happened in each bucket of `$width_s` seconds, counted from 1970. Sums equal the totals:
-- a message counts as failed by the state it is in now, as sent if the channel took it. The
-- vendor's clock is believed where it is possible: after the request left and before we heard of
-- it. Receipts are read from `$since`, when the run was made, to `$until`, the last change that any
-- of its messages has seen: the file skips all others.
WITH messages AS (
    SELECT id, channel_id, state, begun_at, changed_at
      FROM deliveries
     WHERE run_id = $run_id AND state IN ('accepted', 'delivered', 'failed')),
taken AS (
    SELECT delivery_id, min(ended_at) AS ended_at
      FROM attempts
     WHERE run_id = $run_id AND outcome = 'accepted'
     GROUP BY delivery_id),
happened AS (
    SELECT 'sent' AS event, coalesce(a.ended_at, d.begun_at) AS moment
      FROM messages d
      LEFT JOIN taken a ON a.delivery_id = d.id
     WHERE d.state <> 'failed' OR d.channel_id IS NOT NULL
     UNION ALL
    SELECT 'delivered', CASE WHEN r.happened_at BETWEEN d.begun_at AND r.received_at
                             THEN r.happened_at ELSE r.received_at END
      FROM messages d
      JOIN receipts r ON r.channel_id = d.channel_id
     WHERE d.state = 'delivered' AND r.kind = 'user'
       AND r.received_at BETWEEN $since AND $until
     UNION ALL
    SELECT 'failed', changed_at FROM messages WHERE state = 'failed')
SELECT event, CAST(floor(extract(epoch FROM moment) / $width_s) AS BIGINT) AS bucket,
       count(*) AS messages
  FROM happened
 GROUP BY event, bucket
 ORDER BY bucket, event;

-- name: pace
-- Requests that reached the channel and were judged there; throttled and unreachable ones carried
-- nothing.
SELECT count(*) AS messages, min(begun_at) AS first_at, max(begun_at) AS last_at,
       max(ended_at) AS ended_at
  FROM attempts
 WHERE run_id = $run_id AND outcome IN ('accepted', 'rejected', 'unknown');

-- name: delivery_times
-- Seconds from the request to the phone: percentiles, and how many lie between `$bounds_s`. Clocks
-- and receipts are treated as in `timeline`.
WITH timed AS (
    SELECT extract(epoch FROM CASE WHEN r.happened_at BETWEEN d.begun_at AND r.received_at
                                   THEN r.happened_at ELSE r.received_at END - d.begun_at) AS s
      FROM deliveries d
      JOIN receipts r ON r.channel_id = d.channel_id
     WHERE d.run_id = $run_id AND d.state = 'delivered' AND r.kind = 'user'
       AND r.received_at BETWEEN $since AND $until)
SELECT count(*) AS messages, percentile_cont(0.5) WITHIN GROUP (ORDER BY s) AS median_s,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY s) AS p95_s,
       histogram(s, CAST($bounds_s AS DOUBLE[])) AS bins
  FROM timed;

-- name: charged
-- What the run is charged for, counted by all that its price depends on: planned, taken by the
-- channel, and on the phone. Texts that take as many parts as one another are one row: those of one
-- alphabet and length without a character that counts twice, and those of which only the parts are
-- still known. `$by_text` is off where parts do not matter.
SELECT country, template_language, count(*) AS planned,
       count(*) FILTER (WHERE state IN ('accepted', 'delivered')
                           OR state = 'failed' AND channel_id IS NOT NULL) AS sent,
       count(*) FILTER (WHERE state = 'delivered') AS delivered,
       min(body) AS body, min(parts) AS parts
  FROM deliveries
 WHERE run_id = $run_id
 GROUP BY country, template_language, CASE WHEN $by_text THEN parts END,
          CASE WHEN $by_text THEN length(body) END,
          CASE WHEN $by_text THEN regexp_full_match(body, $alphabet, 's') END,
          CASE WHEN $by_text AND regexp_matches(body, $double) THEN body END
 ORDER BY country, template_language;

-- name: trail
-- Who did what to the run, in the order in which it happened.
SELECT happened_at, actor, event, detail
  FROM audit
 WHERE subject = CAST($run_id AS TEXT) AND happened_at >= $since
   AND (event LIKE 'run.%' OR event LIKE 'unknowns.%')
 ORDER BY happened_at, event;

-- name: versions_of
-- The texts that a template had until a moment, under the name it has today; newest first.
SELECT v.number, v.content
  FROM templates t
  JOIN template_versions v ON v.template_id = t.id
 WHERE t.name = $name AND t.language = $language AND v.made_at <= $until
 ORDER BY v.number DESC;

-- name: people
-- The deliveries behind a number of the report. Codes are told apart as in `causes`, replies as in
-- `answered`, clocks as in `timeline`. Vendors repeat the phone number in some reasons, so a long
-- number is taken out of them, and what was erased or removed for its age is said to be. What
-- happened to whom by `$event`, and when, is as in `timeline`; without an event it is the request
-- that counts.
WITH answered AS (
    SELECT d.id, string_agg(r.body, ' / ' ORDER BY r.received_at, r.message_id) AS reply,
           bool_or(r.is_stop) AS opted_out,
           min(CASE WHEN r.happened_at BETWEEN d.begun_at AND r.received_at
                    THEN r.happened_at ELSE r.received_at END) AS moment
      FROM replies r
      JOIN deliveries d ON d.id = r.delivery_id
     WHERE r.received_at >= $since AND d.run_id = $run_id
     GROUP BY d.id),
taken AS (
    SELECT delivery_id, min(ended_at) AS ended_at
      FROM attempts
     WHERE run_id = $run_id AND outcome = 'accepted' AND $event = 'sent'
     GROUP BY delivery_id),
told AS (
    SELECT d.id AS delivery_id, d.person_id, coalesce(nullif(d.person_name, ''), '(removed)') AS name,
           CASE WHEN starts_with(d.phone, '~') THEN '(removed)'
                WHEN $show_phones THEN d.phone
                ELSE left(d.phone, 3) || '…' || right(d.phone, 2) END AS phone,
           d.state,
           CASE WHEN d.reason LIKE '(#%)%' THEN split_part(substr(d.reason, 3), ')', 1)
                WHEN d.state IN ('failed', 'unknown', 'cancelled')
                THEN coalesce(d.code, 'unexplained') END AS code,
           regexp_replace(d.reason, '\+?[0-9]{7,15}', '…', 'g') AS reason, d.attempts,
           d.begun_at AS sent_at,
           CASE WHEN r.happened_at BETWEEN d.begun_at AND r.received_at
                THEN r.happened_at ELSE r.received_at END AS delivered_at,
           a.reply, a.moment AS answered_at, d.begun_at, d.changed_at, t.ended_at AS taken_at
      FROM deliveries d
      LEFT JOIN receipts r
        ON r.channel_id = d.channel_id AND r.kind = 'user' AND d.state = 'delivered'
       AND r.received_at BETWEEN $since AND $until
      LEFT JOIN answered a ON a.id = d.id
      LEFT JOIN taken t ON t.delivery_id = d.id
     WHERE d.run_id = $run_id AND d.state = ANY($states)
       AND (a.id IS NOT NULL OR NOT $replied)
       AND (a.opted_out OR NOT $opted_out)
       AND (d.channel_id IS NOT NULL OR NOT $taken)
       AND (CAST($side AS TEXT) IS NULL
            OR CASE $side WHEN 'country' THEN d.country ELSE d.language END
               IS NOT DISTINCT FROM CAST($key AS TEXT))),
timed AS (
    SELECT *, CASE CAST($event AS TEXT)
              WHEN 'sent' THEN coalesce(taken_at, begun_at)
              WHEN 'delivered' THEN delivered_at
              WHEN 'failed' THEN changed_at
              WHEN 'replied' THEN answered_at
              ELSE begun_at END AS moment
      FROM told)
SELECT delivery_id, person_id, name, phone, state, code, reason, attempts, sent_at, delivered_at,
       reply
  FROM timed
 WHERE (CAST($detail AS TEXT) IS NULL OR code = $detail)
   AND (CAST($happened_from AS TIMESTAMP) IS NULL OR moment >= $happened_from)
   AND (CAST($happened_before AS TIMESTAMP) IS NULL OR moment < $happened_before)
   AND (CAST($above_s AS BIGINT) IS NULL OR extract(epoch FROM moment - begun_at) > $above_s)
   AND (CAST($up_to_s AS BIGINT) IS NULL OR extract(epoch FROM moment - begun_at) <= $up_to_s)
 ORDER BY delivery_id;

-- name: people_skipped
-- Those left out, in the same columns. The number is the one the mirror holds today, as written in
-- Zendesk, because nothing was frozen for people who get nothing.
SELECT CAST(NULL AS BIGINT) AS delivery_id, e.person_id,
       coalesce(nullif(e.person_name, ''), '(removed)') AS name,
       CASE WHEN $show_phones OR p.phone IS NULL THEN p.phone
            WHEN length(p.phone) < 8 THEN '…'
            ELSE left(p.phone, 3) || '…' || right(p.phone, 2) END AS phone,
       'skipped' AS state, e.reason AS code, CAST(NULL AS TEXT) AS reason, 0 AS attempts,
       CAST(NULL AS TIMESTAMP) AS sent_at, CAST(NULL AS TIMESTAMP) AS delivered_at,
       CAST(NULL AS TEXT) AS reply
  FROM exclusions e
  LEFT JOIN people p ON p.id = e.person_id
 WHERE e.run_id = $run_id AND (CAST($detail AS TEXT) IS NULL OR e.reason = $detail)
 ORDER BY e.person_name, e.person_id;

-- name: overview_runs
-- Every run with its figures, newest first, without tests. Messages are counted by run and state
-- first, and answers apart: all that was ever sent is read once, and by as little as will do.
WITH counted AS (
    SELECT run_id, state, count(*) AS messages FROM deliveries GROUP BY run_id, state),
answered AS (
    SELECT d.run_id, count(DISTINCT d.id) AS replied
      FROM replies r
      JOIN deliveries d ON d.id = r.delivery_id
     GROUP BY d.run_id),
figures AS (
    SELECT run_id,
           CAST(sum(messages) FILTER (WHERE state = 'queued') AS BIGINT) AS queued,
           CAST(sum(messages) FILTER (WHERE state = 'sending') AS BIGINT) AS sending,
           CAST(sum(messages) FILTER (WHERE state IN ('accepted', 'delivered')) AS BIGINT)
               AS accepted,
           CAST(sum(messages) FILTER (WHERE state = 'delivered') AS BIGINT) AS delivered,
           CAST(sum(messages) FILTER (WHERE state = 'failed') AS BIGINT) AS failed,
           CAST(sum(messages) FILTER (WHERE state = 'unknown') AS BIGINT) AS unknown,
           CAST(sum(messages) FILTER (WHERE state = 'cancelled') AS BIGINT) AS cancelled
      FROM counted
     GROUP BY run_id),
left_out AS (
    SELECT run_id, count(*) AS skipped FROM exclusions GROUP BY run_id)
SELECT r.id AS run, c.name AS campaign, r.template, r.integration_id,
       coalesce(i.name, r.integration_id) AS integration, coalesce(i.type, '') AS channel,
       r.state, r.note, r.created_at, r.finished_at, r.planned,
       coalesce(f.queued, 0) AS queued, coalesce(f.sending, 0) AS sending,
       coalesce(f.accepted, 0) AS accepted, coalesce(f.delivered, 0) AS delivered,
       coalesce(f.failed, 0) AS failed, coalesce(f.unknown, 0) AS unknown,
       coalesce(f.cancelled, 0) AS cancelled, coalesce(a.replied, 0) AS replied,
       coalesce(x.skipped, 0) AS skipped
  FROM runs r
  JOIN campaigns c ON c.id = r.campaign_id
  LEFT JOIN integrations i ON i.id = r.integration_id
  LEFT JOIN figures f ON f.run_id = r.id
  LEFT JOIN answered a ON a.run_id = r.id
  LEFT JOIN left_out x ON x.run_id = r.id
 WHERE r.kind <> 'test' AND r.state <> 'freezing'
 ORDER BY r.id DESC;

-- name: overview_totals
-- What became of the messages whose last request left within each period. Tests, which go to no
-- person, are not counted.
WITH answered AS (
    SELECT DISTINCT delivery_id AS id FROM replies WHERE delivery_id IS NOT NULL)
SELECT p.days,
       count(*) FILTER (WHERE d.state IN ('accepted', 'delivered')) AS accepted,
       count(*) FILTER (WHERE d.state = 'delivered') AS delivered,
       count(*) FILTER (WHERE d.state = 'failed') AS failed,
       count(*) FILTER (WHERE d.state = 'unknown') AS unknown,
       count(a.id) AS replied
  FROM (VALUES (7, CAST($week_ago AS TIMESTAMP)), (30, CAST($month_ago AS TIMESTAMP)))
       AS p(days, since)
  LEFT JOIN deliveries d ON d.begun_at >= p.since AND d.person_id >= 0
  LEFT JOIN answered a ON a.id = d.id
 GROUP BY p.days
 ORDER BY p.days;
