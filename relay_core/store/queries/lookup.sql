-- name: people
-- People by whatever is known of them, the surest first: number of the profile, address, phone
-- number, id elsewhere, then words their name begins with. Whoever was deleted comes last.
SELECT p.id, p.name, p.email, p.phone, p.external_id, p.role, p.suspended, p.active
  FROM people p
 WHERE p.id = $id
    OR lower(p.email) = $text OR starts_with(lower(p.email), $address)
    OR p.phone_e164 = $phone OR contains(p.phone_e164, $digits) OR p.phone = $as_typed
    OR lower(p.external_id) = $text
    OR (len($words::VARCHAR[]) > 0 AND len(list_filter($words::VARCHAR[], lambda w:
          NOT contains(' ' || strip_accents(lower(p.name)), ' ' || w))) = 0)
 ORDER BY coalesce(p.id = $id, false) DESC, p.active DESC,
       coalesce(lower(p.email) = $text, false) DESC,
       coalesce(p.phone_e164 = $phone, false) DESC,
       coalesce(lower(p.external_id) = $text, false) DESC, p.name, p.id
 LIMIT $most;

-- name: known
-- These people, by name.
SELECT p.id, p.name, p.email, p.phone, p.external_id, p.role, p.suspended, p.active
  FROM people p
 WHERE p.id = ANY($ids)
 ORDER BY p.name, p.id;

-- name: profile
-- What the mirror knows of one person.
SELECT p.id, p.name, p.email, p.role, p.phone, p.phone_e164, p.phone_state, p.phone_country,
       p.phone_mobile, p.locale, p.time_zone, p.tags, p.external_id, p.whatsapp, p.verified,
       p.suspended, p.active, p.created_at, p.updated_at, p.last_login_at,
       p.fields::JSON AS fields,
       (SELECT array_agg(o.name ORDER BY o.name) FROM organizations o
         WHERE list_contains(p.organization_ids, o.id)) AS organizations
  FROM people p
 WHERE p.id = $person_id;

-- name: messages
-- What was planned for one person or their number, the latest first.
SELECT r.id AS run_id, c.name AS campaign, t.name AS template, i.type AS channel, d.state,
       coalesce(d.begun_at, d.changed_at) AS moment, d.reason
  FROM deliveries d
  JOIN runs r ON r.id = d.run_id AND r.state <> 'freezing'
  LEFT JOIN campaigns c ON c.id = r.campaign_id
  LEFT JOIN templates t ON t.id = c.template_id
  LEFT JOIN integrations i ON i.id = r.integration_id
 WHERE d.person_id = $person_id OR d.phone = $phone
 ORDER BY moment DESC, d.id DESC
 LIMIT $most;

-- name: replies
-- How often somebody wrote from this number, and when last.
SELECT count(*) AS replies, max(happened_at) AS last FROM replies WHERE phone = $phone;
