-- name: name
-- Whose data this file holds.
SELECT name FROM account;

-- name: note
-- Once, by the first process that knows.
INSERT INTO account VALUES ($name) RETURNING name;
