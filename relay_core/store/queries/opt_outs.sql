-- name: add
-- One wish; a repeated webhook carries the same message id and adds nothing.
INSERT INTO opt_outs (phone, wish, word, source, message_id, happened_at, received_at)
VALUES ($phone, $wish, $word, $source, $message_id, $happened_at, $now)
    ON CONFLICT (message_id) DO NOTHING
RETURNING id;

-- name: latest
-- The wish that holds: the latest by the vendor's clock, of two at one moment the stop.
SELECT wish FROM opt_outs WHERE phone = $phone
 ORDER BY happened_at DESC, wish DESC, id DESC LIMIT 1;

-- name: own
-- This block was set by a reply, so a reply may lift it.
UPDATE suppressions SET set_by = 'reply' WHERE phone = $phone;

-- name: lift
-- Open again, unless somebody blocked the number by hand.
DELETE FROM suppressions WHERE phone = $phone AND set_by = 'reply';

-- name: history
-- Every wish of one number, the latest first.
SELECT wish, word, source, happened_at, received_at FROM opt_outs WHERE phone = $phone
 ORDER BY happened_at DESC, wish DESC, id DESC;

-- name: unspread
-- Numbers with wishes that were not yet made into changes of tags, and the wish that holds now.
SELECT DISTINCT ON (o.phone) o.phone, o.id, o.wish
  FROM opt_outs o
 WHERE o.phone IN (SELECT phone FROM opt_outs WHERE spread_at IS NULL)
 ORDER BY o.phone, o.happened_at DESC, o.wish DESC, o.id DESC;

-- name: mark_spread
-- From now on only a new wish of this number changes tags.
UPDATE opt_outs SET spread_at = $now WHERE phone = $phone AND spread_at IS NULL;

-- name: overtake
-- What an earlier wish of this number still wanted is wanted no more.
UPDATE tag_changes SET ended_at = $now, trouble = 'overtaken'
 WHERE ended_at IS NULL AND opt_out_id IN (SELECT id FROM opt_outs WHERE phone = $phone);

-- name: want_tag
-- Every profile that has the number now and is not known to have the tag gets it.
INSERT INTO tag_changes (opt_out_id, person_id, tag, change, due_at)
SELECT $opt_out_id, p.id, $tag, 'add', $now FROM people p
 WHERE p.phone_e164 = $phone AND p.active AND NOT list_contains(p.tags, $tag)
    ON CONFLICT DO NOTHING;

-- name: want_no_tag
-- Only profiles that got it for a wish of this number lose it; who had it before keeps it.
INSERT INTO tag_changes (opt_out_id, person_id, tag, change, due_at)
SELECT DISTINCT CAST($opt_out_id AS BIGINT), c.person_id, c.tag, 'remove', CAST($now AS TIMESTAMP)
  FROM tag_changes c JOIN opt_outs o ON o.id = c.opt_out_id
 WHERE o.phone = $phone AND c.change = 'add' AND c.tries > 0
    ON CONFLICT DO NOTHING;

-- name: begin_tag_changes
-- The changes that are due; a try is counted before it is made, because it may be made unseen.
UPDATE tag_changes SET tries = tries + 1
 WHERE ended_at IS NULL AND due_at <= $now
RETURNING opt_out_id, person_id, tag, change, tries;

-- name: end_tag_change
-- Made, or given up with what Zendesk said.
UPDATE tag_changes SET ended_at = $now, trouble = $trouble
 WHERE opt_out_id = $opt_out_id AND person_id = $person_id AND ended_at IS NULL;

-- name: delay_tag_change
-- Another try later.
UPDATE tag_changes SET due_at = $due_at, trouble = $trouble
 WHERE opt_out_id = $opt_out_id AND person_id = $person_id AND ended_at IS NULL;

-- name: tags_awaited
-- Whether any change of tags is still to be made, or to be worked out.
SELECT 1 AS awaited
 WHERE EXISTS (SELECT 1 FROM opt_outs WHERE spread_at IS NULL)
    OR EXISTS (SELECT 1 FROM tag_changes WHERE ended_at IS NULL);

-- name: tag_changes
-- What followed in Zendesk from the wishes of one number, the latest first.
SELECT c.person_id, c.tag, c.change, c.tries, c.due_at, c.ended_at, c.trouble
  FROM tag_changes c JOIN opt_outs o ON o.id = c.opt_out_id
 WHERE o.phone = $phone
 ORDER BY o.happened_at DESC, c.person_id;
