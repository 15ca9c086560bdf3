-- What an audience asks of everybody and other rows tell, kept with each person so that one pass
-- over people answers. It changes in the transaction that changes those rows, see people/kept.py.
-- DuckDB only.

ALTER TABLE people ADD COLUMN phone_number BIGINT;  -- digits of phone_e164: quicker to compare
-- One bit for each tag, some tags having the same: without the bit, surely without the tag. All
-- bits where nobody worked them out.
ALTER TABLE people ADD COLUMN tag_bits BIGINT DEFAULT -1;
-- When a message to the person, or to their number, left last or may have left.
ALTER TABLE people ADD COLUMN last_message_at TIMESTAMP;

UPDATE people
   SET phone_number = TRY_CAST(ltrim(phone_e164, '+') AS BIGINT),
       tag_bits = coalesce(list_reduce(
           list_transform(tags, lambda tag: 1::BIGINT << (md5_number_lower(tag) % 63)::INTEGER),
           lambda one, other: one | other, 0::BIGINT), 0);

UPDATE people SET last_message_at = sent.latest
  FROM (SELECT id, max(latest) AS latest
          FROM (SELECT person_id AS id, max(begun_at) AS latest FROM deliveries
                 WHERE state IN ('sending', 'accepted', 'delivered', 'unknown')
                 GROUP BY person_id
                 UNION ALL
                SELECT p.id, d.latest
                  FROM people p
                  JOIN (SELECT phone, max(begun_at) AS latest FROM deliveries
                         WHERE state IN ('sending', 'accepted', 'delivered', 'unknown')
                         GROUP BY phone) d ON d.phone = p.phone_e164)
         GROUP BY id) sent
 WHERE sent.id = people.id;

-- Profiles whose number stands on another profile as well, with what of them may say that somebody
-- opted out: it speaks for everybody who has the number.
CREATE TABLE sharers (
    person_id    BIGINT NOT NULL,
    phone_number BIGINT NOT NULL,
    tags         VARCHAR[] NOT NULL,
    fields       VARIANT
);

INSERT INTO sharers
SELECT id, phone_number, tags, fields FROM people
 WHERE phone_number IN (SELECT phone_number FROM people
                         GROUP BY phone_number HAVING count(*) > 1);
