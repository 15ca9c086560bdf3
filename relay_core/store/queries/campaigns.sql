-- name: add
-- A taken name answers with no row.
INSERT INTO campaigns (name, template_id, languages, integration_id, definition, bindings,
                       created_at)
VALUES ($name, $template_id, $languages, $integration_id, $definition, $bindings, $now)
    ON CONFLICT (name) DO NOTHING
RETURNING id;

-- name: all
-- Newest first, with how often each was run.
SELECT c.id, c.name, c.template_id, c.languages, c.integration_id, c.definition, c.bindings,
       c.created_at,
       (SELECT count(*) FROM runs r WHERE r.campaign_id = c.id) AS runs,
       (SELECT max(r.id) FROM runs r WHERE r.campaign_id = c.id) AS last_run
  FROM campaigns c
 ORDER BY c.id DESC;

-- name: custom_fields
-- What the planner needs to speak the values of custom user fields.
SELECT key, title, options FROM user_fields ORDER BY position, key;
