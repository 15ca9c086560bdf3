-- Tickets that count for somebody although they stand on another profile with their number, once
-- either of the two was erased: no number tells it any more. DuckDB only, as the mirror is.

CREATE TABLE tickets_of_erased (
    ticket_id    BIGINT NOT NULL,
    person_id    BIGINT NOT NULL,          -- for whom it counts
    erased_id    BIGINT NOT NULL,          -- who was erased: they, or the ticket's requester
    PRIMARY KEY (ticket_id, person_id, erased_id)
);

-- As 0016 has it, and those. Rows of somebody who is mirrored again are dropped in the same
-- transaction, so the parts still have no row in common.
CREATE OR REPLACE VIEW tickets_by_person AS
SELECT t.requester_id AS person_id, t.id AS ticket_id, t.opened_at, t.channel, t.is_messaging
  FROM opened_tickets t
 UNION ALL
SELECT o.person_id, t.id, t.opened_at, t.channel, t.is_messaging
  FROM opened_tickets t
  JOIN sharers s ON s.person_id = t.requester_id
  JOIN sharers o ON o.phone_number = s.phone_number AND o.person_id <> t.requester_id
 UNION ALL
SELECT o.id, t.id, t.opened_at, t.channel, t.is_messaging
  FROM opened_tickets t
  JOIN people w ON w.id = t.requester_id AND w.whatsapp IS NOT NULL
  JOIN people o ON o.phone_e164 = '+' || w.whatsapp AND o.id <> w.id
 WHERE w.phone_number IS DISTINCT FROM o.phone_number
 UNION ALL
SELECT DISTINCT k.person_id, t.id, t.opened_at, t.channel, t.is_messaging
  FROM tickets_of_erased k
  JOIN opened_tickets t ON t.id = k.ticket_id
 WHERE k.person_id <> t.requester_id AND k.erased_id IN (k.person_id, t.requester_id);

-- As 0016 has it, and no name once it was removed.
CREATE OR REPLACE VIEW report_tickets AS
SELECT m.run_id, m.person_id, nullif(m.person_name, '') AS name, m.delivery_id, m.is_held_out,
       m.counted_from, t.ticket_id, t.opened_at, t.channel,
       t.is_messaging AND EXISTS (SELECT 1 FROM replies r
                                   WHERE r.conversation_id = m.conversation_id
                                     AND r.happened_at > t.opened_at - INTERVAL 15 MINUTE
                                     AND r.happened_at <= t.opened_at + INTERVAL 1 MINUTE)
           AS is_answer
  FROM compared_people m
  JOIN tickets_by_person t
    ON t.person_id = m.person_id AND t.opened_at >= m.counted_from
   AND t.opened_at < m.counted_from + INTERVAL 72 HOUR
  JOIN runs x ON x.id = m.run_id
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
COMMENT ON COLUMN report_tickets.is_answer IS 'Whether it was probably opened by a reply to the message: it came by messaging within 15 minutes of one.';
