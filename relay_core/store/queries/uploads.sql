-- name: add
-- The caller has seen that the name is free.
INSERT INTO uploads (name, column_name, read_as, file_rows, created_at, created_by)
VALUES ($name, $column, $read_as, $file_rows, $now, $actor)
RETURNING id;

-- name: add_people
-- From `$rows`, a JSON array of objects; one for each person.
INSERT INTO upload_people
SELECT r.upload_id, r.person_id, r.file_row
  FROM (SELECT unnest(from_json($rows, '[{"upload_id": "BIGINT", "person_id": "BIGINT",
            "file_row": "INTEGER"}]')) AS r);

-- name: add_identifiers
-- From `$rows`, a JSON array of objects in the order of the file.
INSERT INTO upload_identifiers
SELECT r.upload_id, lower(r.identifier), r.file_row
  FROM (SELECT unnest(from_json($rows, '[{"upload_id": "BIGINT", "identifier": "VARCHAR",
            "file_row": "INTEGER"}]')) AS r)
    ON CONFLICT DO NOTHING;

-- name: add_named
-- Of these people, or of everybody where `$ids` is null, those whom a row names by now: somebody who
-- is new in Zendesk, or got this number or address since. As when a file comes, a phone number stands
-- for end users only, and deleted people are nobody.
INSERT INTO upload_people
SELECT i.upload_id, s.person_id, min(i.file_row)
  FROM (SELECT p.id AS person_id,
               unnest(ARRAY['id', 'phone', 'email', 'external_id']) AS read_as,
               unnest(ARRAY[p.id::VARCHAR, CASE WHEN p.role = 'end-user' THEN p.phone_e164 END,
                            lower(p.email), lower(p.external_id)]) AS identifier
          FROM people p
         WHERE ($ids::BIGINT[] IS NULL OR p.id = ANY($ids::BIGINT[])) AND p.active) s
  JOIN upload_identifiers i ON i.identifier = s.identifier
  JOIN uploads u ON u.id = i.upload_id AND u.read_as = s.read_as
 GROUP BY i.upload_id, s.person_id
    ON CONFLICT DO NOTHING;

-- name: add_leftovers
-- From `$rows`, a JSON array of objects; one for each row of the file that names nobody new.
INSERT INTO upload_leftovers
SELECT r.upload_id, r.file_row, r.content, r.reason
  FROM (SELECT unnest(from_json($rows, '[{"upload_id": "BIGINT", "file_row": "INTEGER",
            "content": "VARCHAR", "reason": "VARCHAR"}]')) AS r);

-- name: all
-- Newest first, with what became of their rows.
SELECT u.id, u.name, u.column_name, u.read_as, u.file_rows, u.created_at, u.created_by,
       (SELECT count(*) FROM upload_people p WHERE p.upload_id = u.id) AS people,
       (SELECT count(*) FROM upload_leftovers l WHERE l.upload_id = u.id
           AND NOT EXISTS (SELECT 1 FROM upload_people n
                            WHERE n.upload_id = l.upload_id AND n.file_row = l.file_row))
       AS leftovers
  FROM uploads u
 ORDER BY u.id DESC;

-- name: one
-- The upload of that name.
SELECT u.id, u.name, u.column_name, u.read_as, u.file_rows, u.created_at, u.created_by,
       (SELECT count(*) FROM upload_people p WHERE p.upload_id = u.id) AS people,
       (SELECT count(*) FROM upload_leftovers l WHERE l.upload_id = u.id
           AND NOT EXISTS (SELECT 1 FROM upload_people n
                            WHERE n.upload_id = l.upload_id AND n.file_row = l.file_row))
       AS leftovers
  FROM uploads u
 WHERE u.name = $name;

-- name: leftovers
-- In the order of the file, for a person to correct. A row that names somebody by now is none.
SELECT l.file_row AS row, l.content, l.reason
  FROM upload_leftovers l
 WHERE l.upload_id = $id
   AND NOT EXISTS (SELECT 1 FROM upload_people n
                    WHERE n.upload_id = l.upload_id AND n.file_row = l.file_row)
 ORDER BY l.file_row;

-- name: delete_people
-- With the upload.
DELETE FROM upload_people WHERE upload_id = $id;

-- name: delete_identifiers
-- With the upload.
DELETE FROM upload_identifiers WHERE upload_id = $id;

-- name: delete_leftovers
-- With the upload.
DELETE FROM upload_leftovers WHERE upload_id = $id;

-- name: delete
-- What was done with it stays in the audit trail.
DELETE FROM uploads WHERE id = $id;
