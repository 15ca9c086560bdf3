-- name: profile
-- What the mirror knows that names somebody, and whether it says that they opted out.
SELECT p.name, p.email, p.phone, p.phone_e164, p.external_id, p.active,
       p.refused IS NOT FALSE AS refused
  FROM people p
 WHERE p.id = $person_id;

-- name: former_names
-- What they were called whenever something was planned for them.
SELECT DISTINCT person_name AS name
  FROM (SELECT person_name FROM deliveries WHERE person_id = $person_id
         UNION ALL
        SELECT person_name FROM exclusions WHERE person_id = $person_id) planned
 WHERE person_name <> '';

-- name: numbers
-- The numbers they have, and had whenever something was planned for them.
SELECT phone_e164 AS phone FROM people WHERE id = $person_id AND phone_e164 IS NOT NULL
 UNION
SELECT '+' || whatsapp FROM people
 WHERE id = $person_id AND regexp_full_match(whatsapp, '[1-9][0-9]{6,14}')
 UNION
SELECT phone FROM deliveries WHERE person_id = $person_id AND NOT starts_with(phone, '~');

-- name: also_of
-- Who else has one of these numbers: by their profile, by what is on its way to them, or for tests.
SELECT p.id AS person_id, p.name, p.phone_e164 AS phone
  FROM people p
 WHERE p.id <> $person_id AND p.phone_e164 = ANY($phones)
 UNION
SELECT d.person_id, d.person_name, d.phone
  FROM deliveries d
 WHERE d.person_id <> $person_id AND d.phone = ANY($phones)
   AND d.state IN ('queued', 'sending', 'unknown')
 UNION
SELECT NULL, t.actor, t.phone FROM testers t WHERE t.phone = ANY($phones)
 ORDER BY 1, 2;

-- name: open_messages
-- What has not come to an end, by run.
SELECT d.run_id, d.state, r.state AS run_state, count(*) AS messages
  FROM deliveries d
  JOIN runs r ON r.id = d.run_id
 WHERE d.person_id = $person_id AND d.state IN ('queued', 'sending', 'unknown')
 GROUP BY d.run_id, d.state, r.state
 ORDER BY d.run_id;

-- name: figures
-- How much there is about one person.
SELECT (SELECT count(*) FROM deliveries WHERE person_id = $person_id) AS messages,
       (SELECT count(*) FROM exclusions WHERE person_id = $person_id) AS left_out,
       (SELECT count(*) FROM choices WHERE person_id = $person_id) AS choices,
       (SELECT count(DISTINCT upload_id) FROM upload_people WHERE person_id = $person_id)
           AS uploads,
       EXISTS (SELECT 1 FROM choices
                WHERE person_id = $person_id AND campaign_id = 0 AND choice = 'excluded')
           AS is_blocked,
       EXISTS (SELECT 1 FROM suppressions WHERE phone = ANY($phones)) AS has_opted_out,
       (SELECT count(*) FROM mirrored m JOIN deliveries d ON d.id = m.id
         WHERE m.kind = 'message' AND d.person_id = $person_id) AS shown_in_zendesk;

-- name: replies
-- What they wrote: what answers a message to them, and what came from a number of theirs alone.
SELECT message_id
  FROM (SELECT x.message_id, d.person_id,
               row_number() OVER (PARTITION BY x.message_id ORDER BY d.begun_at DESC) AS place
          FROM replies x
          JOIN deliveries d
            ON d.conversation_id = x.conversation_id AND d.begun_at <= x.received_at
         WHERE x.conversation_id IN (SELECT conversation_id FROM deliveries
                                      WHERE person_id = $person_id)) answers
 WHERE place = 1 AND person_id = $person_id
 UNION
SELECT message_id FROM replies WHERE phone = ANY($phones);

-- name: cancel_queued
-- First of all: what has not left does not leave.
UPDATE deliveries
   SET state = 'cancelled', code = 'person_erased', reason = NULL, changed_at = $now
 WHERE person_id = $person_id AND state = 'queued'
