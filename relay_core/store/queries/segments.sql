-- name: all
-- For pickers and the list; the version is the latest that was saved.
SELECT s.id, s.name, s.definition, s.created_at, s.updated_at, v.number AS version
  FROM segments s
  JOIN (SELECT segment_id, max(number) AS number FROM segment_versions GROUP BY segment_id) v
    ON v.segment_id = s.id
 ORDER BY s.name;

-- name: one
-- The segment of that name.
SELECT s.id, s.name, s.definition, s.created_at, s.updated_at,
       (SELECT max(v.number) FROM segment_versions v WHERE v.segment_id = s.id) AS version
  FROM segments s
 WHERE s.name = $name;

-- name: save
-- A name that is there already gets the new definition and keeps its age.
INSERT INTO segments (name, definition, created_at, updated_at)
VALUES ($name, $definition, $now, $now)
    ON CONFLICT (name) DO UPDATE SET definition = excluded.definition,
       updated_at = excluded.updated_at
RETURNING id;

-- name: add_version
-- Only a definition that differs from the latest is a new version.
INSERT INTO segment_versions (segment_id, number, definition, saved_at, saved_by)
SELECT $id, coalesce(max(v.number), 0) + 1, $definition, $now, $actor
  FROM segment_versions v
 WHERE v.segment_id = $id
HAVING coalesce(max(v.number), 0) = 0
    OR $definition <> (SELECT w.definition FROM segment_versions w
                        WHERE w.segment_id = $id ORDER BY w.number DESC LIMIT 1)
RETURNING number;

-- name: save_all
-- Those of a file, from `$rows`, a JSON array of objects: one at a time, a thousand would hold the
-- only writer for seconds.
INSERT INTO segments (name, definition, created_at, updated_at)
SELECT r.name, r.definition, r.now, r.now
  FROM (SELECT unnest(from_json($rows, '[{"name": "VARCHAR", "definition": "VARCHAR",
            "now": "TIMESTAMP"}]')) AS r)
    ON CONFLICT (name) DO UPDATE SET definition = excluded.definition,
       updated_at = excluded.updated_at;

-- name: add_versions
-- The same ones, each of which says something else than before.
INSERT INTO segment_versions (segment_id, number, definition, saved_at, saved_by)
SELECT s.id,
       (SELECT coalesce(max(v.number), 0) + 1 FROM segment_versions v WHERE v.segment_id = s.id),
       r.definition, r.now, r.actor
  FROM (SELECT unnest(from_json($rows, '[{"name": "VARCHAR", "definition": "VARCHAR",
            "now": "TIMESTAMP", "actor": "VARCHAR"}]')) AS r)
  JOIN segments s ON s.name = r.name;

-- name: note_saved
-- The trail of the same ones, as each would leave it alone.
INSERT INTO audit (happened_at, actor, event, subject, detail)
SELECT r.now, r.actor, 'segment.saved', r.name,
       'version ' || (SELECT max(v.number) FROM segment_versions v WHERE v.segment_id = s.id)
  FROM (SELECT unnest(from_json($rows, '[{"name": "VARCHAR", "now": "TIMESTAMP",
            "actor": "VARCHAR"}]')) AS r)
  JOIN segments s ON s.name = r.name;

-- name: versions
-- Newest first.
SELECT number, definition, saved_at, saved_by
  FROM segment_versions
 WHERE segment_id = $id
 ORDER BY number DESC;

-- name: every_version
-- For a rename: what was saved before must stay possible to restore.
SELECT segment_id, number, definition FROM segment_versions;

-- name: rename
-- The caller has seen that the new name is free.
UPDATE segments SET name = $to_name, updated_at = $now WHERE name = $name;

-- name: follow_in_segment
-- A segment that uses a renamed one says the same as before, so its age and version stay.
UPDATE segments SET definition = $definition WHERE id = $id;

-- name: follow_in_version
-- The same for what it said earlier.
UPDATE segment_versions SET definition = $definition
 WHERE segment_id = $segment_id AND number = $number;

-- name: follow_in_campaign
-- The same for campaigns; runs keep what they were frozen with.
UPDATE campaigns SET definition = $definition WHERE id = $id;

-- name: holders
-- Everything that has an audience of its own. A campaign that has run keeps its people, unless it
-- is to be sent again.
SELECT 'campaign' AS kind, c.id, c.name, c.definition,
       EXISTS (SELECT 1 FROM runs r WHERE r.campaign_id = c.id AND r.kind <> 'test')
       AND NOT EXISTS (SELECT 1 FROM schedules s
                        WHERE s.campaign_id = c.id AND s.next_at IS NOT NULL) AS has_run
  FROM campaigns c
 UNION ALL
SELECT 'segment', s.id, s.name, s.definition, false FROM segments s
 ORDER BY 1, 3;

-- name: delete
-- What was done with it stays in the audit trail.
DELETE FROM segments WHERE id = $id;

-- name: delete_versions
-- With the segment.
DELETE FROM segment_versions WHERE segment_id = $id;

-- name: delete_uses
-- With the segment.
DELETE FROM segment_uses WHERE segment_id = $id;

-- name: delete_marks
-- With the segment, and before the marks of a new use.
DELETE FROM segment_marks WHERE segment_id = $id;

-- name: add_use
-- Written together with the marks it is compared by.
INSERT INTO segment_uses
       (segment_id, version, evaluated, used_at, purpose, matched, will_receive)
VALUES ($id, $version, $evaluated, $now, $purpose, $matched, $will_receive)
RETURNING id;

-- name: uses
-- Oldest first: the size over time.
SELECT u.id, u.version, u.used_at, u.purpose, u.matched, u.will_receive
  FROM segment_uses u
 WHERE u.segment_id = $id
 ORDER BY u.id;

-- name: last_uses
-- For the list: one row for each segment that was used.
SELECT s.name, u.version, u.used_at, u.purpose, u.matched, u.will_receive
  FROM segments s
  JOIN segment_uses u ON u.segment_id = s.id
 WHERE u.id = (SELECT max(w.id) FROM segment_uses w WHERE w.segment_id = s.id);

-- name: last_use
-- What the next difference is taken against. Marks go when the mirror is thrown away.
SELECT u.id, u.version, u.evaluated, u.used_at, u.purpose, u.matched,
       EXISTS (SELECT 1 FROM segment_marks m WHERE m.segment_id = u.segment_id) AS has_marks
  FROM segment_uses u
 WHERE u.segment_id = $id
 ORDER BY u.id DESC
 LIMIT 1;
