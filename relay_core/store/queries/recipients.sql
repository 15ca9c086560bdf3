-- name: sharing_numbers
-- Every profile that carries a number of one of these people, themselves included: one profile's
-- opt-out speaks for the number.
SELECT DISTINCT q.id
  FROM people p
  JOIN people q ON q.phone_e164 = p.phone_e164
 WHERE p.id = ANY($ids)
   AND q.active;
