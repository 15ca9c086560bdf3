-- name: upsert
-- One page of Zendesk users becomes rows in one statement. `$rows` is a JSON array of objects;
-- custom fields go into one VARIANT, so that a new field needs no new column. What a record does not
-- tell stays as it was: memberships beside the default organization, and, where `asked_identities`
-- is false, the WhatsApp identity. What Zendesk emptied when it deleted or merged somebody stays as
-- well: an opt-out or an entry of the block list speaks for the number of that profile still.
-- A page may arrive behind a newer reading of the same people; what is older changes nothing.
INSERT INTO people (id, name, email, role, phone, phone_e164, phone_state, phone_country,
       phone_mobile, shared_phone, locale, time_zone, organization_ids, tags, fields, notes,
       details, external_id, verified, suspended, active, last_login_at, created_at, updated_at,
       whatsapp, phone_number, tag_bits)
SELECT r.id, r.name, r.email, r.role, r.phone, r.phone_e164, r.phone_state, r.phone_country,
       r.phone_mobile, r.shared_phone, r.locale, r.time_zone,
       list_concat(r.organization_ids, coalesce(
           (SELECT array_agg(m.organization_id ORDER BY m.organization_id) FROM memberships m
             WHERE m.person_id = r.id AND NOT m.is_default
               AND NOT list_contains(r.organization_ids, m.organization_id)),
           ARRAY[]::BIGINT[])),
       r.tags, r.fields::JSON::VARIANT, r.notes, r.details, r.external_id, r.verified,
       r.suspended, r.active, r.last_login_at, r.created_at, r.updated_at,
       CASE WHEN r.asked_identities THEN r.whatsapp
            ELSE (SELECT p.whatsapp FROM people p WHERE p.id = r.id) END,
       TRY_CAST(ltrim(r.phone_e164, '+') AS BIGINT),
       (SELECT coalesce(bit_or(1::BIGINT << (md5_number_lower(t.tag) % 63)::INTEGER), 0)
          FROM unnest(r.tags) AS t(tag))
  FROM (SELECT unnest(from_json($rows, '[{
            "id": "BIGINT", "name": "VARCHAR", "email": "VARCHAR", "role": "VARCHAR",
            "phone": "VARCHAR", "phone_e164": "VARCHAR", "phone_state": "VARCHAR",
            "phone_country": "VARCHAR", "phone_mobile": "BOOLEAN", "shared_phone": "BOOLEAN",
            "locale": "VARCHAR", "time_zone": "VARCHAR", "organization_ids": ["BIGINT"],
            "tags": ["VARCHAR"], "fields": "JSON", "notes": "VARCHAR", "details": "VARCHAR",
            "external_id": "VARCHAR", "verified": "BOOLEAN", "suspended": "BOOLEAN",
            "active": "BOOLEAN", "last_login_at": "TIMESTAMP", "created_at": "TIMESTAMP",
            "updated_at": "TIMESTAMP", "whatsapp": "VARCHAR",
            "asked_identities": "BOOLEAN"}]')) AS r)
    ON CONFLICT (id) DO UPDATE SET
       name = excluded.name, email = excluded.email, role = excluded.role,
       phone = CASE WHEN excluded.active OR excluded.phone_state <> 'missing'
                    THEN excluded.phone ELSE people.phone END,
       phone_e164 = CASE WHEN excluded.active OR excluded.phone_state <> 'missing'
                         THEN excluded.phone_e164 ELSE people.phone_e164 END,
       phone_number = CASE WHEN excluded.active OR excluded.phone_state <> 'missing'
                           THEN excluded.phone_number ELSE people.phone_number END,
       phone_state = CASE WHEN excluded.active OR excluded.phone_state <> 'missing'
                          THEN excluded.phone_state ELSE people.phone_state END,
       phone_country = CASE WHEN excluded.active OR excluded.phone_state <> 'missing'
                            THEN excluded.phone_country ELSE people.phone_country END,
       phone_mobile = CASE WHEN excluded.active OR excluded.phone_state <> 'missing'
                           THEN excluded.phone_mobile ELSE people.phone_mobile END,
       shared_phone = excluded.shared_phone, locale = excluded.locale,
       time_zone = excluded.time_zone, organization_ids = excluded.organization_ids,
       tags = CASE WHEN excluded.active OR len(excluded.tags) > 0
                   THEN excluded.tags ELSE people.tags END,
       tag_bits = CASE WHEN excluded.active OR len(excluded.tags) > 0
                       THEN excluded.tag_bits ELSE people.tag_bits END,
       fields = CASE WHEN excluded.active OR len(excluded.tags) > 0
                       OR excluded.phone_state <> 'missing'
                     THEN excluded.fields ELSE people.fields END,
       notes = excluded.notes,
       details = excluded.details, external_id = excluded.external_id,
       verified = excluded.verified, suspended = excluded.suspended, active = excluded.active,
       last_login_at = excluded.last_login_at, created_at = excluded.created_at,
       updated_at = excluded.updated_at, whatsapp = excluded.whatsapp
     WHERE excluded.updated_at >= people.updated_at;

-- name: as_known
-- What the mirror holds of these people, before and after they are read again.
SELECT id, name, role, phone_e164, phone_state, tags, fields::JSON AS fields, suspended, active
  FROM people
 WHERE id = ANY($ids);

-- name: add_memberships
-- From `$rows`, a JSON array of objects. Whoever was erased stays away.
INSERT INTO memberships
SELECT r.id, r.person_id, r.organization_id, r.is_default, r.seen_at
  FROM (SELECT unnest(from_json($rows, '[{"id": "BIGINT", "person_id": "BIGINT",
            "organization_id": "BIGINT", "is_default": "BOOLEAN",
            "seen_at": "TIMESTAMP"}]')) AS r)
 WHERE r.person_id NOT IN (SELECT person_id FROM erasures)
    ON CONFLICT (id) DO UPDATE SET
       person_id = excluded.person_id, organization_id = excluded.organization_id,
       is_default = excluded.is_default, seen_at = excluded.seen_at;

-- name: drop_memberships
-- A whole reading has not seen these any more. Tells whose they were.
DELETE FROM memberships WHERE seen_at <> $seen_at RETURNING person_id;

-- name: apply_memberships
-- These people belong where their memberships say, the default one first. A change of a list
-- rewrites the row, so only rows that differ are touched.
UPDATE people SET organization_ids = known.organization_ids
  FROM (SELECT p.id, coalesce(
                   (SELECT array_agg(m.organization_id
                                     ORDER BY m.is_default DESC, m.organization_id)
                      FROM memberships m WHERE m.person_id = p.id), ARRAY[]::BIGINT[])
               AS organization_ids
          FROM people p
         WHERE p.id = ANY($ids)) known
 WHERE people.id = known.id AND people.organization_ids <> known.organization_ids;

-- name: upsert_tickets
-- Those that are not settled. From `$rows`, a JSON array of objects. Whoever was erased stays away.
INSERT INTO tickets
SELECT r.id, r.requester_id, r.status, r.updated_at
  FROM (SELECT unnest(from_json($rows, '[{"id": "BIGINT", "requester_id": "BIGINT",
            "status": "VARCHAR", "updated_at": "TIMESTAMP"}]')) AS r)
 WHERE r.requester_id NOT IN (SELECT person_id FROM erasures)
    ON CONFLICT (id) DO UPDATE SET requester_id = excluded.requester_id,
       status = excluded.status, updated_at = excluded.updated_at;

-- name: drop_tickets
-- Solved, closed or deleted: nobody is in conversation about them.
DELETE FROM tickets WHERE id = ANY($ids);

-- name: drop_all_tickets
-- A reading from the beginning tells of every ticket again.
DELETE FROM tickets;

-- name: upsert_opened_tickets
-- Those that were opened since the first run, from `$rows`, a JSON array of objects: no report asks
-- for earlier ones, of which an account may have millions.
INSERT INTO opened_tickets
SELECT r.id, r.requester_id, r.opened_at, r.channel, r.is_messaging
  FROM (SELECT unnest(from_json($rows, '[{"id": "BIGINT", "requester_id": "BIGINT",
            "opened_at": "TIMESTAMP", "channel": "VARCHAR", "is_messaging": "BOOLEAN"}]')) AS r)
 WHERE r.opened_at >= (SELECT min(created_at) FROM runs WHERE kind <> 'test')
    ON CONFLICT (id) DO UPDATE SET requester_id = excluded.requester_id,
       opened_at = excluded.opened_at, channel = excluded.channel,
       is_messaging = excluded.is_messaging;

-- name: drop_opened_tickets
-- Deleted in Zendesk: spam, or opened by mistake.
DELETE FROM opened_tickets WHERE id = ANY($ids);

-- name: forget_user_fields
-- Replaced as a whole: the list is short, and a field may have gone.
DELETE FROM user_fields;

-- name: add_user_fields
-- From `$rows`, a JSON array of objects.
INSERT INTO user_fields
SELECT r.key, r.title, r.type, r.options, r.position
  FROM (SELECT unnest(from_json($rows, '[{"key": "VARCHAR", "title": "VARCHAR",
            "type": "VARCHAR", "options": "VARCHAR", "position": "INTEGER"}]')) AS r);

-- name: user_fields
-- In the order the account's administrators gave them.
SELECT key, title, type, options, position FROM user_fields ORDER BY position, key;

-- name: forget_organizations
-- As with the fields.
DELETE FROM organizations;

-- name: add_organizations
-- From `$rows`, a JSON array of objects.
INSERT INTO organizations
SELECT r.id, r.name
  FROM (SELECT unnest(from_json($rows, '[{"id": "BIGINT", "name": "VARCHAR"}]')) AS r);

-- name: stages
-- How far each resource has come.
SELECT resource, cursor, fetched, begun_at, finished_at, notice FROM sync_progress;

-- name: record_stage
-- Committed with the page it speaks of, so a crash repeats at most one page.
INSERT INTO sync_progress (resource, cursor, fetched, begun_at, finished_at, notice)
VALUES ($resource, $cursor, $fetched, $begun_at, $finished_at, $notice)
    ON CONFLICT (resource) DO UPDATE SET cursor = excluded.cursor, fetched = excluded.fetched,
       begun_at = excluded.begun_at, finished_at = excluded.finished_at,
       notice = excluded.notice;

-- name: counts
-- What the mirror holds, for Home and for `relay doctor`.
SELECT count(*) FILTER (WHERE active AND role = 'end-user') AS end_users,
       count(*) FILTER (WHERE active AND role = 'end-user' AND phone_state = 'valid') AS reachable,
       count(*) FILTER (WHERE NOT active) AS deleted
  FROM people;

-- name: details
-- What a message may say of these people.
SELECT p.id, p.name, p.email, p.phone_e164 AS phone, p.phone AS profile_phone, p.phone_country,
       p.locale, p.external_id, p.tags,
       (SELECT o.name FROM organizations o WHERE o.id = p.organization_ids[1]) AS organization,
       p.fields::JSON AS fields
  FROM people p
 WHERE p.id = ANY($ids);

-- name: profile_phone
-- The first number of one person's profile, as Zendesk holds it.
SELECT phone FROM people WHERE id = $id;
