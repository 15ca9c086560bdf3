-- name: begin
-- From the next run on; once in the life of a file.
INSERT INTO mirroring (home, since_run, held)
SELECT $home, (SELECT coalesce(max(id), 0) + 1 FROM runs), NULL
 WHERE NOT EXISTS (SELECT 1 FROM mirroring);

-- name: begun
-- The one row, once it was begun.
SELECT home, since_run, held FROM mirroring;

-- name: hold
-- A copy waits for a person.
UPDATE mirroring SET held = $why;

-- name: go_on
-- Somebody decided that this file, and no other, tells Zendesk. Nothing is written there: first it is
-- looked what Zendesk shows of it.
UPDATE mirroring SET held = '' WHERE held <> '' RETURNING home;

-- name: looked
-- It was looked, and what was not known of is noted.
UPDATE mirroring SET held = NULL WHERE held = '';

-- name: tell_anew
-- Everything of a kind whose object was made anew, or got another field.
UPDATE mirrored SET version = '', trouble = $unconfirmed, tries = 0 WHERE kind = $kind;

-- name: campaigns
-- Each with what became of its messages, tests apart.
SELECT c.id, c.name, c.definition, c.archived_at IS NOT NULL AS archived,
       t.name AS template, i.name AS sender, i.type,
       coalesce(f.runs, 0) AS runs, coalesce(f.accepted, 0) AS accepted,
       coalesce(f.delivered, 0) AS delivered, coalesce(f.failed, 0) AS failed,
       coalesce(f.unknown, 0) AS unknown, f.last_sent_at
  FROM campaigns c
  LEFT JOIN templates t ON t.id = c.template_id
  LEFT JOIN integrations i ON i.id = c.integration_id
  LEFT JOIN (SELECT r.campaign_id, count(DISTINCT r.id) AS runs,
                    count(*) FILTER (WHERE d.state = 'accepted') AS accepted,
                    count(*) FILTER (WHERE d.state = 'delivered') AS delivered,
                    count(*) FILTER (WHERE d.state = 'failed') AS failed,
                    count(*) FILTER (WHERE d.state = 'unknown') AS unknown,
                    max(d.begun_at) AS last_sent_at
               FROM runs r JOIN deliveries d ON d.run_id = r.id
              WHERE r.kind <> 'test' AND r.state <> 'freezing' AND d.person_id >= 0
              GROUP BY r.campaign_id) f ON f.campaign_id = c.id
 ORDER BY c.id;

-- name: told
-- What was told of one kind.
SELECT id, version, trouble, tries FROM mirrored WHERE kind = $kind;

-- name: messages
-- Messages that left and of which Zendesk was not told, or something else: those of runs since
-- mirroring was begun, until a month after their end. What changed a moment ago waits, because a
-- receipt follows soon. What was tried last comes last, so that nothing stands in the way of all.
SELECT d.id, d.person_id, d.run_id, d.body, d.state, d.reason, d.begun_at,
       d.state || ' ' || d.changed_at AS version,
       coalesce(d.template_language, d.language) AS language,
       c.name AS campaign, t.name AS template, i.name AS sender, i.type,
       CASE WHEN m.version = d.state || ' ' || d.changed_at THEN m.tries ELSE 0 END AS tries
  FROM deliveries d
  JOIN runs r ON r.id = d.run_id
  JOIN campaigns c ON c.id = r.campaign_id
  LEFT JOIN templates t ON t.id = c.template_id
  LEFT JOIN integrations i ON i.id = r.integration_id
  LEFT JOIN (SELECT id, version, trouble, tries, told_at FROM mirrored WHERE kind = 'message') m
         ON m.id = d.id
 WHERE r.id >= (SELECT since_run FROM mirroring) AND r.kind <> 'test' AND r.state <> 'freezing'
   AND (r.finished_at IS NULL OR r.finished_at > $followed_since)
   AND d.state IN ('accepted', 'delivered', 'failed', 'unknown')
   AND d.person_id >= 0 AND d.forgotten IS NULL AND d.changed_at NOT BETWEEN $settled AND $now
   AND (m.id IS NULL OR m.version <> d.state || ' ' || d.changed_at
        OR (m.trouble IS NOT NULL AND m.tries < $tries))
 ORDER BY tries, m.told_at NULLS FIRST, d.id
 LIMIT $most;

