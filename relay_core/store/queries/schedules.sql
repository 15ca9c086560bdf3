-- name: add
-- Only of a campaign that is still there and was not put away.
INSERT INTO schedules (campaign_id, at_local, zone, repeats, static_values, accepted_warnings,
                       created_by, created_at, state, next_at)
SELECT c.id, $at_local, $zone, $repeats, $static_values, $accepted_warnings, $actor, $now,
       'waiting', $next_at
  FROM campaigns c
 WHERE c.id = $campaign_id AND c.archived_at IS NULL
RETURNING id;

-- name: all
-- The next to come first; those that are over only when asked for, the latest first.
SELECT s.id, s.campaign_id, c.name AS campaign, s.at_local, s.zone, s.repeats, s.static_values,
       s.accepted_warnings, s.created_by, s.created_at, s.state, s.note, s.next_at, s.last_run
  FROM schedules s JOIN campaigns c ON c.id = s.campaign_id
 WHERE $over OR s.next_at IS NOT NULL
 ORDER BY s.next_at NULLS LAST, s.id DESC;

-- name: one
-- The schedule of that number.
SELECT s.id, s.campaign_id, c.name AS campaign, s.at_local, s.zone, s.repeats, s.static_values,
       s.accepted_warnings, s.created_by, s.created_at, s.state, s.note, s.next_at, s.last_run
  FROM schedules s JOIN campaigns c ON c.id = s.campaign_id
 WHERE s.id = $id;

-- name: open_of
-- What is still promised of a campaign.
SELECT id, next_at FROM schedules
 WHERE campaign_id = $campaign_id AND next_at IS NOT NULL
 ORDER BY id;

-- name: of_templates
-- What is still promised with these templates.
SELECT s.id, c.name AS campaign
  FROM schedules s JOIN campaigns c ON c.id = s.campaign_id
 WHERE c.template_id = ANY($template_ids) AND s.next_at IS NOT NULL
 ORDER BY s.id;

-- name: next
-- When the next one is due; what is held waits for a person instead.
SELECT min(next_at) AS at FROM schedules WHERE state = 'waiting';

-- name: due
-- Those whose time has come, the oldest first.
SELECT id FROM schedules WHERE state = 'waiting' AND next_at <= $now ORDER BY next_at, id;

-- name: run_for
-- The run of a campaign that some schedule made for this time.
SELECT id FROM runs
 WHERE campaign_id = $campaign_id AND state <> 'freezing'
   AND request_id LIKE 'schedule:%:' || $time
 ORDER BY id;

-- name: move_on
-- Sent or skipped: on to the next time, or done. Nothing changes where somebody was quicker.
UPDATE schedules
   SET state = CASE WHEN CAST($next_at AS TIMESTAMP) IS NULL THEN 'done' ELSE 'waiting' END, next_at = $next_at,
       note = NULL, last_run = coalesce($run_id, last_run)
 WHERE id = $id AND next_at = $time
RETURNING id;

-- name: hold
-- A person has to decide; only while nobody else did.
UPDATE schedules SET state = 'held', note = $note
 WHERE id = $id AND state = 'waiting' AND next_at = $time
RETURNING id;

-- name: hold_all
-- In a copy of the file: whoever keeps the original keeps its promises.
UPDATE schedules SET state = 'held', note = $note WHERE state = 'waiting' RETURNING id;

-- name: remark
-- Why it has not been sent yet, while it is tried again.
UPDATE schedules SET note = $note WHERE id = $id AND state = 'waiting' AND next_at = $time;

-- name: cancel
-- Nothing of it is sent any more.
UPDATE schedules SET state = 'cancelled', next_at = NULL, note = NULL
 WHERE id = $id AND next_at IS NOT NULL
RETURNING id;

-- name: go_by
-- The rules by which it was agreed to, last.
INSERT INTO schedule_rules (schedule_id, rules) VALUES ($id, $rules)
    ON CONFLICT (schedule_id) DO UPDATE SET rules = excluded.rules;

-- name: rules
-- The rules by which it was agreed to, last.
SELECT rules FROM schedule_rules WHERE schedule_id = $id;

-- name: delete_rules_of
-- With the campaign, before its schedules.
DELETE FROM schedule_rules
 WHERE schedule_id IN (SELECT id FROM schedules WHERE campaign_id = $campaign_id);

-- name: delete_of
-- With the campaign.
DELETE FROM schedules WHERE campaign_id = $campaign_id;
