-- name: put
-- The latest choice about a person in a campaign is the one that holds. From `$rows`, a JSON array
-- of objects.
INSERT INTO choices (campaign_id, person_id, choice, actor, reason, chosen_at)
SELECT r.campaign_id, r.person_id, r.choice, r.actor, r.reason, r.chosen_at
  FROM (SELECT unnest(from_json($rows, '[{"campaign_id": "BIGINT", "person_id": "BIGINT",
            "choice": "VARCHAR", "actor": "VARCHAR", "reason": "VARCHAR",
            "chosen_at": "TIMESTAMP"}]')) AS r)
    ON CONFLICT (campaign_id, person_id) DO UPDATE SET choice = excluded.choice,
       actor = excluded.actor, reason = excluded.reason, chosen_at = excluded.chosen_at;

-- name: drop
-- The people are where the conditions put them again.
DELETE FROM choices
 WHERE campaign_id = $campaign_id AND person_id = ANY($ids)
RETURNING person_id;

-- name: of_campaign
-- Everybody who was moved in a campaign, or stands on the block list, the latest first.
SELECT c.campaign_id, g.name AS campaign, c.person_id, p.name, c.choice, c.actor, c.reason,
       c.chosen_at
  FROM choices c
  LEFT JOIN people p ON p.id = c.person_id
  LEFT JOIN campaigns g ON g.id = c.campaign_id
 WHERE c.campaign_id = $campaign_id
 ORDER BY c.chosen_at DESC, c.person_id;

-- name: of_person
-- Every choice about one person, the latest first.
SELECT c.campaign_id, g.name AS campaign, c.person_id, p.name, c.choice, c.actor, c.reason,
       c.chosen_at
  FROM choices c
  LEFT JOIN people p ON p.id = c.person_id
  LEFT JOIN campaigns g ON g.id = c.campaign_id
 WHERE c.person_id = $person_id
 ORDER BY c.chosen_at DESC, c.campaign_id;

-- name: campaign
-- What a campaign is called.
SELECT name FROM campaigns WHERE id = $campaign_id;

-- name: known
-- Who of these people the mirror knows.
SELECT id, name, active FROM people WHERE id = ANY($ids);

-- name: excluded_beside
-- Who of these people has a number that is left out of this campaign through another profile, which
-- is not being moved along.
SELECT DISTINCT q.id
  FROM people q
  JOIN people o ON o.phone_e164 = q.phone_e164 AND o.id <> q.id
  JOIN choices c ON c.person_id = o.id
 WHERE q.id = ANY($ids) AND NOT (o.id = ANY($ids))
   AND c.campaign_id = $campaign_id AND c.choice = 'excluded';