RETURNING run_id;

-- name: texts
-- What was said to them, to be measured before it goes. A test may show anybody's values; it goes too.
SELECT d.id, d.body FROM deliveries d
 WHERE (d.person_id = $person_id OR d.person_id < 0)
   AND d.state NOT IN ('queued', 'sending', 'unknown') AND d.forgotten IS DISTINCT FROM 'asked';

-- name: forget_messages
-- Rows stay, so that every count stays. From `$rows`, a JSON array of objects.
UPDATE deliveries
   SET person_name = '', bound = '{}', body = '', parts = coalesce(deliveries.parts, r.parts),
       forgotten = 'asked', reason = regexp_replace(reason, '\+?[0-9]{7,15}', '…', 'g')
  FROM (SELECT unnest(from_json($rows, '[{"id": "BIGINT", "parts": "INTEGER"}]')) AS r) known
 WHERE deliveries.id = r.id;

-- name: forget_attempts
-- Vendors repeat numbers in their reasons.
UPDATE attempts SET reason = regexp_replace(reason, '\+?[0-9]{7,15}', '…', 'g')
 WHERE reason IS NOT NULL
   AND delivery_id IN (SELECT id FROM deliveries WHERE person_id = $person_id);

-- name: forget_receipts
-- The same of what was reported afterwards.
UPDATE receipts SET reason = regexp_replace(reason, '\+?[0-9]{7,15}', '…', 'g')
 WHERE reason IS NOT NULL
   AND channel_id IN (SELECT channel_id FROM deliveries WHERE person_id = $person_id);

-- name: forget_replies
-- That somebody wrote, when, and whether it was an opt-out stays.
UPDATE replies SET body = '', payload = NULL
 WHERE message_id IN (SELECT unnest($message_ids::TEXT[]));

-- name: forget_number_of_messages
-- What is on its way keeps its number: it would not arrive.
UPDATE deliveries SET phone = $pseudonym, phone_number = NULL
 WHERE phone = $phone AND state NOT IN ('queued', 'sending', 'unknown');

-- name: forget_number_of_receipts
-- By its pseudonym, as everywhere.
UPDATE receipts SET phone = $pseudonym WHERE phone = $phone;

-- name: forget_number_of_replies
-- By its pseudonym, as everywhere.
UPDATE replies SET phone = $pseudonym WHERE phone = $phone;

-- name: forget_number_of_settlements
-- By its pseudonym, as everywhere.
UPDATE settlements SET phone = $pseudonym WHERE phone = $phone;

-- name: forget_number_of_opt_outs
-- The history of wishes stays in order.
UPDATE opt_outs SET phone = $pseudonym WHERE phone = $phone;

-- name: forget_number_of_suppressions
-- It holds on; see people/pseudonyms.py.
UPDATE suppressions SET phone = $pseudonym WHERE phone = $phone;

-- name: forget_number_of_rests
-- It holds on as well.
UPDATE rests SET phone = $pseudonym WHERE phone = $phone;

-- name: never_again
-- Whatever kept them from being messaged holds on for the number; no message from there lifts it.
INSERT INTO suppressions (phone, reason, since, set_by)
VALUES ($phone, 'They had opted out, or were blocked, when they were erased.', $now, 'erasure')
    ON CONFLICT (phone) DO UPDATE SET set_by = 'erasure';

-- name: end_tag_changes
-- Nothing more is to be changed in a profile that goes.
UPDATE tag_changes SET ended_at = $now, trouble = 'overtaken'
 WHERE person_id = $person_id AND ended_at IS NULL;

-- name: forget_exclusions
-- That somebody was left out, and why, stays.
UPDATE exclusions SET person_name = '' WHERE person_id = $person_id;

-- name: forget_choices
-- Why somebody moved them may say anything.
UPDATE choices SET reason = '' WHERE person_id = $person_id;

