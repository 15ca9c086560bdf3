-- The facts that an analyst can query: a small star of views, each column explained where it is
-- made. DuckDB only. Names and meanings stay; what comes is added. Numbers of people are masked,
-- also within texts; tests, which go to nobody, are left out; moments are UTC.

CREATE VIEW report_campaigns AS
SELECT id AS campaign_id, name, template_id, integration_id, created_at, archived_at
  FROM campaigns;
COMMENT ON VIEW report_campaigns IS 'One row for each campaign, as it is now.';
COMMENT ON COLUMN report_campaigns.campaign_id IS 'Number of the campaign.';
COMMENT ON COLUMN report_campaigns.name IS 'Its name.';
COMMENT ON COLUMN report_campaigns.template_id IS 'Template it is written with, see report_templates.';
COMMENT ON COLUMN report_campaigns.integration_id IS 'Where it leaves from, see report_integrations.';
COMMENT ON COLUMN report_campaigns.created_at IS 'When it was made.';
COMMENT ON COLUMN report_campaigns.archived_at IS 'When it was put away; null while it is listed.';

CREATE VIEW report_integrations AS
SELECT id AS integration_id, name, type AS channel, status, sender, seen_at
  FROM integrations;
COMMENT ON VIEW report_integrations IS 'One row for each integration or Talk line that messages leave from, also after it is gone.';
COMMENT ON COLUMN report_integrations.integration_id IS 'The vendor''s id of it.';
COMMENT ON COLUMN report_integrations.name IS 'Its name.';
COMMENT ON COLUMN report_integrations.channel IS 'whatsapp, twilio, messagebird or talk.';
COMMENT ON COLUMN report_integrations.status IS 'active, inactive, error, or gone when it is no longer listed.';
COMMENT ON COLUMN report_integrations.sender IS 'The number that recipients see, where the vendor tells it. It is your own, so it is whole.';
COMMENT ON COLUMN report_integrations.seen_at IS 'When the vendor last listed it.';

CREATE VIEW report_templates AS
SELECT id AS template_id, name, language, json_extract_string(content, '$.category') AS category,
       json_extract_string(content, '$.body') AS body, origin, created_at, updated_at, deleted_at
  FROM templates;
COMMENT ON VIEW report_templates IS 'One row for each template and language, as it reads now. What a run said is in report_deliveries.';
COMMENT ON COLUMN report_templates.template_id IS 'Number of the template.';
COMMENT ON COLUMN report_templates.name IS 'Its name, the same in every language.';
COMMENT ON COLUMN report_templates.language IS 'Meta''s code, such as en or pt_BR.';
COMMENT ON COLUMN report_templates.category IS 'MARKETING, UTILITY or AUTHENTICATION.';
COMMENT ON COLUMN report_templates.body IS 'The text, with its {{values}}.';
COMMENT ON COLUMN report_templates.origin IS 'relay when it was written here, sunco when it was found there.';
COMMENT ON COLUMN report_templates.created_at IS 'When Relay first knew it.';
COMMENT ON COLUMN report_templates.updated_at IS 'When its text last changed.';
COMMENT ON COLUMN report_templates.deleted_at IS 'When it was deleted; null while it is there.';

CREATE VIEW report_runs AS
SELECT r.id AS run_id, r.campaign_id, r.integration_id, r.kind, r.state, c.template_id,
       json_extract_string(r.template, '$.name') AS template,
       json_extract_string(r.template, '$.language') AS template_language, v.number AS template_version,
       r.matched, r.planned, r.created_at, r.finished_at, r.created_by, r.approved_by,
       r.parent_run AS retry_of, r.retried
  FROM runs r
  JOIN campaigns c ON c.id = r.campaign_id
  LEFT JOIN (SELECT template_id, content, max(number) AS number FROM template_versions
              GROUP BY template_id, content) v
    ON v.template_id = c.template_id AND v.content = r.template
 WHERE r.kind <> 'test' AND r.state <> 'freezing';
COMMENT ON VIEW report_runs IS 'One row for each sending of a campaign.';
COMMENT ON COLUMN report_runs.run_id IS 'Number of the run.';
COMMENT ON COLUMN report_runs.campaign_id IS 'What was sent, see report_campaigns.';
COMMENT ON COLUMN report_runs.integration_id IS 'Where it left from, see report_integrations.';
COMMENT ON COLUMN report_runs.kind IS 'campaign, or retry for another try of some people.';
COMMENT ON COLUMN report_runs.state IS 'awaiting (approval), running, paused, finished or cancelled.';
COMMENT ON COLUMN report_runs.template_id IS 'Template of the run, see report_templates.';
COMMENT ON COLUMN report_runs.template IS 'Name of that template when the run was made.';
COMMENT ON COLUMN report_runs.template_language IS 'Its language; other languages of the run are in report_deliveries.';
COMMENT ON COLUMN report_runs.template_version IS 'Which version of its text was used; null where that text was not kept.';
COMMENT ON COLUMN report_runs.matched IS 'People that the audience found.';
COMMENT ON COLUMN report_runs.planned IS 'Messages that were frozen, one for each row of report_deliveries.';
COMMENT ON COLUMN report_runs.created_at IS 'When the run was made.';
COMMENT ON COLUMN report_runs.finished_at IS 'When its last message was settled; null before.';
COMMENT ON COLUMN report_runs.created_by IS 'Who made it.';
COMMENT ON COLUMN report_runs.approved_by IS 'Who else approved it, where that was needed.';
COMMENT ON COLUMN report_runs.retry_of IS 'Of a retry: the run whose people it tries again.';
COMMENT ON COLUMN report_runs.retried IS 'Of a retry: failed, not_reached or no_reply.';

