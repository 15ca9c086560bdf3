-- name: keep_integration
-- As the vendor lists it now.
INSERT INTO integrations VALUES ($id, $type, $name, $status, $sender, $now)
    ON CONFLICT (id) DO UPDATE SET type = excluded.type, name = excluded.name,
       status = excluded.status, sender = excluded.sender, seen_at = excluded.seen_at;

-- name: retire_integrations
-- What the vendor no longer lists cannot be chosen any more; old runs still name it.
UPDATE integrations SET status = 'gone' WHERE seen_at < $now;

-- name: integrations
-- Every lane known.
SELECT id, type, name, status, sender, seen_at FROM integrations ORDER BY type DESC, name;

-- name: keep
-- A template as imported: Sunco's version replaces an imported one, never one written here.
INSERT INTO templates (name, language, content, origin, created_at, updated_at)
VALUES ($name, $language, $content, $origin, $now, $now)
    ON CONFLICT (name, language) DO UPDATE SET
       content = CASE WHEN templates.origin = 'relay' THEN templates.content
                      ELSE excluded.content END,
       updated_at = excluded.updated_at
RETURNING id;

-- name: add
-- A template written here; a taken name answers with no row.
INSERT INTO templates (name, language, content, origin, created_at, updated_at)
VALUES ($name, $language, $content, 'relay', $now, $now)
    ON CONFLICT (name, language) DO NOTHING
RETURNING id;

-- name: all
-- With how often each is used, for the list.
SELECT t.id, t.name, t.language, t.content, t.origin, t.created_at,
       (SELECT max(r.created_at) FROM runs r JOIN campaigns c ON c.id = r.campaign_id
         WHERE c.template_id = t.id) AS last_used
  FROM templates t
 ORDER BY t.name, t.language;

-- name: states
-- The status of every template on every integration.
SELECT template_id, integration_id, status, reason, checked_at FROM template_states;

-- name: keep_state
-- What an integration last said of a template.
INSERT INTO template_states VALUES ($template_id, $integration_id, $status, $reason, $now)
    ON CONFLICT (template_id, integration_id) DO UPDATE SET status = excluded.status,
       reason = excluded.reason, checked_at = excluded.checked_at;

-- name: forget_missing
-- A template that its integration no longer lists. One submitted a moment ago may not be listed
-- yet, because Sunco keeps its list for up to two hours.
UPDATE template_states SET status = 'DELETED', reason = NULL, checked_at = $now
 WHERE integration_id = $integration_id AND checked_at < $now
   AND NOT (status = 'PENDING' AND checked_at > $recently);
