-- An account of many people with a long past, made inside DuckDB.
--
-- Wants the session variables `now`, `people` and `deliveries`. Chance is a hash of a number, so the
-- account is the same each time, counted back from `now`. No moment lies within the twenty minutes
-- before a whole number of hours ago: two counts of "the last 30 days" agree if they are made so
-- soon after one another. What Relay keeps with people is filled in afterwards, as for an older
-- file; see `million.py`.

-- An even number between 0 and 1, its own for each number and each matter.
CREATE OR REPLACE TEMP MACRO chance(number, matter) AS
    (hash(number, matter, 20_260_101) % 1_000_000_007) / 1_000_000_007;
-- That many hours ago, and twenty to forty minutes.
CREATE OR REPLACE TEMP MACRO ago(hours, number) AS
    getvariable('now') - to_hours(hours::BIGINT)
                       - to_seconds(1_200 + (1_200 * chance(number, 'second'))::BIGINT);

INSERT INTO user_fields VALUES
    ('plan', 'Plan', 'dropdown',
     '[{"name": "Free", "value": "free"}, {"name": "Pro", "value": "pro"},
       {"name": "Team", "value": "team"}, {"name": "Enterprise", "value": "enterprise"}]', 1),
    ('newsletter', 'Newsletter', 'checkbox', '[]', 2),
    ('sms_opt_out', 'No messages', 'checkbox', '[]', 3),
    ('seats', 'Seats', 'integer', '[]', 4),
    ('renewal', 'Renewal', 'date', '[]', 5),
    ('motto', 'Motto', 'text', '[]', 6),
    ('colours', 'Colours', 'multiselect',
     '[{"name": "Red", "value": "red"}, {"name": "Green", "value": "green"},
       {"name": "Blue", "value": "blue"}]', 7);

INSERT INTO organizations SELECT 5_000 + n, 'Organization ' || n FROM range(2_000) r(n);

