-- name: add
-- One run for each request id, by the table's unique key.
INSERT INTO runs (campaign_id, request_id, integration_id, template, definition, static_values,
                  matched, planned, manifest, state, created_at)
VALUES ($campaign_id, $request_id, $integration_id, $template, $definition, $static_values,
        $matched, $planned, $manifest, 'running', $now)
RETURNING id;

-- name: by_request
-- The run that an earlier press made.
SELECT id FROM runs WHERE request_id = $request_id;

-- name: add_deliveries
-- The frozen plan, from `$rows`, a JSON array of objects.
INSERT INTO deliveries (run_id, person_id, person_name, phone, country, language,
                        template_language, bound, body, state, due_at, changed_at)
SELECT r.run_id, r.person_id, r.person_name, r.phone, r.country, r.language, r.template_language,
       r.bound, r.body, 'queued', r.due_at, r.due_at
  FROM (SELECT unnest(from_json($rows, '[{"run_id": "BIGINT", "person_id": "BIGINT",
            "person_name": "VARCHAR", "phone": "VARCHAR", "country": "VARCHAR",
            "language": "VARCHAR", "template_language": "VARCHAR", "bound": "VARCHAR",
            "body": "VARCHAR", "due_at": "TIMESTAMP"}]')) AS r);

-- name: add_template
-- One more language of a run, as it is at this moment.
INSERT INTO run_templates (run_id, language, template) VALUES ($run_id, $language, $template);

-- name: add_exclusions
-- Who was matched and is left out, each with one reason.
INSERT INTO exclusions
SELECT r.run_id, r.person_id, r.person_name, r.reason
  FROM (SELECT unnest(from_json($rows, '[{"run_id": "BIGINT", "person_id": "BIGINT",
            "person_name": "VARCHAR", "reason": "VARCHAR"}]')) AS r);

-- name: all
-- Newest first, with the campaign's name.
SELECT r.id, r.campaign_id, c.name AS campaign, r.integration_id, r.state, r.note, r.matched,
       r.planned, r.created_at, r.finished_at
  FROM runs r JOIN campaigns c ON c.id = r.campaign_id
 ORDER BY r.id DESC;

-- name: one
-- The same for one run, with what was frozen.
SELECT r.id, r.campaign_id, c.name AS campaign, r.integration_id, r.state, r.note, r.matched,
       r.planned, r.created_at, r.finished_at, r.template, r.definition, r.static_values
  FROM runs r JOIN campaigns c ON c.id = r.campaign_id
 WHERE r.id = $run_id;

-- name: counts
-- How many deliveries of each run are in each state.
SELECT run_id, state, count(*) AS deliveries
  FROM deliveries
 WHERE run_id = ANY($run_ids)
 GROUP BY run_id, state;

-- name: skipped
-- How many people of each run were left out, by reason.
SELECT run_id, reason, count(*) AS people
  FROM exclusions
 WHERE run_id = ANY($run_ids)
 GROUP BY run_id, reason
 ORDER BY people DESC, reason;

-- name: change_state
-- One arrow of the run's states; from any other state nothing changes.
UPDATE runs
   SET state = $to_state, note = NULL,
       finished_at = CASE WHEN $to_state = 'cancelled' THEN $now ELSE NULL END
 WHERE id = $run_id AND state = $from_state
RETURNING id;

-- name: pause_lane
-- The sender itself is refused: every run of the lane stops, and says why.
UPDATE runs SET state = 'paused', note = $note
 WHERE integration_id = $lane AND state = 'running'
RETURNING id;

-- name: pause_all
-- Nothing goes on by itself after the file lost its latest records.
UPDATE runs SET state = 'paused', note = $note WHERE state = 'running' RETURNING id;

-- name: finish_if_settled
-- A run is finished when every planned delivery is settled, never because a loop ended.
UPDATE runs SET state = 'finished', finished_at = $now
 WHERE id = $run_id AND state IN ('running', 'paused')
   AND NOT EXISTS (SELECT 1 FROM deliveries
                    WHERE run_id = $run_id AND state IN ('queued', 'sending'))
RETURNING id;

-- name: active
-- Runs that still have work or are waiting for somebody.
SELECT id, integration_id FROM runs WHERE state = 'running' ORDER BY id;

-- name: open
-- Runs from which something may still leave, now or once resumed.
SELECT id FROM runs WHERE state IN ('running', 'paused');

-- name: template_of
-- What the sender needs to build messages of a run, in one of its languages: null is its own.
SELECT CASE WHEN $language::TEXT IS NULL THEN r.template
            ELSE (SELECT v.template FROM run_templates v
                   WHERE v.run_id = r.id AND v.language = $language) END AS template,
       i.type AS channel
  FROM runs r JOIN integrations i ON i.id = r.integration_id
 WHERE r.id = $run_id;

-- name: lane_of
-- The lane a run uses.
SELECT integration_id FROM runs WHERE id = $run_id;
