-- name: all
-- For pickers and the list.
SELECT id, name, definition, created_at, updated_at FROM segments ORDER BY name;

-- name: one
-- The segment of that name.
SELECT id, name, definition, created_at, updated_at FROM segments WHERE name = $name;

-- name: save
-- A name that is there already gets the new definition and keeps its age.
INSERT INTO segments (name, definition, created_at, updated_at)
VALUES ($name, $definition, $now, $now)
    ON CONFLICT (name) DO UPDATE SET definition = excluded.definition,
       updated_at = excluded.updated_at;

-- name: rename
-- The caller has seen that the new name is free.
UPDATE segments SET name = $to_name, updated_at = $now WHERE name = $name;

-- name: follow_in_segments
-- Equal definitions are stored as equal texts, so who uses a segment is found by comparing them.
UPDATE segments SET definition = $new WHERE definition = $old;

-- name: follow_in_campaigns
-- The same for campaigns; runs keep what they were frozen with.
UPDATE campaigns SET definition = $new WHERE definition = $old;

-- name: users
-- Whoever needs this definition, in a person's words: a campaign that has run keeps its people.
SELECT 'the segment ' || name AS user FROM segments WHERE definition = $definition
 UNION ALL
SELECT 'the campaign ' || c.name FROM campaigns c
 WHERE c.definition = $definition
   AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.campaign_id = c.id)
 ORDER BY 1;

-- name: delete
-- History is in the audit trail.
DELETE FROM segments WHERE name = $name;
