-- What is forgotten about people, on request or after some time, and what stays so that figures and
-- promises stay. In the subset that DuckDB and PostgreSQL share, save the view at the end.

-- One row: what makes the pseudonyms of numbers this file's own, in hex.
CREATE TABLE number_key (
    key         TEXT NOT NULL
);

-- Numbers that nobody has whom Relay knows: wherever they stood stands the pseudonym.
CREATE TABLE forgotten_numbers (
    pseudonym   TEXT PRIMARY KEY           -- see people/pseudonyms.py
);

-- Whom Relay keeps nothing of any more, and does not mirror again.
CREATE TABLE erasures (
    person_id   BIGINT PRIMARY KEY,
    actor       TEXT NOT NULL,
    erased_at   TIMESTAMP NOT NULL
);

-- Why name, number and texts of this message are gone: 'asked' for, or 'aged'; null: they are there.
ALTER TABLE deliveries ADD COLUMN forgotten TEXT;
-- What its text took as an SMS, once the text is gone: it is what was paid for.
ALTER TABLE deliveries ADD COLUMN parts INTEGER;
-- What said that the person may be messaged when it was frozen: 'tag:…', 'field:…' or 'not_required'.
ALTER TABLE deliveries ADD COLUMN consent TEXT;
-- As of when its people were known: the end of the last reading before it was frozen.
ALTER TABLE runs ADD COLUMN people_as_of TIMESTAMP;
-- When names, numbers and texts of its messages were removed for their age.
ALTER TABLE runs ADD COLUMN forgotten_at TIMESTAMP;

-- When regular work was last done to its end.
CREATE TABLE upkeep (
    name        TEXT PRIMARY KEY,          -- 'retention'
    ended_at    TIMESTAMP NOT NULL
);

-- As 0015 has it, and null where name and number were removed.
CREATE OR REPLACE VIEW report_people AS
SELECT d.id AS delivery_id, d.run_id, d.person_id,
       CASE WHEN d.forgotten IS NULL THEN d.person_name END AS name,
       CASE WHEN NOT starts_with(d.phone, '~') THEN left(d.phone, 3) || '…' || right(d.phone, 2) END
           AS phone,
       d.country, d.language
  FROM deliveries d
  JOIN runs r ON r.id = d.run_id
 WHERE d.person_id >= 0 AND r.kind <> 'test' AND r.state <> 'freezing';
COMMENT ON VIEW report_people IS 'One row for each message: its person, as they were when the run was made.';
COMMENT ON COLUMN report_people.delivery_id IS 'The message, see report_deliveries.';
COMMENT ON COLUMN report_people.run_id IS 'Its run, see report_runs.';
COMMENT ON COLUMN report_people.person_id IS 'Zendesk''s id of the person, the same in every run.';
COMMENT ON COLUMN report_people.name IS 'Name at that time; null once it was removed.';
COMMENT ON COLUMN report_people.phone IS 'Number at that time, masked as in +31…45; null once it was removed.';
COMMENT ON COLUMN report_people.country IS 'Country of the number, ISO 3166.';
COMMENT ON COLUMN report_people.language IS 'Language at that time as Zendesk said it.';
