-- name: grants
-- To whom what is granted, roles first.
SELECT subject, key, permissions FROM grants ORDER BY subject DESC, key;

-- name: clear
-- The table is replaced as a whole.
DELETE FROM grants;

-- name: add
-- From `$rows`, a JSON array of objects.
INSERT INTO grants (subject, key, permissions)
SELECT r.subject, r.key, r.permissions
  FROM (SELECT unnest(from_json($rows, '[{"subject": "VARCHAR", "key": "VARCHAR",
            "permissions": ["VARCHAR"]}]')) AS r);
