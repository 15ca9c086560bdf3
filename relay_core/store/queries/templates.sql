-- name: keep_integration
-- As the vendor lists it now.
INSERT INTO integrations (id, type, name, status, sender, seen_at)
VALUES ($id, $type, $name, $status, $sender, $now)
    ON CONFLICT (id) DO UPDATE SET type = excluded.type, name = excluded.name,
       status = excluded.status, sender = excluded.sender, seen_at = excluded.seen_at;

-- name: note_trouble
-- Why the templates of an integration could not be read.
INSERT INTO template_troubles (integration_id, advice, since) VALUES ($id, $advice, $now)
    ON CONFLICT (integration_id) DO UPDATE SET advice = excluded.advice;

-- name: forget_trouble
-- Its templates could be read again.
DELETE FROM template_troubles WHERE integration_id = $id;

-- name: retire_integrations
-- What the vendor no longer lists cannot be chosen any more; old runs still name it.
UPDATE integrations SET status = 'gone' WHERE seen_at < $now;

-- name: integrations
-- Every lane known.
SELECT i.id, i.type, i.name, i.status, i.sender, i.seen_at, t.advice AS trouble
  FROM integrations i LEFT JOIN template_troubles t ON t.integration_id = i.id
 ORDER BY i.type DESC, i.name;

-- name: all
-- With the last use of each, for the list; a deleted one only while a campaign names it, in any of
-- its languages.
SELECT t.id, t.name, t.language, t.content, t.origin, t.created_at, t.deleted_at,
       t.deletion_asked_at,
       (SELECT max(r.created_at) FROM runs r JOIN campaigns c ON c.id = r.campaign_id
         WHERE c.template_id = t.id AND r.kind <> 'test') AS last_used
  FROM templates t
 WHERE t.deleted_at IS NULL
    OR EXISTS (SELECT 1 FROM campaigns c JOIN templates n ON n.id = c.template_id
                WHERE n.name = t.name)
 ORDER BY t.name, t.language;

-- name: rows
-- Every template ever kept, deleted ones too: their names may still be taken.
SELECT id, name, language, content, origin, created_at, deleted_at, deletion_asked_at, replaces
  FROM templates
 ORDER BY id;

-- name: add
-- A template new to Relay.
INSERT INTO templates (name, language, content, origin, created_at, updated_at, replaces)
VALUES ($name, $language, $content, $origin, $now, $now, $replaces)
RETURNING id;

-- name: revive
-- A name that rested begins anew, with another text.
UPDATE templates
   SET content = $content, origin = $origin, updated_at = $now, replaces = $replaces,
       deleted_at = NULL, deletion_asked_at = NULL
 WHERE id = $id;

-- name: change_content
-- Another text; a new version is kept beside it.
UPDATE templates SET content = $content, updated_at = $now WHERE id = $id;

-- name: rename
-- Only while no integration knows it.
UPDATE templates SET name = $name, language = $language WHERE id = $id;

-- name: add_version
-- One after the last; two changes at once cannot both be the same number.
INSERT INTO template_versions (template_id, number, content, made_at, actor, origin)
SELECT $template_id, coalesce(max(number), 0) + 1, $content, $now, $actor, $origin
  FROM template_versions
 WHERE template_id = $template_id
RETURNING number;

-- name: versions
-- What a template said over time, newest first.
SELECT number, content, made_at, actor, origin
  FROM template_versions
 WHERE template_id = $template_id
 ORDER BY number DESC;

-- name: states
-- The status of every template on every integration.
SELECT template_id, integration_id, status, reason, checked_at, acted_at FROM template_states;

-- name: keep_state
-- What an integration last said of a template.
INSERT INTO template_states (template_id, integration_id, status, reason, checked_at)
VALUES ($template_id, $integration_id, $status, $reason, $now)
    ON CONFLICT (template_id, integration_id) DO UPDATE SET status = excluded.status,
       reason = excluded.reason, checked_at = excluded.checked_at;

-- name: touch
-- Everything known of an integration was looked at.
UPDATE template_states SET checked_at = $now WHERE integration_id = $integration_id;

-- name: claim_submission
-- Whoever gets the row asks Meta, nobody else: a second click finds the template under way.
INSERT INTO template_states (template_id, integration_id, status, reason, checked_at, acted_at)
VALUES ($template_id, $integration_id, 'SUBMITTING', NULL, $now, $now)
    ON CONFLICT (template_id, integration_id) DO UPDATE SET status = 'SUBMITTING', reason = NULL,
       checked_at = excluded.checked_at, acted_at = excluded.acted_at
 WHERE template_states.status IN ('NOT_SUBMITTED', 'DELETED', 'UNCONFIRMED')
