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
       (SELECT count(*) FROM upload_leftovers l WHERE l.upload_id = u.id) AS leftovers
  FROM uploads u
 ORDER BY u.id DESC;

-- name: one
-- The upload of that name.
SELECT u.id, u.name, u.column_name, u.read_as, u.file_rows, u.created_at, u.created_by,
       (SELECT count(*) FROM upload_people p WHERE p.upload_id = u.id) AS people,
       (SELECT count(*) FROM upload_leftovers l WHERE l.upload_id = u.id) AS leftovers
  FROM uploads u
 WHERE u.name = $name;

-- name: leftovers
-- In the order of the file, for a person to correct.
SELECT l.file_row AS row, l.content, l.reason
  FROM upload_leftovers l
 WHERE l.upload_id = $id
 ORDER BY l.file_row;

-- name: delete_people
-- With the upload.
DELETE FROM upload_people WHERE upload_id = $id;

-- name: delete_leftovers
-- With the upload.
DELETE FROM upload_leftovers WHERE upload_id = $id;

-- name: delete
-- What was done with it stays in the audit trail.
DELETE FROM uploads WHERE id = $id;