CREATE VIEW report_deliveries AS
SELECT d.id AS delivery_id, d.run_id, r.campaign_id, r.integration_id, d.person_id, d.country,
       d.language,
       coalesce(d.template_language, json_extract_string(r.template, '$.language'))
           AS template_language,
       d.state,
       d.state IN ('accepted', 'delivered') OR d.state = 'failed' AND d.channel_id IS NOT NULL
           AS is_sent,
       d.attempts, d.begun_at AS sent_at, d.changed_at,
       CASE WHEN d.state IN ('queued', 'sending') THEN d.due_at END AS due_at, d.held_for,
       CASE WHEN d.reason LIKE '(#%)%' THEN split_part(substr(d.reason, 3), ')', 1)
            WHEN d.state IN ('failed', 'unknown', 'cancelled')
            THEN coalesce(d.code, 'unexplained') END AS code,
       regexp_replace(d.reason, '\+?[0-9]{7,15}', '…', 'g') AS reason,
       regexp_replace(d.body, '\+?[0-9]{7,15}', '…', 'g') AS message
  FROM deliveries d
  JOIN runs r ON r.id = d.run_id
 WHERE d.person_id >= 0 AND r.kind <> 'test' AND r.state <> 'freezing';
COMMENT ON VIEW report_deliveries IS 'One row for each message of a run to one person.';
COMMENT ON COLUMN report_deliveries.delivery_id IS 'Number of the message.';
COMMENT ON COLUMN report_deliveries.run_id IS 'Its run, see report_runs.';
COMMENT ON COLUMN report_deliveries.campaign_id IS 'Its campaign, see report_campaigns.';
COMMENT ON COLUMN report_deliveries.integration_id IS 'Where it leaves from, see report_integrations.';
COMMENT ON COLUMN report_deliveries.person_id IS 'Zendesk''s id of the person, see report_people.';
COMMENT ON COLUMN report_deliveries.country IS 'Country of the phone number, ISO 3166; null where the number does not tell.';
COMMENT ON COLUMN report_deliveries.language IS 'Language of the person as Zendesk says it.';
COMMENT ON COLUMN report_deliveries.template_language IS 'Language that the message is written in.';
COMMENT ON COLUMN report_deliveries.state IS 'queued, sending, accepted (by the channel), delivered (on the phone), failed, unknown (may have left) or cancelled.';
COMMENT ON COLUMN report_deliveries.is_sent IS 'Whether the channel took it, whatever came of it since.';
COMMENT ON COLUMN report_deliveries.attempts IS 'How often it was tried, see report_attempts.';
COMMENT ON COLUMN report_deliveries.sent_at IS 'When the last attempt began; null before the first.';
COMMENT ON COLUMN report_deliveries.changed_at IS 'When its state last changed.';
COMMENT ON COLUMN report_deliveries.due_at IS 'While it waits: not tried before this moment.';
COMMENT ON COLUMN report_deliveries.held_for IS 'While it waits: what holds it, such as quiet hours; null where nothing does.';
COMMENT ON COLUMN report_deliveries.code IS 'Why it failed, is unknown or was cancelled: Meta''s number or the channel''s or Relay''s word.';
COMMENT ON COLUMN report_deliveries.reason IS 'The same in the channel''s words; long numbers are taken out.';
COMMENT ON COLUMN report_deliveries.message IS 'What the phone shows; long numbers are taken out.';

CREATE VIEW report_people AS
SELECT d.id AS delivery_id, d.run_id, d.person_id, d.person_name AS name,
       left(d.phone, 3) || '…' || right(d.phone, 2) AS phone, d.country, d.language
  FROM deliveries d
  JOIN runs r ON r.id = d.run_id
 WHERE d.person_id >= 0 AND r.kind <> 'test' AND r.state <> 'freezing';
COMMENT ON VIEW report_people IS 'One row for each message: its person, as they were when the run was made.';
COMMENT ON COLUMN report_people.delivery_id IS 'The message, see report_deliveries.';
COMMENT ON COLUMN report_people.run_id IS 'Its run, see report_runs.';
COMMENT ON COLUMN report_people.person_id IS 'Zendesk''s id of the person, the same in every run.';
COMMENT ON COLUMN report_people.name IS 'Name at that time.';
COMMENT ON COLUMN report_people.phone IS 'Number at that time, masked as in +31…45.';
COMMENT ON COLUMN report_people.country IS 'Country of the number, ISO 3166.';
COMMENT ON COLUMN report_people.language IS 'Language at that time as Zendesk said it.';