RETURNING template_id;

-- name: claim_deletion
-- From now on only a deletion can end what stands here.
UPDATE template_states SET status = 'DELETING', reason = NULL, acted_at = $now
 WHERE template_id = $template_id AND integration_id = $integration_id;

-- name: settle
-- How a request ended, unless somebody settled it meanwhile.
UPDATE template_states SET status = $status, reason = $reason, checked_at = $now, acted_at = $now
 WHERE template_id = $template_id AND integration_id = $integration_id AND status = $claimed
RETURNING template_id;

-- name: leave_unconfirmed
-- Submissions whose process ended before their answer; where others may be submitting at this
-- moment: those claimed before one.
UPDATE template_states SET status = 'UNCONFIRMED', reason = $reason
 WHERE status = 'SUBMITTING'
   AND (CAST($before AS TIMESTAMP) IS NULL OR acted_at < CAST($before AS TIMESTAMP))
RETURNING template_id;

-- name: last_status
-- What was last recorded of a template on an integration.
SELECT status_after
  FROM template_events
 WHERE template_id = $template_id AND integration_id = $integration_id
 ORDER BY id DESC
 LIMIT 1;

-- name: last_statuses
-- The same for every template on every integration.
SELECT e.template_id, e.integration_id, e.status_after
  FROM template_events e
 WHERE e.id = (SELECT max(l.id) FROM template_events l
                WHERE l.template_id = e.template_id AND l.integration_id = e.integration_id);

-- name: add_event
-- One change of status.
INSERT INTO template_events
       (template_id, integration_id, status_before, status_after, reason, source, happened_at)
VALUES ($template_id, $integration_id, $status_before, $status_after, $reason, $source, $now)
RETURNING id;

-- name: event
-- One change of status.
SELECT e.id, e.template_id, t.name, t.language, e.integration_id,
       coalesce(i.name, e.integration_id) AS integration,
       e.status_before, e.status_after, e.reason, e.happened_at
  FROM template_events e
  JOIN templates t ON t.id = e.template_id
  LEFT JOIN integrations i ON i.id = e.integration_id
 WHERE e.id = $id;

-- name: events
-- Every change of one template, newest first.
SELECT e.id, e.template_id, t.name, t.language, e.integration_id,
       coalesce(i.name, e.integration_id) AS integration,
       e.status_before, e.status_after, e.reason, e.happened_at
  FROM template_events e
  JOIN templates t ON t.id = e.template_id
  LEFT JOIN integrations i ON i.id = e.integration_id
 WHERE e.template_id = $template_id
 ORDER BY e.id DESC;

-- name: news
-- What changed outside of Relay, newest first. First sights are no news, nor are our own deeds.
SELECT e.id, e.template_id, t.name, t.language, e.integration_id,
       coalesce(i.name, e.integration_id) AS integration,
       e.status_before, e.status_after, e.reason, e.happened_at
  FROM template_events e
  JOIN templates t ON t.id = e.template_id
  LEFT JOIN integrations i ON i.id = e.integration_id
 WHERE e.source = 'listed' AND e.status_before IS NOT NULL AND e.happened_at >= $since
 ORDER BY e.id DESC;

-- name: deletions
-- When each name last disappeared from each integration; Meta lets it rest for 30 days.
SELECT t.name, e.integration_id, max(e.happened_at) AS deleted_at
  FROM template_events e
  JOIN templates t ON t.id = e.template_id
 WHERE e.status_after = 'DELETED'
 GROUP BY t.name, e.integration_id;

-- name: ask_deletion
-- Remembered until every integration has let go of it.
UPDATE templates SET deletion_asked_at = $asked_at WHERE id = $id;

-- name: mark_deleted
-- Nobody has it any more.
UPDATE templates SET deleted_at = $now, deletion_asked_at = NULL WHERE id = $id;

-- name: open_runs
-- Runs of these templates from which something may still leave, with their campaigns' names.
SELECT r.id, c.name AS campaign, r.state
  FROM runs r JOIN campaigns c ON c.id = r.campaign_id
 WHERE c.template_id = ANY($template_ids) AND r.state IN ('freezing', 'awaiting', 'running', 'paused')
 ORDER BY r.id;

-- name: uses
-- The campaigns of a template and their runs, newest first; a campaign without a run once.
SELECT c.name AS campaign, c.created_at AS planned_at, r.id AS run, r.state, r.created_at AS begun_at
  FROM campaigns c
  LEFT JOIN runs r ON r.campaign_id = c.id AND r.kind <> 'test' AND r.state <> 'freezing'
 WHERE c.template_id = $template_id
 ORDER BY c.id DESC, r.id DESC;