-- name: drop_marks
-- How a segment saw them at its last use.
DELETE FROM segment_marks WHERE person_id = $person_id;

-- name: identifiers
-- Rows of uploads that name them.
SELECT upload_id, identifier FROM upload_identifiers WHERE identifier = ANY($identifiers);

-- name: forget_identifier
-- It names nobody any more, and still counts as a row.
UPDATE upload_identifiers SET identifier = $pseudonym
 WHERE upload_id = $upload_id AND identifier = $identifier;

-- name: forget_leftovers
-- Rows of uploads that named nobody new and may say who they are.
UPDATE upload_leftovers SET content = ''
 WHERE EXISTS (SELECT 1 FROM unnest($texts::TEXT[]) AS t(part)
                WHERE contains(lower(content), t.part))
    OR EXISTS (SELECT 1 FROM unnest($digits::TEXT[]) AS t(part)
                WHERE contains(regexp_replace(content, '[^0-9]', '', 'g'), t.part));

-- name: forget_unread_events
-- Events that could not be read may hold anything.
UPDATE unread_events SET body = ''
 WHERE EXISTS (SELECT 1 FROM unnest($texts::TEXT[]) AS t(part)
                WHERE contains(lower(body), t.part))
    OR EXISTS (SELECT 1 FROM unnest($digits::TEXT[]) AS t(part)
                WHERE contains(regexp_replace(body, '[^0-9]', '', 'g'), t.part));

-- name: moves
-- Entries of the audit trail about moving people by hand, among them this one perhaps.
SELECT DISTINCT detail FROM audit
 WHERE event LIKE 'people.%' AND contains(detail, CAST($person_id AS TEXT));

-- name: rewrite_entry
-- What somebody typed about them goes; who did what and when stays.
UPDATE audit SET detail = $detail WHERE event LIKE 'people.%' AND detail = $former;

-- name: forget_in_audit
-- Their name, address and numbers in what somebody typed.
UPDATE audit
   SET detail = regexp_replace(detail, $pattern, '\1…\2', 'gi'),
       subject = regexp_replace(subject, $pattern, '\1…\2', 'gi')
 WHERE regexp_matches(coalesce(detail, '') || ' ' || subject, $pattern, 'i');

-- name: forget_in_notes
-- The same in notes of runs.
UPDATE runs SET note = regexp_replace(note, $pattern, '\1…\2', 'gi')
 WHERE regexp_matches(note, $pattern, 'i');

-- name: forget_in_reasons
-- The same in reasons for moving others.
UPDATE choices SET reason = regexp_replace(reason, $pattern, '\1…\2', 'gi')
 WHERE regexp_matches(reason, $pattern, 'i');

-- name: keep_tickets
-- What stands on another profile with their number, or on theirs and counts for another, while the
-- number still tells.
INSERT INTO tickets_of_erased
SELECT DISTINCT v.ticket_id, v.person_id, $person_id
  FROM tickets_by_person v
  JOIN opened_tickets t ON t.id = v.ticket_id
 WHERE v.person_id <> t.requester_id AND $person_id IN (v.person_id, t.requester_id)
    ON CONFLICT DO NOTHING;

-- name: keep_out
-- From now on the mirror passes them over.
INSERT INTO erasures VALUES ($person_id, $actor, $now)
    ON CONFLICT (person_id) DO UPDATE SET actor = excluded.actor, erased_at = excluded.erased_at;

-- name: erased
-- Who was erased, the latest first.
SELECT person_id, actor, erased_at FROM erasures ORDER BY erased_at DESC, person_id;

-- name: let_back
-- The mirror may have them again.
DELETE FROM erasures WHERE person_id = $person_id RETURNING person_id;

-- name: in_run
-- Somebody who was erased while a run was being written down.
SELECT 1 AS erased FROM erasures
 WHERE person_id IN (SELECT person_id FROM deliveries WHERE run_id = $run_id
                      UNION ALL
                     SELECT person_id FROM exclusions WHERE run_id = $run_id)
 LIMIT 1;
