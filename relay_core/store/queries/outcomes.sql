-- name: groups
-- How many people of a run are compared, recipients and held out, and when the last of them began
-- to count; and how many were held out in all.
SELECT count(*) FILTER (WHERE NOT is_held_out) AS recipients,
       count(*) FILTER (WHERE is_held_out) AS held_out,
       min(counted_from) AS first_at, max(counted_from) AS last_at,
       (SELECT percent FROM control_groups WHERE run_id = $run_id) AS percent,
       (SELECT count(*) FROM exclusions WHERE run_id = $run_id AND reason = 'held_out') AS drawn,
       (SELECT max(tickets_since) FROM account) AS tickets_since
  FROM compared_people
 WHERE run_id = $run_id;

-- name: opened
-- Who of each group opened tickets within so many hours, and how many; those that a reply opened
-- apart, and of these those of which Zendesk says so. What lies outside `$since` and `$until` is no ticket of the run, so it is not looked at.
SELECT t.is_held_out, h.hours,
       count(DISTINCT t.person_id) FILTER (WHERE NOT t.is_answer) AS people,
       count(*) FILTER (WHERE NOT t.is_answer) AS tickets,
       count(*) FILTER (WHERE t.is_answer) AS answers,
       count(*) FILTER (WHERE t.is_certain) AS certain
  FROM report_tickets t
  JOIN (VALUES (24), (72)) h(hours) ON t.opened_at < t.counted_from + to_hours(h.hours)
 WHERE t.run_id = $run_id AND t.opened_at >= $since AND t.opened_at < $until
 GROUP BY t.is_held_out, h.hours;

-- name: tickets
-- The tickets behind a figure, each with who opened it; of answers with the reply.
SELECT t.person_id, t.name, t.ticket_id, t.opened_at,
       round(extract(epoch FROM t.opened_at - t.counted_from) / 3600, 1) AS hours_after, t.channel,
       CASE WHEN t.is_answer
            THEN (SELECT string_agg(r.message, ' / ' ORDER BY r.received_at)
                    FROM report_replies r
                   WHERE r.delivery_id = t.delivery_id
                     AND coalesce(r.ticket_id, t.ticket_id) = t.ticket_id) END AS reply,
       t.is_certain
  FROM report_tickets t
 WHERE t.run_id = $run_id AND t.is_held_out = $held_out AND t.is_answer = $answers
   AND t.opened_at >= $since AND t.opened_at < $until
   AND t.opened_at < t.counted_from + to_hours($hours)
 ORDER BY t.opened_at, t.ticket_id;
