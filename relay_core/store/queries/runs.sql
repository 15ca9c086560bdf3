-- name: add
-- One run for each request id, by the table's unique key.
INSERT INTO runs (campaign_id, kind, request_id, integration_id, template, definition,
                  static_values, rules, warnings, matched, planned, manifest, state, created_at,
                  created_by, parent_run, retried, people_as_of)
VALUES ($campaign_id, $kind, $request_id, $integration_id, $template, $definition,
        $static_values, $rules, $warnings, $matched, $planned, $manifest, 'freezing', $now,
        $created_by, $parent_run, $retried,
        (SELECT max(finished_at) FROM sync_progress WHERE resource = 'people'))
RETURNING id;

-- name: start
-- Everything of it is written down; now it may leave, or be looked at by somebody else first.
UPDATE runs SET state = CASE WHEN $needs_approval THEN 'awaiting' ELSE 'running' END
 WHERE id = $run_id AND state = 'freezing'
RETURNING id;

-- name: by_request
-- The run that an earlier press made.
SELECT id, state = 'freezing' AS is_freezing FROM runs WHERE request_id = $request_id;

-- name: unfinished
-- Runs that were being written down when the process stopped; nothing of them could leave. Where
-- others may be writing at this moment: those begun before one.
SELECT id FROM runs
 WHERE state = 'freezing'
   AND (CAST($before AS TIMESTAMP) IS NULL OR created_at < CAST($before AS TIMESTAMP));

-- name: discard
-- One of them, which nobody was told of.
DELETE FROM runs WHERE id = $run_id AND state = 'freezing' RETURNING id;

-- name: discard_deliveries
-- The recipients that were written down with it.
DELETE FROM deliveries WHERE run_id = $run_id;

-- name: discard_exclusions
-- The people left out who were written down with it.
DELETE FROM exclusions WHERE run_id = $run_id;

-- name: discard_templates
-- The languages that were written down with it.
DELETE FROM run_templates WHERE run_id = $run_id;

-- name: add_deliveries
-- The frozen plan, from `$rows`, a JSON array of objects.
INSERT INTO deliveries (run_id, person_id, person_name, phone, phone_number, country, language,
                        template_language, bound, body, consent, state, due_at, changed_at)
