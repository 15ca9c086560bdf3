-- name: last_changed
-- When these people last changed, as far as the mirror knows.
SELECT id, updated_at FROM people WHERE id = ANY($ids);

-- name: standing
-- What tells why an answer of Zendesk and one of the mirror differ about these people.
SELECT id, name, active, created_at, updated_at FROM people WHERE id = ANY($ids) ORDER BY id;
