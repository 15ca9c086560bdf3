-- What the settings ask of everybody, kept with each person as in 0005, and the settings by which
-- it was worked out. Whoever opens the file works it out anew where those differ, see
-- people/settled.py. DuckDB only.

-- One row; none before the first opening.
CREATE TABLE kept_by (
    opt_out_tags   VARCHAR[] NOT NULL,     -- in lower case
    opt_out_fields VARCHAR[] NOT NULL,
    frequency_cap  INTEGER NOT NULL,       -- messages; 0 is off
    frequency_days INTEGER NOT NULL
);

-- Whether the profile itself says that the person opted out. Null where nobody worked it out.
ALTER TABLE people ADD COLUMN refused BOOLEAN;
-- When the message left, or may have left, that is the cap-th counted back from the latest, to the
-- person or to their number: as long as it is younger than the days, the cap is reached. Of no
-- account where it is older.
ALTER TABLE people ADD COLUMN capped_at TIMESTAMP;
-- Whether the number stands on another profile as well.
ALTER TABLE people ADD COLUMN shares_number BOOLEAN DEFAULT false;

UPDATE people SET shares_number = true WHERE id IN (SELECT person_id FROM sharers);

-- What may say that somebody opted out is worked out by now.
ALTER TABLE sharers DROP COLUMN tags;
ALTER TABLE sharers DROP COLUMN fields;
ALTER TABLE sharers ADD COLUMN refused BOOLEAN;