CREATE VIEW report_skipped AS
SELECT e.run_id, e.person_id, e.person_name AS name, e.reason
  FROM exclusions e
  JOIN runs r ON r.id = e.run_id
 WHERE r.kind <> 'test' AND r.state <> 'freezing';
COMMENT ON VIEW report_skipped IS 'One row for each person whom the audience found and who got no message in a run.';
COMMENT ON COLUMN report_skipped.run_id IS 'The run, see report_runs.';
COMMENT ON COLUMN report_skipped.person_id IS 'Zendesk''s id of the person.';
COMMENT ON COLUMN report_skipped.name IS 'Name at that time.';
COMMENT ON COLUMN report_skipped.reason IS 'Why, in one word such as no_phone or opted_out.';

CREATE VIEW report_attempts AS
SELECT a.delivery_id, a.run_id, a.number, a.begun_at, a.ended_at,
       extract(epoch FROM a.ended_at - a.begun_at) AS took_s, a.outcome, a.code,
       regexp_replace(a.reason, '\+?[0-9]{7,15}', '…', 'g') AS reason
  FROM attempts a
  JOIN runs r ON r.id = a.run_id
 WHERE r.kind <> 'test' AND r.state <> 'freezing';
COMMENT ON VIEW report_attempts IS 'One row for each call to a channel that ended.';
COMMENT ON COLUMN report_attempts.delivery_id IS 'The message, see report_deliveries.';
COMMENT ON COLUMN report_attempts.run_id IS 'Its run, see report_runs.';
COMMENT ON COLUMN report_attempts.number IS '1 for the first attempt of the message.';
COMMENT ON COLUMN report_attempts.begun_at IS 'When the request was made.';
COMMENT ON COLUMN report_attempts.ended_at IS 'When its answer was there, or was given up.';
COMMENT ON COLUMN report_attempts.took_s IS 'Seconds between the two.';
COMMENT ON COLUMN report_attempts.outcome IS 'accepted, rejected, throttled, unreachable (nothing left) or unknown (may have left).';
COMMENT ON COLUMN report_attempts.code IS 'The channel''s or Relay''s word for it, where it was not accepted.';
COMMENT ON COLUMN report_attempts.reason IS 'The same as a sentence; long numbers are taken out.';

CREATE VIEW report_receipts AS
SELECT d.id AS delivery_id, d.run_id, x.kind,
       CASE WHEN x.happened_at BETWEEN d.begun_at AND x.received_at
            THEN x.happened_at ELSE x.received_at END AS happened_at,
       x.received_at, x.code, regexp_replace(x.reason, '\+?[0-9]{7,15}', '…', 'g') AS reason
  FROM receipts x
  JOIN (SELECT id, channel_id FROM deliveries WHERE channel_id IS NOT NULL
         UNION
        SELECT delivery_id, channel_id FROM settlements WHERE channel_id IS NOT NULL) known
    ON known.channel_id = x.channel_id
  JOIN deliveries d ON d.id = known.id
  JOIN runs r ON r.id = d.run_id
 WHERE d.person_id >= 0 AND r.kind <> 'test' AND r.state <> 'freezing';
COMMENT ON VIEW report_receipts IS 'One row for each report that a channel sent about a message. A channel that sends none says nothing either way.';
COMMENT ON COLUMN report_receipts.delivery_id IS 'The message, see report_deliveries.';
COMMENT ON COLUMN report_receipts.run_id IS 'Its run, see report_runs.';
COMMENT ON COLUMN report_receipts.kind IS 'channel: the vendor has it; user: it is on the phone; failure: it did not get there.';
COMMENT ON COLUMN report_receipts.happened_at IS 'When it happened by the vendor''s clock, where that lies between sending and hearing; else received_at.';
COMMENT ON COLUMN report_receipts.received_at IS 'When Relay heard of it.';
COMMENT ON COLUMN report_receipts.code IS 'Of a failure: the channel''s word.';
COMMENT ON COLUMN report_receipts.reason IS 'Of a failure: the channel''s sentence; long numbers are taken out.';

-- A reply answers the newest message of its conversation that got through before it was heard.
CREATE VIEW report_replies AS
SELECT d.id AS delivery_id, d.run_id, d.person_id,
       regexp_replace(x.body, '\+?[0-9]{7,15}', '…', 'g') AS message, x.payload AS button,
       x.is_stop AS opts_out, x.happened_at, x.received_at
  FROM replies x
  ASOF JOIN (SELECT id, run_id, person_id, conversation_id, begun_at FROM deliveries
              WHERE state IN ('accepted', 'delivered') AND conversation_id IS NOT NULL) d
    ON x.conversation_id = d.conversation_id AND x.received_at >= d.begun_at
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
