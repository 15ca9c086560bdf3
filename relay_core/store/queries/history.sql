-- name: messages
-- Everything planned for one person, or for a number of theirs, the latest first.
WITH known AS (
    SELECT DISTINCT ON (template_id, content) template_id, content, number
      FROM template_versions ORDER BY template_id, content, number DESC)
SELECT d.id AS delivery_id, d.run_id, c.name AS campaign,
       json_extract_string(coalesce(l.template, r.template), '$.name') AS template,
       json_extract_string(coalesce(l.template, r.template), '$.language') AS template_language,
       v.number AS template_version, i.type AS channel, d.state, d.body AS text, d.forgotten,
       CASE WHEN NOT starts_with(d.phone, '~') THEN d.phone END AS phone,
       r.created_at AS planned_at, d.begun_at AS sent_at, d.changed_at, d.held_for, d.code,
       d.reason, d.attempts, d.consent, r.people_as_of, d.channel_id, d.conversation_id
  FROM deliveries d
  JOIN runs r ON r.id = d.run_id AND r.state <> 'freezing'
  LEFT JOIN run_templates l ON l.run_id = r.id AND l.language = d.template_language
  LEFT JOIN campaigns c ON c.id = r.campaign_id
  LEFT JOIN integrations i ON i.id = r.integration_id
  LEFT JOIN templates t
    ON t.name = json_extract_string(coalesce(l.template, r.template), '$.name')
   AND t.language = json_extract_string(coalesce(l.template, r.template), '$.language')
  LEFT JOIN known v ON v.template_id = t.id AND v.content = coalesce(l.template, r.template)
 WHERE d.person_id = $person_id OR d.phone = ANY($phones)
 ORDER BY coalesce(d.begun_at, d.changed_at) DESC, d.id DESC;

-- name: receipts
-- What was reported about these messages, in the order of hearing.
SELECT x.channel_id, x.kind, x.happened_at, x.received_at, x.code, x.reason
  FROM receipts x
 WHERE x.channel_id = ANY($channel_ids)
 ORDER BY x.received_at;

-- name: replies
-- What somebody wrote back, in the order of hearing.
SELECT message_id, conversation_id, body AS text, payload AS button, is_stop AS opts_out,
       happened_at, received_at
  FROM replies
 WHERE conversation_id = ANY($conversation_ids) OR phone = ANY($phones)
 ORDER BY received_at, message_id;

-- name: left_out
-- Runs whose audience found them and that did not message them, the latest first.
SELECT e.run_id, c.name AS campaign, e.reason, r.created_at AS planned_at
  FROM exclusions e
  JOIN runs r ON r.id = e.run_id AND r.state <> 'freezing'
  LEFT JOIN campaigns c ON c.id = r.campaign_id
 WHERE e.person_id = $person_id
 ORDER BY r.created_at DESC, e.run_id DESC;

-- name: uploads
-- Lists that came as a file and name them.
SELECT u.name, u.created_at, u.created_by, p.file_row AS row
  FROM upload_people p JOIN uploads u ON u.id = p.upload_id
 WHERE p.person_id = $person_id
 ORDER BY u.created_at;

-- name: segments
-- Segments in which they were at the last use, where that was kept.
SELECT s.name FROM segment_marks m JOIN segments s ON s.id = m.segment_id
 WHERE m.person_id = $person_id AND m.matched
 ORDER BY s.name;

-- name: suppressions
-- Numbers of theirs to which nothing is sent.
SELECT phone, reason, since, set_by FROM suppressions WHERE phone = ANY($phones);

-- name: audit
-- What people did about them, in the order in which it happened.
SELECT happened_at, actor, event, subject, detail
  FROM audit
 WHERE (event LIKE 'person.%' AND subject = CAST($person_id AS TEXT))
    OR (event LIKE 'people.%' AND contains(detail, CAST($person_id AS TEXT))
        AND list_contains(CAST(json_extract(detail, '$.ids') AS BIGINT[]), $person_id))
 ORDER BY happened_at;

-- name: mirrored
-- The whole profile as it is mirrored.
SELECT p.name, p.email, p.role, p.phone, p.phone_e164, p.whatsapp, p.locale, p.time_zone, p.tags,
       p.fields::JSON AS fields, p.notes, p.details, p.external_id, p.verified, p.suspended,
       p.active, p.last_login_at, p.created_at, p.updated_at,
       (SELECT list(o.name ORDER BY o.name) FROM organizations o
         WHERE list_contains(p.organization_ids, o.id)) AS organizations
  FROM people p WHERE p.id = $person_id;

-- name: tickets
-- Tickets that they opened, and those on other profiles that count for them, by number, each with
-- what is known of it: older ones only while they are not settled.
SELECT id AS ticket, max(requester_id) = $person_id AS opened_by_you, max(opened_at) AS opened_at,
       max(channel) AS channel, max(status) AS status_if_not_settled,
       max(updated_at) AS updated_at,
       (SELECT list(DISTINCT r.run_id ORDER BY r.run_id) FROM report_tickets r
         WHERE r.ticket_id = known.id AND r.person_id = $person_id) AS counted_after_runs
  FROM (SELECT id, requester_id, NULL AS opened_at, NULL AS channel, status, updated_at
          FROM tickets WHERE requester_id = $person_id
         UNION ALL
        SELECT t.id, t.requester_id, t.opened_at, t.channel, NULL, NULL
          FROM tickets_by_person v JOIN opened_tickets t ON t.id = v.ticket_id
         WHERE v.person_id = $person_id) known
 GROUP BY id
 ORDER BY id;
