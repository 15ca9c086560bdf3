-- name: mark
-- How far the message history was read.
SELECT text_id FROM talk_marks WHERE name = 'history';

-- name: set_mark
-- The mark only moves on.
INSERT INTO talk_marks (name, text_id) VALUES ('history', $text_id)
    ON CONFLICT (name) DO UPDATE SET text_id = excluded.text_id
 WHERE talk_marks.text_id < excluded.text_id;

-- name: lanes
-- Lines of Zendesk Talk as last seen, with their numbers.
SELECT id, sender FROM integrations WHERE type = 'talk' AND sender IS NOT NULL;

-- name: awaited
-- When the earliest text left, among those of late, of which something may still be heard: that it
-- arrived, or an answer.
SELECT min(d.begun_at) AS since
  FROM deliveries d
  JOIN runs r ON r.id = d.run_id
  JOIN integrations i ON i.id = r.integration_id
 WHERE i.type = 'talk' AND d.begun_at >= $since
   AND d.state IN ('sending', 'accepted', 'delivered', 'failed', 'unknown');

-- name: sending
-- Lines from which something is being sent.
SELECT DISTINCT r.integration_id AS lane
  FROM runs r JOIN integrations i ON i.id = r.integration_id
 WHERE i.type = 'talk' AND r.state = 'running';

-- name: known_replies
-- Which of these replies are kept already.
SELECT message_id FROM replies WHERE message_id = ANY($ids);

-- name: keep_lines
-- The lines could not be asked for: they stay as they were.
UPDATE integrations SET seen_at = $now WHERE type = 'talk' AND status <> 'gone';

-- name: request_of
-- What makes the keys of a run's deliveries its own, in every account and file.
SELECT request_id FROM runs WHERE id = $run_id;
