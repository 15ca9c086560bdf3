-- name: messages_in
-- What was tried in a conversation since a moment, by time.
SELECT id, phone, state, begun_at, forgotten
  FROM deliveries
 WHERE begun_at >= $since AND conversation_number = md5_number_lower($conversation_id)
   AND conversation_id = $conversation_id
 ORDER BY begun_at, id;

-- name: replies_in
-- What was heard in a conversation since a moment.
SELECT message_id, received_at, delivery_id
  FROM replies
 WHERE received_at >= $since AND conversation_id = $conversation_id;

-- name: note
-- A reply answers another message than was thought, or none.
UPDATE replies SET delivery_id = $delivery_id WHERE message_id = $message_id;
