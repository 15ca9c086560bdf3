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
