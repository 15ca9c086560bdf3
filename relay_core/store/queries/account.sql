-- name: name
-- Whose data this file holds.
SELECT name, time_zone FROM account;

-- name: note
-- Once, by the first process that knows.
INSERT INTO account (name) VALUES ($name) RETURNING name;

-- name: keep_time_zone
-- As the account's settings say it, for days in conditions.
UPDATE account SET time_zone = $zone;