-- Two in a hundred have the number of somebody else; the number's own place in the world is that
-- of whoever had it first. In the order of the export: by last change, so not by age.
INSERT INTO people BY NAME
WITH numbers AS (
    SELECT n, chance(n, 'created') AS created,
           CASE WHEN chance(n, 'shared') < 0.02
                THEN (chance(n, 'whose') * (getvariable('people') - 1))::BIGINT
                ELSE n
           END AS line
      FROM range(getvariable('people')) r(n)
), lines AS (
    SELECT *,
           CASE WHEN chance(n, 'phone') < 0.12 THEN 'missing'
                WHEN chance(n, 'phone') < 0.135 THEN 'invalid'
                ELSE 'valid'
           END AS state,
           (6 * chance(line, 'country'))::INTEGER AS country,
           printf('%08d', 20_000_000 + line) AS digits
      FROM numbers
), phones AS (
    SELECT *,
           CASE country WHEN 0 THEN '+316' || digits
                        WHEN 1 THEN '+4915' || left(digits, 1) || digits
                        WHEN 2 THEN '+447' || left(digits, 1) || digits
                        WHEN 3 THEN '+336' || digits
                        WHEN 4 THEN '+31' || left(digits, 1) || digits
                        ELSE '+1202' || (2_000_000 + line)
           END AS e164
      FROM lines
), tagged AS (
    SELECT *,
           list_distinct(list_transform(range((5.99 * chance(n, 'tags'))::INTEGER),
               lambda k: 'interest_' || (200 * chance(n, k) * chance(n, k))::INTEGER)) AS interests
      FROM phones
)
SELECT 360_000_000_000 + 7 * n AS id,
       ['Anna','Bram','Chloe','Daan','Emma','Finn','Grace','Hugo','Iris','Jan','Kim','Liam','Mila',
        'Noah','Olga','Piet'][1 + (15 * chance(n, 'first'))::INTEGER] || ' ' ||
       ['Bakker','Clark','Dubois','Evans','Fischer','Garcia','Hughes','Jansen','Klein','Lopez',
        'Meyer','Novak','Peters','Ricci','Smit','Visser'][1 + (15 * chance(n, 'last'))::INTEGER] || ' ' ||
       n AS name,
       CASE WHEN chance(n, 'email') < 0.97
            THEN 'person' || n || '@' || ['gmail.com','outlook.com','acme.example','globex.example']
                                         [1 + (3 * chance(n, 'domain'))::INTEGER]
       END AS email,
       CASE WHEN chance(n, 'role') < 0.0005 THEN 'agent' ELSE 'end-user' END AS role,
       CASE state WHEN 'valid' THEN e164 WHEN 'invalid' THEN 'call me' END AS phone,
       CASE state WHEN 'valid' THEN e164 END AS phone_e164,
       state AS phone_state,
       CASE state WHEN 'valid'
                  THEN ['NL','DE','GB','FR','NL','US','US'][1 + country] END AS phone_country,
       CASE WHEN state = 'valid' AND country < 5 THEN country <> 4 END AS phone_mobile,
       false AS shared_phone,
       ['en-US','en-GB','nl','de','fr','es'][1 + (5 * chance(n, 'locale'))::INTEGER] AS locale,
       ['Amsterdam','Berlin','London','Paris','Eastern Time (US & Canada)']
           [1 + (4 * chance(n, 'zone'))::INTEGER] AS time_zone,
       CASE WHEN chance(n, 'member') < 0.3
            THEN [5_000 + (1_999 * chance(n, 'organization'))::BIGINT]
            ELSE []::BIGINT[]
       END AS organization_ids,
       interests
           || CASE WHEN chance(n, 'vip') < 0.04 THEN ['vip'] ELSE [] END
           || CASE WHEN chance(n, 'refused') < 0.02 THEN ['opted_out'] ELSE [] END AS tags,
       -- A merge leaves out what is null, as the sync does.
       json_merge_patch('{}', to_json({
           'plan': CASE WHEN chance(n, 'plan') < 0.5 THEN 'free'
                        WHEN chance(n, 'plan') < 0.7 THEN 'pro'
                        WHEN chance(n, 'plan') < 0.8 THEN 'team'
                        WHEN chance(n, 'plan') < 0.84 THEN 'enterprise' END,
           'newsletter': chance(n, 'newsletter') < 0.4,
           'sms_opt_out': chance(n, 'box') < 0.005,
           'seats': CASE WHEN chance(n, 'team') < 0.3
                         THEN (100 * chance(n, 'seats'))::INTEGER END,
           'renewal': CASE WHEN chance(n, 'renews') < 0.5
                           THEN (getvariable('now')::DATE + (365 * chance(n, 'renewal'))::INTEGER)
                                || 'T00:00:00+00:00' END,
           'motto': CASE WHEN chance(n, 'talks') < 0.1 THEN 'always ' || interests[1] END,
           'colours': CASE WHEN chance(n, 'paints') < 0.2
                           THEN ['red', 'green', 'blue'][1 : 1 + n % 3] END
       }))::VARIANT AS fields,
       CASE WHEN chance(n, 'notes') < 0.1 THEN 'Prefers to be called in week ' || n % 52 END AS notes,
       CASE WHEN chance(n, 'details') < 0.03 THEN 'Met at fair ' || n % 40 END AS details,
       CASE WHEN chance(n, 'external') < 0.6 THEN 'crm-' || n END AS external_id,
       chance(n, 'verified') < 0.8 AS verified,
       chance(n, 'suspended') < 0.01 AS suspended,
       chance(n, 'deleted') >= 0.01 AS active,
       CASE WHEN chance(n, 'visits') < 0.5
            THEN ago(24 * 365 * 5 * created * chance(n, 'visit'), n) END AS last_login_at,
       ago(24 * 365 * 5 * created, n) AS created_at,
       ago(24 * 365 * 5 * created * chance(n, 'updated'), n) AS updated_at,
       CASE WHEN state = 'valid' AND chance(n, 'whatsapp') < 0.3
            THEN right(e164, -1) END AS whatsapp
  FROM tagged
 ORDER BY updated_at;

INSERT INTO memberships
SELECT row_number() OVER (ORDER BY id), id, organization_ids[1], true, getvariable('now')
  FROM people
 WHERE len(organization_ids) > 0;

INSERT INTO tickets
SELECT row_number() OVER (ORDER BY id), id, ['new', 'open', 'pending'][1 + id % 3], updated_at
  FROM people
 WHERE active AND chance(id, 'ticket') < 0.05;

INSERT INTO sync_progress
SELECT resource, NULL, getvariable('people'), getvariable('now'), getvariable('now'), NULL
  FROM (VALUES ('people'), ('memberships'), ('tickets')) v(resource);

-- What was sent: runs of the same size 19.2 hours apart, each at eight messages a second, to one
-- profile of each number. Steps of a prime reach nobody twice in a run.
INSERT INTO integrations VALUES
    ('wa', 'whatsapp', 'WhatsApp', 'active', NULL, getvariable('now')),
    ('tw', 'twilio', 'Twilio', 'active', NULL, getvariable('now'));
INSERT INTO templates (id, name, language, content, origin, created_at, updated_at)
SELECT n, 'template ' || n, 'en',
       printf('{"name": "template %d", "language": "en", "category": "UTILITY", "body": "Hello!"}', n),
       'relay', ago(24 * 500, n), ago(24 * 500, n)
  FROM range(1, 11) r(n);
