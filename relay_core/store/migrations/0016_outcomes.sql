-- Who is held out of a run to compare with, and which tickets people opened after it. In the subset
-- that DuckDB and PostgreSQL share, but for what is marked and the views.

-- Of 100 people who would receive a campaign, how many get nothing.
ALTER TABLE campaigns ADD COLUMN hold_out INTEGER DEFAULT 0;

-- The draw of a run. A run without one held nobody out.
CREATE TABLE control_groups (
    run_id      BIGINT PRIMARY KEY,
    percent     INTEGER NOT NULL CHECK (percent BETWEEN 1 AND 50),
    seed        TEXT NOT NULL              -- with a number it decides, see campaigns/control_group.py
);

-- Of somebody held out: how many messages stand before where theirs would have stood, and the
-- message that stands there.
ALTER TABLE exclusions ADD COLUMN place INTEGER;
ALTER TABLE exclusions ADD COLUMN beside BIGINT;

-- Every ticket that was opened since the first run was made, whatever became of it, save what was
-- deleted. A mirror, DuckDB only.
CREATE TABLE opened_tickets (
    id           BIGINT PRIMARY KEY,
    requester_id BIGINT NOT NULL,
    opened_at    TIMESTAMP NOT NULL,
    channel      TEXT,                     -- how it came, in Zendesk's word: email, web, whatsapp ...
    is_messaging BOOLEAN NOT NULL          -- whether that is a messaging channel
);

-- From when on opened tickets are known; null: from the first run on.
ALTER TABLE account ADD COLUMN tickets_since TIMESTAMP;
UPDATE account SET tickets_since = (SELECT begun_at FROM sync_progress WHERE resource = 'tickets');

-- Whose tickets are compared: everybody whose message left, and of those held out everybody beside
-- whose place in the queue a message left.
CREATE VIEW compared_people AS
SELECT d.run_id, d.person_id, d.person_name, d.id AS delivery_id, false AS is_held_out,
       d.begun_at AS counted_from, d.conversation_id
  FROM deliveries d
 WHERE d.state IN ('sending', 'accepted', 'delivered', 'failed', 'unknown')
   AND d.begun_at IS NOT NULL AND d.person_id >= 0
 UNION ALL
SELECT e.run_id, e.person_id, e.person_name, NULL, true, d.begun_at, NULL
  FROM exclusions e
  JOIN deliveries d ON d.id = e.beside AND d.run_id = e.run_id
 WHERE e.reason = 'held_out' AND d.begun_at IS NOT NULL
   AND d.state IN ('sending', 'accepted', 'delivered', 'failed', 'unknown');

-- A ticket is that of its requester, and of everybody who has the requester's number: who answers
-- over WhatsApp may have a profile of their own for it. The three parts have no row in common.
CREATE VIEW tickets_by_person AS
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
 WHERE w.phone_number IS DISTINCT FROM o.phone_number;

-- A conversation's ticket is opened by its reply where it comes by messaging within minutes of it.
CREATE VIEW report_tickets AS
SELECT m.run_id, m.person_id, m.person_name AS name, m.delivery_id, m.is_held_out, m.counted_from,
       t.ticket_id, t.opened_at, t.channel,
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
COMMENT ON COLUMN report_tickets.name IS 'Name when the run was made.';
COMMENT ON COLUMN report_tickets.delivery_id IS 'Their message, see report_deliveries; null for who was held out.';
COMMENT ON COLUMN report_tickets.is_held_out IS 'Whether they got nothing on purpose, to compare with.';
COMMENT ON COLUMN report_tickets.counted_from IS 'When their message left; for who was held out, when the message beside their place in the queue left.';
COMMENT ON COLUMN report_tickets.ticket_id IS 'Zendesk''s number of the ticket.';
COMMENT ON COLUMN report_tickets.opened_at IS 'When it was opened, by Zendesk''s clock.';
COMMENT ON COLUMN report_tickets.channel IS 'How it came, in Zendesk''s word, such as email or whatsapp.';
COMMENT ON COLUMN report_tickets.is_answer IS 'Whether it was probably opened by a reply to the message: it came by messaging within 15 minutes of one.';

CREATE VIEW report_outcomes AS
SELECT m.run_id, m.person_id, m.delivery_id, m.is_held_out, m.counted_from,
       count(t.ticket_id) FILTER (WHERE NOT t.is_answer AND t.is_early) AS tickets_24h,
       count(t.ticket_id) FILTER (WHERE NOT t.is_answer) AS tickets_72h,
       count(t.ticket_id) FILTER (WHERE t.is_answer AND t.is_early) AS answers_24h,
       count(t.ticket_id) FILTER (WHERE t.is_answer) AS answers_72h
  FROM compared_people m
  JOIN runs x ON x.id = m.run_id AND x.kind <> 'test' AND x.state <> 'freezing'
  LEFT JOIN (SELECT run_id, person_id, ticket_id, is_answer,
                    opened_at < counted_from + INTERVAL 24 HOUR AS is_early
               FROM report_tickets) t
    ON t.run_id = m.run_id AND t.person_id = m.person_id
 GROUP BY ALL;
COMMENT ON VIEW report_outcomes IS 'One row for each person of a run, recipient or held out, with how many tickets they opened after it. Without anybody held out it says nothing of what the message changed.';
COMMENT ON COLUMN report_outcomes.run_id IS 'The run, see report_runs.';
COMMENT ON COLUMN report_outcomes.person_id IS 'Zendesk''s id of the person.';
COMMENT ON COLUMN report_outcomes.delivery_id IS 'Their message, see report_deliveries, failed ones too; null for who was held out.';
COMMENT ON COLUMN report_outcomes.is_held_out IS 'Whether they got nothing on purpose, to compare with.';
COMMENT ON COLUMN report_outcomes.counted_from IS 'When their message left; for who was held out, when the message beside their place in the queue left.';
COMMENT ON COLUMN report_outcomes.tickets_24h IS 'Tickets opened within 24 hours, save answers to the message.';
COMMENT ON COLUMN report_outcomes.tickets_72h IS 'The same within 72 hours.';
COMMENT ON COLUMN report_outcomes.answers_24h IS 'Tickets that a reply to the message probably opened, within 24 hours.';
COMMENT ON COLUMN report_outcomes.answers_72h IS 'The same within 72 hours.';