SELECT r.run_id, r.person_id, r.person_name, r.phone, TRY_CAST(ltrim(r.phone, '+') AS BIGINT),
       r.country, r.language, r.template_language, r.bound, r.body, r.consent, 'queued', r.due_at, r.due_at
  FROM (SELECT unnest(from_json($rows, '[{"run_id": "BIGINT", "person_id": "BIGINT",
            "person_name": "VARCHAR", "phone": "VARCHAR", "country": "VARCHAR",
            "language": "VARCHAR", "template_language": "VARCHAR", "bound": "VARCHAR",
            "body": "VARCHAR", "consent": "VARCHAR", "due_at": "TIMESTAMP"}]')) AS r);

-- name: add_template
-- One more language of a run, as it is at this moment.
INSERT INTO run_templates (run_id, language, template) VALUES ($run_id, $language, $template);

-- name: add_exclusions
-- Who was matched and is left out, each with one reason.
INSERT INTO exclusions (run_id, person_id, person_name, reason, place)
SELECT r.run_id, r.person_id, r.person_name, r.reason, r.place
  FROM (SELECT unnest(from_json($rows, '[{"run_id": "BIGINT", "person_id": "BIGINT",
            "person_name": "VARCHAR", "reason": "VARCHAR", "place": "INTEGER"}]')) AS r);

-- name: all
-- Newest first, with the campaign's name; tests only when asked for. Rules only where they say whom
-- a retry is for.
SELECT r.id, r.campaign_id, c.name AS campaign, r.kind, r.integration_id, r.state, r.note,
       r.matched, r.planned, r.manifest, r.created_at, r.created_by, r.approved_by, r.parent_run,
       r.retried, r.finished_at, r.forgotten_at,
       CASE r.kind WHEN 'retry' THEN r.rules END AS rules
  FROM runs r JOIN campaigns c ON c.id = r.campaign_id
 WHERE r.state <> 'freezing' AND ($tests OR r.kind <> 'test')
 ORDER BY r.id DESC;

-- name: one
-- The same for one run, with what was frozen.
SELECT r.id, r.campaign_id, c.name AS campaign, r.kind, r.integration_id, r.state, r.note,
       r.matched, r.planned, r.manifest, r.created_at, r.created_by, r.approved_by, r.parent_run,
       r.retried, r.finished_at, r.forgotten_at, r.template, r.definition, r.static_values, r.rules, r.warnings
  FROM runs r JOIN campaigns c ON c.id = r.campaign_id
 WHERE r.id = $run_id AND r.state <> 'freezing';

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
       finished_at = CASE WHEN $to_state = 'cancelled' THEN CAST($now AS TIMESTAMP) END
 WHERE id = $run_id AND state = $from_state
RETURNING id;

-- name: approve
-- By anybody but who made it, and only what they saw.
UPDATE runs SET state = 'running', approved_by = $actor, note = NULL
 WHERE id = $run_id AND state = 'awaiting' AND manifest = $manifest
   AND lower(trim(created_by)) <> lower(trim($actor))
RETURNING id;

-- name: reject
-- Somebody does not want it, and says why.
UPDATE runs SET state = 'cancelled', note = $note, finished_at = $now
 WHERE id = $run_id AND state = 'awaiting'
RETURNING id;

-- name: pause_lane
-- The sender itself is refused: every run of the lane stops, and says why.
UPDATE runs SET state = 'paused', note = $note
 WHERE integration_id = $lane AND state = 'running'
RETURNING id;

-- name: stopped_with
-- Runs of the same lane that Relay stopped with the same words, the run itself among them.
SELECT r.id FROM runs r JOIN runs s ON s.integration_id = r.integration_id AND s.note = r.note
 WHERE s.id = $run_id AND s.state = 'paused' AND r.state = 'paused'
 ORDER BY r.id;

-- name: pause_all
-- Nothing goes on by itself after the file lost its latest records.
UPDATE runs SET state = 'paused', note = $note WHERE state = 'running' RETURNING id;

-- name: hold_back
-- In a copy of the file, also what somebody had paused: it may have gone on in the original.
UPDATE runs SET state = 'paused', note = $note WHERE state IN ('running', 'paused') RETURNING id;

-- name: held_back
-- How many messages of each paused run wait.
SELECT r.id, count(d.id) AS queued
  FROM runs r LEFT JOIN deliveries d ON d.run_id = r.id AND d.state = 'queued'
 WHERE r.state = 'paused' GROUP BY r.id ORDER BY r.id;

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
-- Runs from which something may still leave, now, once resumed, or once approved.
SELECT id FROM runs WHERE state IN ('awaiting', 'running', 'paused');

-- name: frozen_templates
-- The other languages of a run.
SELECT language, template FROM run_templates WHERE run_id = $run_id ORDER BY language;

-- name: frozen_page
-- What was frozen for each phone, in the order of phones, after one of them; whatever became of it.
SELECT person_id, phone, template_language, body, bound
  FROM deliveries
 WHERE run_id = $run_id AND phone > $after
 ORDER BY phone
 LIMIT $most;

-- name: frozen_recipients
-- Who was frozen, in the order in which the maker saw them, after one of them.
SELECT id, person_id, person_name, phone, country, language, template_language, body, bound
  FROM deliveries
 WHERE run_id = $run_id AND id > $after
 ORDER BY id
 LIMIT $most;

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

-- name: tested
-- Whether a test of a campaign, saying exactly this, was taken by the channel and did not fail since.
SELECT count(*) FILTER (WHERE d.state IN ('accepted', 'delivered')) AS accepted,
       count(*) FILTER (WHERE d.state IN ('queued', 'sending', 'unknown')) AS open,
       count(*) FILTER (WHERE d.state = 'failed') AS failed
  FROM runs r JOIN deliveries d ON d.run_id = r.id
 WHERE r.campaign_id = $campaign_id AND r.kind = 'test' AND r.manifest = $wording;

-- name: tester
-- The number that somebody gets tests at.
SELECT phone FROM testers WHERE actor = $actor;

-- name: keep_tester
-- The latest number is the one that holds.
INSERT INTO testers VALUES ($actor, $phone, $now)
    ON CONFLICT (actor) DO UPDATE SET phone = excluded.phone, since = excluded.since;

-- name: suppressed
-- Why nothing is to be sent to a number, where somebody asked for that.
SELECT reason FROM suppressions WHERE phone = $phone;

-- name: to_retry
-- The people of a run that a retry tries again. Nobody whose message may have arrived: neither an
-- unknown one, nor anybody whom a later run of the campaign reached, may have reached, or will; nor
-- anybody who by now has the number of somebody held out. With `$causes`, only who failed for one
-- of these codes, told apart as in `reports.causes`, and for no other one when tried again since.
WITH RECURSIVE tried AS (
    SELECT d.id, d.run_id, d.person_id, d.phone, d.state,
           CASE WHEN d.reason LIKE '(#%)%' THEN split_part(substr(d.reason, 3), ')', 1)
                ELSE coalesce(d.code, 'unexplained') END AS cause
      FROM runs r JOIN deliveries d ON d.run_id = r.id
     WHERE r.campaign_id = (SELECT campaign_id FROM runs WHERE id = $run_id)
       AND r.id >= $run_id AND r.kind <> 'test'),
later AS (
    SELECT person_id, phone
      FROM tried
     WHERE run_id > $run_id
       AND (state IN ('queued', 'sending', 'accepted', 'delivered', 'unknown')
            OR state = 'failed' AND CAST($causes AS TEXT[]) IS NOT NULL
               AND NOT cause = ANY(CAST($causes AS TEXT[])))),
family AS (
    SELECT $run_id AS id
     UNION ALL
    SELECT r.parent_run FROM family f JOIN runs r ON r.id = f.id WHERE r.parent_run IS NOT NULL),
held_out AS (
    SELECT p.phone_number
      FROM exclusions e JOIN people p ON p.id = e.person_id
     WHERE e.run_id IN (SELECT id FROM family) AND e.reason = 'held_out'
       AND p.phone_number IS NOT NULL)
SELECT d.person_id, coalesce(p.active, false) AS is_there
  FROM tried d
  LEFT JOIN people p ON p.id = d.person_id
 WHERE d.run_id = $run_id
   AND (CAST($causes AS TEXT[]) IS NULL
        OR d.state = 'failed' AND d.cause = ANY(CAST($causes AS TEXT[])))
   AND (d.state = 'failed' AND $retried IN ('failed', 'not_reached')
        OR d.state = 'cancelled' AND $retried = 'not_reached'
        OR d.state IN ('accepted', 'delivered') AND $retried = 'no_reply'
           AND d.id NOT IN (SELECT delivery_id FROM replies WHERE delivery_id IS NOT NULL))
   AND d.person_id NOT IN (SELECT person_id FROM later)
   AND d.phone NOT IN (SELECT phone FROM later)
   AND (p.phone_number IS NULL OR p.phone_number NOT IN (SELECT phone_number FROM held_out))
 ORDER BY d.person_id;
