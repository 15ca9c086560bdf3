-- name: kept_by
-- The settings by which what is kept with people was worked out.
SELECT opt_out_tags, opt_out_fields, frequency_cap, frequency_days FROM kept_by;

-- name: forget
-- Others take their place.
DELETE FROM kept_by;

-- name: remember
-- The settings by which it is worked out from now on.
INSERT INTO kept_by VALUES ($opt_out_tags, $opt_out_fields, $frequency_cap, $frequency_days);

-- name: everybody
-- In the order in which they lie, so that many at once lie side by side.
SELECT id FROM people ORDER BY rowid;

-- name: refuse_by_tags
-- Whose own tags say that they opted out; the fields come after.
UPDATE people SET refused = list_has_any(tags, $tags::VARCHAR[])
 WHERE id IN (SELECT unnest($ids::BIGINT[]));

-- name: refuse_by_field
-- A box that is checked says the same.
UPDATE people SET refused = true
 WHERE id IN (SELECT unnest($ids::BIGINT[])) AND NOT refused
   AND coalesce(try_cast(variant_extract(fields, $field) AS BOOLEAN), false);

-- name: keep_sharers
-- The same of those who share their number.
UPDATE sharers SET refused = p.refused FROM people p WHERE p.id = sharers.person_id;

-- name: number
-- The number of one person, as it is compared.
SELECT phone_number FROM people WHERE id = $id;

-- name: heard
-- When each message left, or may have left, to one person or to their number, since a moment.
SELECT id, begun_at FROM deliveries
 WHERE person_id = $id AND begun_at >= $since
   AND state IN ('sending', 'accepted', 'delivered', 'unknown')
 UNION
SELECT id, begun_at FROM deliveries
 WHERE phone_number = $number AND begun_at >= $since AND person_id >= 0
   AND state IN ('sending', 'accepted', 'delivered', 'unknown');

-- name: keep_cap
-- What follows from them for one person.
UPDATE people SET capped_at = $capped_at
 WHERE id = $id AND capped_at IS DISTINCT FROM $capped_at;

-- name: keep_caps
-- When the message left that is the cap-th counted back from the latest, by what began since a
-- moment. One message counts once, whether it is the person's by id, by number, or both.
UPDATE people SET capped_at = counted.moment
  FROM (SELECT p.id, max(m.begun_at) FILTER (WHERE m.place = $frequency_cap) AS moment
          FROM people p
          LEFT JOIN (SELECT id, begun_at,
                            row_number() OVER (PARTITION BY id ORDER BY begun_at DESC) AS place
                       FROM (SELECT q.id, d.id AS delivery_id, d.begun_at
                               FROM people q
                               JOIN deliveries d ON d.person_id = q.id
                              WHERE q.id IN (SELECT unnest($ids::BIGINT[]))
                                AND d.begun_at >= $since
                                AND d.state IN ('sending', 'accepted', 'delivered', 'unknown')
                              UNION
                             SELECT q.id, d.id, d.begun_at
                               FROM people q
                               JOIN deliveries d ON d.phone_number = q.phone_number
                              WHERE q.id IN (SELECT unnest($ids::BIGINT[]))
                                AND d.begun_at >= $since AND d.person_id >= 0
                                AND d.state IN ('sending', 'accepted', 'delivered', 'unknown'))
                             sent)
               m ON m.id = p.id
         WHERE p.id IN (SELECT unnest($ids::BIGINT[]))
         GROUP BY p.id) counted
 WHERE counted.id = people.id AND people.capped_at IS DISTINCT FROM counted.moment;
