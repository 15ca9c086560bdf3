-- Which message a reply answers is kept with the reply, as `delivery/answers.py` works it out: the
-- newest of its conversation that got through before the reply was heard.
ALTER TABLE replies ADD COLUMN delivery_id BIGINT;
UPDATE replies SET delivery_id = found.delivery_id
  FROM (SELECT r.message_id, d.id AS delivery_id
          FROM replies r
          ASOF JOIN (SELECT id, conversation_id, begun_at FROM deliveries
                      WHERE state IN ('accepted', 'delivered')) d
            ON r.conversation_id = d.conversation_id AND r.received_at >= d.begun_at) found
 WHERE found.message_id = replies.message_id;

CREATE OR REPLACE VIEW report_replies AS
SELECT d.id AS delivery_id, d.run_id, d.person_id,
       regexp_replace(x.body, '\+?[0-9]{7,15}', '…', 'g') AS message, x.payload AS button,
       x.is_stop AS opts_out, x.happened_at, x.received_at
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