INSERT INTO campaigns (id, name, template_id, integration_id, definition, bindings, created_at,
                       languages)
SELECT n, 'campaign ' || n, 1 + n % 10, ['wa', 'tw'][1 + n % 2],
       '{"version": 1, "all": [], "any": [], "none": []}', '{}', ago(24 * 450, n), NULL
  FROM range(1, 26) r(n);
INSERT INTO runs (id, campaign_id, request_id, integration_id, template, definition, static_values,
                  matched, planned, manifest, state, note, created_at, finished_at)
SELECT n, 1 + n % 25, 'request-' || n, ['wa', 'tw'][1 + (1 + n % 25) % 2],
       (SELECT content FROM templates WHERE id = 1 + (1 + n % 25) % 10),
       '{"version": 1, "all": [], "any": [], "none": []}', '{}',
       getvariable('deliveries') // 500, getvariable('deliveries') // 500, md5(n::VARCHAR),
       'finished', NULL, begun, begun + INTERVAL 1 HOUR
  FROM (SELECT n, getvariable('now') - to_hours(1) - to_minutes((500 - n) * 1_152) AS begun
          FROM range(1, 501) r(n));

INSERT INTO deliveries (id, run_id, person_id, person_name, phone, country, language, bound, body,
                        state, attempts, due_at, begun_at, changed_at, channel_id, code)
WITH owners AS (
    SELECT row_number() OVER (ORDER BY id) - 1 AS place, *
      FROM (SELECT min(id) AS id, phone_e164 AS phone, any_value(phone_country) AS country
              FROM people WHERE active AND phone_e164 IS NOT NULL GROUP BY phone_e164)
), turns AS (
    SELECT r.id AS run, t.turn, r.created_at + to_milliseconds(125 * t.turn) AS begun,
           (chance(r.id, 'start') * 1_000_000 + t.turn * 15_485_863)::BIGINT
               % (SELECT count(*) FROM owners) AS place,
           (r.id - 1) * (getvariable('deliveries') // 500) + t.turn + 1 AS id
      FROM runs r, range(getvariable('deliveries') // 500) t(turn)
)
SELECT t.id, t.run, o.id, 'Somebody', o.phone, o.country, 'en', '{}',
       'Hello! Your appointment of week ' || t.run % 52 || ' can be moved until Monday. Reply STOP to end.',
       CASE WHEN chance(t.id, 'end') < 0.92 THEN 'delivered'
            WHEN chance(t.id, 'end') < 0.95 THEN 'accepted'
            WHEN chance(t.id, 'end') < 0.99 THEN 'failed'
            WHEN chance(t.id, 'end') < 0.995 THEN 'unknown'
            ELSE 'cancelled'
       END AS state,
       1, t.begun,
       CASE WHEN state <> 'cancelled' THEN t.begun END,
       t.begun + INTERVAL 2 SECOND,
       CASE WHEN state IN ('delivered', 'accepted') THEN printf('%016x', hash(t.id)) END,
       CASE state WHEN 'failed' THEN ['131026', '131049', '470', '429'][1 + t.id % 4]
                  WHEN 'unknown' THEN 'timeout' WHEN 'cancelled' THEN 'opted_out' END
  FROM turns t
  JOIN owners o ON o.place = t.place
 ORDER BY t.id;

INSERT INTO replies (message_id, conversation_id, phone, body, is_stop, happened_at, received_at,
                     delivery_id)
SELECT 'reply-' || id, NULL, phone,
       CASE WHEN chance(id, 'stop') < 0.03 THEN 'STOP' ELSE 'Thanks!' END, chance(id, 'stop') < 0.03,
       begun_at + INTERVAL 5 MINUTE, begun_at + INTERVAL 5 MINUTE, id
  FROM deliveries
 WHERE state = 'delivered' AND chance(id, 'reply') < 0.02;

INSERT INTO suppressions (phone, reason, since)
SELECT phone, 'Replied STOP.', min(happened_at) FROM replies WHERE is_stop GROUP BY phone;

-- What is made from here on gets numbers of its own.
SELECT count(nextval('template_ids')) FROM templates;
SELECT count(nextval('campaign_ids')) FROM campaigns;
SELECT count(nextval('run_ids')) FROM runs;
SELECT count(nextval('delivery_ids')) FROM deliveries;

-- Those who share a number; whether they opted out is worked out by whoever opens the file.
INSERT INTO sharers
SELECT id, number, NULL
  FROM (SELECT id, ltrim(phone_e164, '+')::BIGINT AS number,
               count(*) OVER (PARTITION BY phone_e164) AS profiles
          FROM people WHERE phone_e164 IS NOT NULL)
 WHERE profiles > 1;
