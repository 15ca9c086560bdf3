-- name: add
-- A taken name answers with no row.
INSERT INTO campaigns (name, template_id, languages, integration_id, definition, bindings,
                       created_at)
VALUES ($name, $template_id, $languages, $integration_id, $definition, $bindings, $now)
    ON CONFLICT (name) DO NOTHING
RETURNING id;

-- name: all
-- Newest first, with how often each was run, tests apart; those put away only when asked for.
SELECT c.id, c.name, c.template_id, c.languages, c.integration_id, c.definition, c.bindings,
       c.created_at, c.archived_at, c.hold_out, count(r.id) AS runs, max(r.id) AS last_run
  FROM campaigns c
  LEFT JOIN runs r ON r.campaign_id = c.id AND r.kind <> 'test' AND r.state <> 'freezing'
 WHERE $archived OR c.archived_at IS NULL
 GROUP BY c.id, c.name, c.template_id, c.languages, c.integration_id, c.definition, c.bindings,
          c.created_at, c.archived_at, c.hold_out
 ORDER BY c.id DESC;

-- name: as_planned
-- The campaign, if nobody deleted it, put it away or changed it since it was planned.
SELECT id FROM campaigns
 WHERE id = $id AND archived_at IS NULL AND template_id = $template_id
   AND integration_id = $integration_id AND bindings = $bindings;

-- name: taken
-- Whether another campaign has the name.
SELECT id FROM campaigns WHERE name = $name AND id <> $id;

-- name: edit
-- Only while it was never run.
UPDATE campaigns
   SET name = $name, template_id = $template_id, languages = $languages,
       integration_id = $integration_id, definition = $definition, bindings = $bindings
 WHERE id = $id
   AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.campaign_id = $id AND r.kind <> 'test')
RETURNING id;

-- name: hold_out
-- Of 100 people, how many get nothing of its runs, to compare with.
UPDATE campaigns SET hold_out = $percent WHERE id = $id;

-- name: delete
-- Only while nothing of it was sent: runs and tests name it.
DELETE FROM campaigns
 WHERE id = $id AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.campaign_id = $id)
RETURNING id;

-- name: delete_choices
-- With the campaign.
DELETE FROM choices WHERE campaign_id = $id;

-- name: archive
-- Not while something of it may still leave.
UPDATE campaigns SET archived_at = $now
 WHERE id = $id AND archived_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.campaign_id = $id
                      AND r.state IN ('freezing', 'awaiting', 'running', 'paused'))
RETURNING id;

-- name: unarchive
-- Listed again.
UPDATE campaigns SET archived_at = NULL WHERE id = $id AND archived_at IS NOT NULL RETURNING id;

-- name: custom_fields
-- What the planner needs to speak the values of custom user fields.
SELECT key, title, options FROM user_fields ORDER BY position, key;
