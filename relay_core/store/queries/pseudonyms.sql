-- name: keep_key
-- Once for a file; another one would make every pseudonym a stranger.
INSERT INTO number_key SELECT $key WHERE NOT EXISTS (SELECT 1 FROM number_key);

-- name: key
-- The key of this file.
SELECT key FROM number_key;

-- name: forget
-- From now on this number stands nowhere.
INSERT INTO forgotten_numbers VALUES ($pseudonym) ON CONFLICT DO NOTHING;

-- name: any
-- Whether any number was ever forgotten; almost always none was.
SELECT 1 AS forgotten FROM forgotten_numbers LIMIT 1;

-- name: is_forgotten
-- Whether this one was.
SELECT 1 AS forgotten FROM forgotten_numbers WHERE pseudonym = $pseudonym;

-- name: recall
-- Somebody has it, or says it, again.
DELETE FROM forgotten_numbers WHERE pseudonym = $pseudonym RETURNING pseudonym;

-- name: restore_suppression
-- Nothing is sent to it, as before.
UPDATE suppressions SET phone = $phone
 WHERE phone = $pseudonym AND NOT EXISTS (SELECT 1 FROM suppressions WHERE phone = $phone);

-- name: restore_opt_outs
-- The history of its wishes decides which wish is the latest.
UPDATE opt_outs SET phone = $phone WHERE phone = $pseudonym;

-- name: restore_rests
-- What the channel asked for holds on.
UPDATE rests SET phone = $phone
 WHERE phone = $pseudonym AND channel NOT IN (SELECT channel FROM rests WHERE phone = $phone);

-- name: restore_messages
-- That messages went there, as far back as any rule looks.
UPDATE deliveries SET phone_number = TRY_CAST(ltrim($phone, '+') AS BIGINT)
 WHERE phone = $pseudonym AND forgotten = 'asked'
   AND begun_at >= (SELECT max(begun_at) FROM deliveries) - INTERVAL '366 days'
   AND run_id NOT IN (SELECT id FROM runs WHERE forgotten_at IS NOT NULL);

-- name: restore_replies
-- That somebody wrote from there, as far back as any rule looks.
UPDATE replies SET phone = $phone
 WHERE phone = $pseudonym
   AND happened_at >= (SELECT max(happened_at) FROM replies) - INTERVAL '31 days';

-- name: numbers
-- Every number of the mirror.
SELECT DISTINCT phone_e164 AS phone FROM people WHERE phone_e164 IS NOT NULL;
