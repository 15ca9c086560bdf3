-- name: erased
-- Whom nothing is kept of any more.
SELECT person_id FROM erasures;

-- name: numbers
-- The numbers of those of these people who are known, as they are compared.
SELECT id, phone_number FROM people WHERE id IN (SELECT unnest($ids::BIGINT[]));

-- name: drop_sharers
-- Who shared one of these numbers; worked out again by the next two.
DELETE FROM sharers WHERE phone_number IN (SELECT unnest($numbers::BIGINT[]));

-- name: shared_numbers
-- Those of these numbers that stand on several profiles, deleted ones among them.
SELECT phone_number FROM people
 WHERE phone_number IN (SELECT unnest($numbers::BIGINT[]))
 GROUP BY phone_number HAVING count(*) > 1;

-- name: add_sharers
-- Every profile that has one of these numbers, and whether it says that somebody opted out.
INSERT INTO sharers
SELECT id, phone_number, refused FROM people
 WHERE phone_number IN (SELECT unnest($numbers::BIGINT[]));

-- name: note_sharers
-- Whether these people, and those who have or had these numbers, share theirs.
UPDATE people SET shares_number = known.shares
  FROM (SELECT id, id IN (SELECT person_id FROM sharers) AS shares FROM people
         WHERE id IN (SELECT unnest($ids::BIGINT[]))
            OR phone_number IN (SELECT unnest($numbers::BIGINT[]))) known
 WHERE known.id = people.id AND people.shares_number <> known.shares;

-- name: reached
-- Whom a delivery is about: the person it was planned for, and everybody who has the number now.
SELECT p.id, d.begun_at
  FROM deliveries d
  JOIN people p ON p.id = d.person_id OR p.phone_number = d.phone_number
 WHERE d.id = $delivery_id;

-- name: reached_by
-- The same for many deliveries.
SELECT person_id AS id FROM deliveries WHERE id IN (SELECT unnest($delivery_ids::BIGINT[]))
 UNION
SELECT p.id FROM deliveries d JOIN people p ON p.phone_number = d.phone_number
 WHERE d.id IN (SELECT unnest($delivery_ids::BIGINT[]));

-- name: note_message
-- A message to this person leaves now.
UPDATE people SET last_message_at = $now
 WHERE id = $person_id AND (last_message_at IS NULL OR last_message_at < $now);

-- name: alone
-- The person, if they have this number and nobody else has it.
SELECT id FROM people
 WHERE id = $person_id AND phone_number = TRY_CAST(ltrim($phone, '+') AS BIGINT)
   AND phone_number NOT IN (SELECT phone_number FROM sharers);

-- name: note_message_to_number
-- A message to this number leaves now.
UPDATE people SET last_message_at = $now
 WHERE phone_number = TRY_CAST(ltrim($phone, '+') AS BIGINT)
   AND (last_message_at IS NULL OR last_message_at < $now);

-- name: with_number
-- Everybody who has this number.
SELECT id FROM people WHERE phone_number = TRY_CAST(ltrim($phone, '+') AS BIGINT);

-- name: not_found
-- Those of these people of whom no message is known to have left.
SELECT id FROM people WHERE id IN (SELECT unnest($ids::BIGINT[])) AND last_message_at IS NULL;

-- name: recall_messages
-- When a message left last to these people, or to their numbers, by what the deliveries say that
-- began since a moment. Tests, which go to no person, are none.
UPDATE people SET last_message_at = sent.latest
  FROM (SELECT p.id, greatest(
                   (SELECT max(d.begun_at) FROM deliveries d
                     WHERE d.person_id = p.id AND d.begun_at >= $since
                       AND d.state IN ('sending', 'accepted', 'delivered', 'unknown')),
                   (SELECT max(d.begun_at) FROM deliveries d
                     WHERE d.phone_number = p.phone_number AND d.person_id >= 0 AND d.begun_at >= $since
                       AND d.state IN ('sending', 'accepted', 'delivered', 'unknown'))) AS latest
          FROM people p
         WHERE p.id IN (SELECT unnest($ids::BIGINT[]))) sent
 WHERE sent.id = people.id AND people.last_message_at IS DISTINCT FROM sent.latest;

-- name: drop_person
-- The mirror has them no more.
DELETE FROM people WHERE id = $id;

-- name: drop_memberships
-- Nor where they belong.
DELETE FROM memberships WHERE person_id = $id;

-- name: drop_tickets_of_erased
-- Whoever is mirrored again tells by their number whose tickets are theirs.
DELETE FROM tickets_of_erased WHERE erased_id IN (SELECT unnest($ids::BIGINT[]));

-- name: drop_tickets
-- Nor what they asked for.
DELETE FROM tickets WHERE requester_id = $id;