-- name: waiting
-- How many messages the query above would give, were it asked for all.
SELECT count(*) AS messages
  FROM deliveries d
  JOIN runs r ON r.id = d.run_id
  LEFT JOIN (SELECT id, version, trouble, tries FROM mirrored WHERE kind = 'message') m
         ON m.id = d.id
 WHERE r.id >= (SELECT since_run FROM mirroring) AND r.kind <> 'test' AND r.state <> 'freezing'
   AND (r.finished_at IS NULL OR r.finished_at > $followed_since)
   AND d.state IN ('accepted', 'delivered', 'failed', 'unknown')
   AND d.person_id >= 0 AND d.forgotten IS NULL AND d.changed_at NOT BETWEEN $settled AND $now
   AND (m.id IS NULL OR m.version <> d.state || ' ' || d.changed_at
        OR (m.trouble IS NOT NULL AND m.tries < $tries));

-- name: gone
-- What Zendesk may still show although it is here no more, or was forgotten about the person. What was
-- refused several times, or is removed again, waits for its moment, by a clock that may be set back.
SELECT m.kind, m.id, m.version, m.trouble, m.tries
  FROM mirrored m
 WHERE ((m.kind = 'campaign' AND m.id NOT IN (SELECT id FROM campaigns))
    OR (m.kind = 'segment' AND m.id NOT IN (SELECT id FROM segments))
    OR (m.kind = 'template' AND m.id NOT IN (SELECT id FROM templates WHERE deleted_at IS NULL))
    OR (m.kind = 'message'
        AND m.id NOT IN (SELECT id FROM deliveries WHERE forgotten IS NULL)))
   AND (m.version NOT IN ($refused, $again)
        OR (m.version = $refused AND m.tries < $tries)
        OR m.told_at NOT BETWEEN $since AND $now)
 ORDER BY m.told_at, m.kind, m.id
 LIMIT $most;

-- name: tags
-- Messages that left whose people do not have the tag of the campaign yet, within the same bounds.
SELECT d.id, d.person_id, c.name AS campaign, coalesce(m.tries, 0) AS tries
  FROM deliveries d
  JOIN runs r ON r.id = d.run_id
  JOIN campaigns c ON c.id = r.campaign_id
  LEFT JOIN (SELECT id, trouble, tries, told_at FROM mirrored WHERE kind = 'tag') m ON m.id = d.id
 WHERE r.id >= (SELECT since_run FROM mirroring) AND r.kind <> 'test' AND r.state <> 'freezing'
   AND (r.finished_at IS NULL OR r.finished_at > $followed_since)
   AND d.state IN ('accepted', 'delivered')
   AND d.person_id >= 0 AND d.forgotten IS NULL
   AND (m.id IS NULL OR (m.trouble IS NOT NULL AND m.tries < $tries))
 ORDER BY tries, m.told_at NULLS FIRST, d.id
 LIMIT $most;

-- name: tags_to_take
-- Tags that Relay gave, or may have given, to people who were erased since, as `gone` has records.
SELECT m.id, m.person_id, m.version AS tag, m.tries
  FROM mirrored m JOIN deliveries d ON d.id = m.id
 WHERE m.kind = 'tag' AND d.forgotten = 'asked'
   AND (m.tries < $tries OR m.told_at NOT BETWEEN $since AND $now)
 ORDER BY m.told_at, m.id
 LIMIT $most;

-- name: tags_of
-- The tags that people have from Relay and that will not be taken from them.
SELECT m.person_id, m.version AS tag
  FROM mirrored m JOIN deliveries d ON d.id = m.id
 WHERE m.kind = 'tag' AND m.trouble IS NULL AND m.person_id = ANY($people)
   AND d.forgotten IS DISTINCT FROM 'asked';

-- name: forget
-- Before something else is noted of it, or because it is gone there too.
DELETE FROM mirrored WHERE kind = $kind AND id = ANY($ids);

-- name: note
-- What Zendesk was told, or why it refused, from `$rows`, a JSON array of objects.
INSERT INTO mirrored (kind, id, version, person_id, trouble, tries, told_at)
SELECT r.kind, r.id, r.version, r.person_id, r.trouble, r.tries, r.told_at
  FROM (SELECT unnest(from_json($rows, '[{"kind": "VARCHAR", "id": "BIGINT",
            "version": "VARCHAR", "person_id": "BIGINT", "trouble": "VARCHAR",
            "tries": "INTEGER", "told_at": "TIMESTAMP"}]')) AS r);

-- name: figures
-- How much was told of each kind and is there.
SELECT kind, count(*) FILTER (WHERE trouble IS NULL) AS told FROM mirrored GROUP BY kind;

-- name: refusals
-- What Zendesk refused, the latest first.
SELECT kind, id, trouble, told_at FROM mirrored
 WHERE tries > 0 ORDER BY told_at DESC, id LIMIT $most;

-- name: try_again
-- What was refused is tried as often again.
UPDATE mirrored SET tries = 0 WHERE tries > 0 RETURNING id;

-- name: any
-- Whether anything was ever told.
SELECT 1 AS told FROM mirrored LIMIT 1;
