-- name: to_ask
-- Conversations with replies to messages, heard since a moment, of which it is not known in which
-- ticket they are; the latest first. Of Talk the ticket is its own.
SELECT r.conversation_id
  FROM replies r
  JOIN deliveries d ON d.id = r.delivery_id
  JOIN runs x ON x.id = d.run_id
  LEFT JOIN integrations i ON i.id = x.integration_id
 WHERE r.received_at >= $since AND r.ticket_id IS NULL AND r.ticket_asked < $tries
   AND r.conversation_id <> '' -- one without is found by its number, and Zendesk cannot be asked
   AND i.type IS DISTINCT FROM 'talk' AND d.person_id >= 0 AND d.forgotten IS DISTINCT FROM 'asked'
 GROUP BY r.conversation_id
 ORDER BY max(r.received_at) DESC, r.conversation_id
 LIMIT $most;

-- name: note_ticket
-- The ticket is the one of now: of what was written before it came to be, only the last minutes can
-- have led to it.
UPDATE replies SET ticket_id = $ticket_id
 WHERE conversation_id = $conversation_id AND ticket_id IS NULL
   AND received_at >= $since AND received_at <= $asked_at
   AND happened_at > CAST($opened_at AS TIMESTAMP) - INTERVAL '15 minutes';

-- name: note_asked
-- Of these it is still not known.
UPDATE replies SET ticket_asked = ticket_asked + 1
 WHERE conversation_id = $conversation_id AND ticket_id IS NULL
   AND received_at >= $since AND received_at <= $asked_at;
