-- Which messages a conversation has, and in which ticket a reply is. DuckDB only.

-- A number for the conversation of a delivery: whoever looks for it through everything that was
-- sent compares it many times more quickly than the text, which decides.
ALTER TABLE deliveries ADD COLUMN conversation_number UBIGINT;
UPDATE deliveries SET conversation_number = md5_number_lower(conversation_id)
 WHERE conversation_id IS NOT NULL;

-- In which ticket Zendesk says that a reply is, and how often it was asked in vain; see
-- `delivery/reply_tickets.py`. DuckDB adds no column that is NOT NULL.
ALTER TABLE replies ADD COLUMN ticket_id BIGINT;
ALTER TABLE replies ADD COLUMN ticket_asked INTEGER DEFAULT 0;

-- As 0018 has it, and the ticket.
CREATE OR REPLACE VIEW report_replies AS
SELECT d.id AS delivery_id, d.run_id, d.person_id,
       regexp_replace(x.body, '\+?[0-9]{7,15}', '…', 'g') AS message, x.payload AS button,
       x.is_stop AS opts_out, x.happened_at, x.received_at, x.ticket_id
  FROM replies x
  JOIN deliveries d ON d.id = x.delivery_id
 WHERE d.person_id >= 0;
COMMENT ON VIEW report_replies IS 'One row for each reply to a message. It counts for the newest message to that person that got through before it was heard.';
COMMENT ON COLUMN report_replies.delivery_id IS 'The message it answers, see report_deliveries.';
COMMENT ON COLUMN report_replies.run_id IS 'The run of that message, see report_runs.';
COMMENT ON COLUMN report_replies.person_id IS 'Zendesk''s id of the person.';
COMMENT ON COLUMN report_replies.message IS 'What they wrote; long numbers are taken out.';
COMMENT ON COLUMN report_replies.button IS 'What the button they pressed stands for; null where they wrote.';
COMMENT ON COLUMN report_replies.opts_out IS 'Whether it is an opt-out word such as STOP.';
COMMENT ON COLUMN report_replies.happened_at IS 'When it was written, by the vendor''s clock.';
COMMENT ON COLUMN report_replies.received_at IS 'When Relay heard it.';
COMMENT ON COLUMN report_replies.ticket_id IS 'The ticket it is in, as Zendesk says; null where it did not say.';

-- As 0019 has it, but a reply that is known to be in a ticket opened that one or none.
CREATE OR REPLACE VIEW report_tickets AS
SELECT m.run_id, m.person_id, nullif(m.person_name, '') AS name, m.delivery_id, m.is_held_out,
       m.counted_from, t.ticket_id, t.opened_at, t.channel,
       k.ticket_id IS NOT NULL
         OR t.is_messaging AND EXISTS (SELECT 1 FROM replies r
                                        WHERE r.conversation_id = m.conversation_id
                                          AND r.happened_at > t.opened_at - INTERVAL 15 MINUTE
                                          AND r.happened_at <= t.opened_at + INTERVAL 1 MINUTE
                                          AND r.ticket_id IS NULL) AS is_answer,
       k.ticket_id IS NOT NULL AS is_certain
  FROM compared_people m
  JOIN tickets_by_person t
    ON t.person_id = m.person_id AND t.opened_at >= m.counted_from
   AND t.opened_at < m.counted_from + INTERVAL 72 HOUR
  JOIN runs x ON x.id = m.run_id
  LEFT JOIN (SELECT DISTINCT r.conversation_id, r.ticket_id
               FROM replies r
               JOIN opened_tickets o
                 ON o.id = r.ticket_id AND r.happened_at > o.opened_at - INTERVAL 15 MINUTE
                AND r.happened_at <= o.opened_at + INTERVAL 1 MINUTE) k
    ON k.conversation_id = m.conversation_id AND k.ticket_id = t.ticket_id
 WHERE x.kind <> 'test' AND x.state <> 'freezing';
COMMENT ON VIEW report_tickets IS 'One row for each ticket that somebody of a run, recipient or held out, opened within 72 hours.';
COMMENT ON COLUMN report_tickets.run_id IS 'The run, see report_runs.';
COMMENT ON COLUMN report_tickets.person_id IS 'Zendesk''s id of the person. The ticket may stand on another profile with their number.';
COMMENT ON COLUMN report_tickets.name IS 'Name when the run was made; null once it was removed.';
COMMENT ON COLUMN report_tickets.delivery_id IS 'Their message, see report_deliveries; null for who was held out.';
COMMENT ON COLUMN report_tickets.is_held_out IS 'Whether they got nothing on purpose, to compare with.';
COMMENT ON COLUMN report_tickets.counted_from IS 'When their message left; for who was held out, when the message beside their place in the queue left.';
COMMENT ON COLUMN report_tickets.ticket_id IS 'Zendesk''s number of the ticket.';
COMMENT ON COLUMN report_tickets.opened_at IS 'When it was opened, by Zendesk''s clock.';
COMMENT ON COLUMN report_tickets.channel IS 'How it came, in Zendesk''s word, such as email or whatsapp.';
COMMENT ON COLUMN report_tickets.is_answer IS 'Whether a reply to the message opened it: Zendesk says that the reply is in it, or it came by messaging within 15 minutes of a reply.';
COMMENT ON COLUMN report_tickets.is_certain IS 'Of an answer: whether Zendesk says so. Where it does not, the time makes it probable.';
COMMENT ON COLUMN report_outcomes.answers_24h IS 'Tickets that a reply to the message opened, or probably did, within 24 hours; see report_tickets.';
