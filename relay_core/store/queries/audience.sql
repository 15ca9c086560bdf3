-- name: languages
-- What people speak with their number, for pickers: most spoken first.
SELECT locale AS value, locale AS label, count(*) AS people FROM people
 WHERE active AND locale IS NOT NULL
 GROUP BY locale ORDER BY people DESC, locale;

-- name: time_zones
-- Where people are with their number, for pickers: most frequent first.
SELECT time_zone AS value, time_zone AS label, count(*) AS people FROM people
 WHERE active AND time_zone IS NOT NULL
 GROUP BY time_zone ORDER BY people DESC, time_zone;

-- name: tags
-- Every tag in use with its number of people, for pickers: most frequent first.
SELECT tag AS value, tag AS label, count(*) AS people
  FROM (SELECT unnest(tags) AS tag FROM people WHERE active) used
 GROUP BY tag ORDER BY people DESC, tag;

-- name: organizations
-- Every organization with its number of people, for pickers: by name, also those without anybody.
SELECT o.id AS value, o.name AS label, coalesce(m.people, 0) AS people
  FROM organizations o
  LEFT JOIN (SELECT organization_id, count(*) AS people
               FROM (SELECT unnest(organization_ids) AS organization_id FROM people WHERE active) one
              GROUP BY organization_id) m ON m.organization_id = o.id
 ORDER BY o.name, o.id;

-- name: organization_names
-- The same without counting anybody.
SELECT o.id AS value, o.name AS label, NULL AS people FROM organizations o
 ORDER BY o.name, o.id;

-- name: choice
-- How many people have each choice of a dropdown, by its key in Zendesk.
SELECT variant_extract(fields, $key)::VARCHAR AS value, count(*) AS people FROM people
 WHERE active
 GROUP BY value;

-- name: several_choices
-- The same for a field that holds several choices.
SELECT value, count(*) AS people
  FROM (SELECT unnest(try_cast(variant_extract(fields, $key) AS VARCHAR[])) AS value
          FROM people WHERE active)
 GROUP BY value;

-- name: template_names
-- Templates by name; one name stands for all its languages.
SELECT DISTINCT name AS value FROM templates ORDER BY name;

-- name: campaign_names
-- Campaigns by name, the newest first.
SELECT name AS value FROM campaigns ORDER BY id DESC;

-- name: segment_names
-- Segments by name.
SELECT name AS value FROM segments ORDER BY name;

-- name: upload_names
-- Uploads with the people found for their rows, the newest first.
SELECT u.name AS value, u.name AS label, count(p.person_id) AS people
  FROM uploads u
  LEFT JOIN upload_people p ON p.upload_id = u.id
 GROUP BY u.id, u.name ORDER BY u.id DESC;
