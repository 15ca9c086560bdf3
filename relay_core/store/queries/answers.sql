-- name: messages_in
-- What was tried in a conversation, by time.
SELECT id, phone, state, begun_at, forgotten
  FROM deliveries
 WHERE conversation_id = $conversation_id AND begun_at IS NOT NULL
 ORDER BY begun_at, id;

-- name: replies_in
-- What was heard in a conversation.
SELECT message_id, received_at, delivery_id
  FROM replies
 WHERE conversation_id = $conversation_id;

-- name: note
-- A reply answers another message than was thought, or none.
UPDATE replies SET delivery_id = $delivery_id WHERE message_id = $message_id;
