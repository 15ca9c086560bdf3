-- Something in every table that the first release had.
INSERT INTO integrations VALUES ('lane-1', 'whatsapp', 'Support', 'active', '+3197010200000', '2026-01-05 09:00:00');
INSERT INTO templates (name, language, content, origin, created_at, updated_at)
VALUES ('fault_found', 'en',
        '{"name": "fault_found", "language": "en", "category": "UTILITY", "body": "We found it."}',
        'relay', '2026-01-05 09:00:00', '2026-01-05 09:00:00');
INSERT INTO template_states VALUES (1, 'lane-1', 'APPROVED', NULL, '2026-01-05 09:00:00');
INSERT INTO segments (name, definition, created_at, updated_at)
VALUES ('vip', '{"version": 1, "query": "tags:vip"}', '2026-01-05 09:00:00', '2026-01-05 09:00:00');
INSERT INTO segment_versions VALUES (1, 1, '{"version": 1, "query": "tags:vip"}', '2026-01-05 09:00:00', 'anna');
INSERT INTO segment_uses (segment_id, version, evaluated, used_at, purpose, matched, will_receive)
VALUES (1, 1, '{"version": 1, "query": "tags:vip"}', '2026-01-06 09:00:00', 'run 1', 6, 5);
INSERT INTO campaigns (name, template_id, integration_id, definition, bindings, created_at)
VALUES ('January', 1, 'lane-1', '{"version": 1, "query": "tags:vip"}', '{}', '2026-01-06 08:00:00');
INSERT INTO runs (campaign_id, request_id, integration_id, template, definition, static_values,
                  matched, planned, manifest, state, note, created_at)
VALUES (1, 'press-1', 'lane-1',
        '{"name": "fault_found", "language": "en", "category": "UTILITY", "body": "We found it."}',
        '{"version": 1, "query": "tags:vip"}', '{}', 6, 5, 'hash', 'paused', NULL, '2026-01-06 09:00:00');
INSERT INTO deliveries (run_id, person_id, person_name, phone, country, language, bound, body, state,
                        attempts, due_at, begun_at, changed_at, channel_id, code, reason)
VALUES
 (1, 1, 'Person 1', '+31612340001', 'NL', 'nl', '{}', 'We found it.', 'delivered', 1, '2026-01-06 09:00:00', '2026-01-06 09:00:01', '2026-01-06 09:00:03', 'n-1', NULL, NULL),
 (1, 2, 'Person 2', '+31612340002', 'NL', 'nl', '{}', 'We found it.', 'accepted', 1, '2026-01-06 09:00:00', '2026-01-06 09:00:02', '2026-01-06 09:00:03', 'n-2', NULL, NULL),
 (1, 3, 'Person 3', '+31612340003', 'NL', 'nl', '{}', 'We found it.', 'failed', 1, '2026-01-06 09:00:00', '2026-01-06 09:00:03', '2026-01-06 09:00:04', NULL, '131026', 'No one there'),
 (1, 4, 'Person 4', '+31612340004', 'NL', 'nl', '{}', 'We found it.', 'unknown', 1, '2026-01-06 09:00:00', '2026-01-06 09:00:04', '2026-01-06 09:00:05', NULL, 'ReadTimeout', 'In doubt'),
 (1, 5, 'Person 5', '+31612340005', 'NL', 'nl', '{}', 'We found it.', 'queued', 0, '2026-01-06 09:00:00', NULL, '2026-01-06 09:00:00', NULL, NULL, NULL);
INSERT INTO exclusions SELECT 1, 6, 'Person 6', 'no_phone';
INSERT INTO attempts VALUES
 (1, 1, 1, '2026-01-06 09:00:01', '2026-01-06 09:00:02', 'accepted', NULL, NULL),
 (3, 1, 1, '2026-01-06 09:00:03', '2026-01-06 09:00:04', 'rejected', '131026', 'No one there');
INSERT INTO receipts VALUES
 ('n-1', 'user', '2026-01-06 09:00:03', '2026-01-06 09:00:03', 'lane-1', '+31612340001', 'c-1', NULL, NULL);
INSERT INTO replies VALUES ('m-1', 'c-1', '+31612340001', 'Thanks', false, '2026-01-06 10:00:00', '2026-01-06 10:00:00');
INSERT INTO suppressions VALUES ('+31612349999', 'STOP', '2026-01-06 10:00:00');
INSERT INTO audit VALUES ('2026-01-06 09:00:00', 'anna', 'run.started', '1', NULL);
INSERT INTO account (name, time_zone) VALUES ('acme', 'Europe/Amsterdam');
INSERT INTO people (id, name, role, phone, phone_e164, phone_state, phone_country, phone_mobile,
                    shared_phone, organization_ids, tags, fields, verified, suspended, active,
                    created_at, updated_at)
SELECT n, 'Person ' || n, 'end-user', '+3161234000' || n, '+3161234000' || n, 'valid', 'NL', true,
       false, [], ['vip'], {'plan': 'gold'}::VARIANT, true, false, true, '2025-01-01', '2025-01-01'
  FROM range(1, 7) AS people(n);
INSERT INTO user_fields VALUES ('plan', 'Plan', 'text', '[]', 1);
INSERT INTO organizations VALUES (1, 'Acme');
INSERT INTO sync_progress VALUES ('people', 'next', 6, '2026-01-05 08:00:00', '2026-01-05 08:00:09');
INSERT INTO uploads (name, column_name, read_as, file_rows, created_at, created_by)
VALUES ('fair.csv', 'email', 'email', 2, '2026-01-05 10:00:00', 'anna');
INSERT INTO upload_people VALUES (1, 1, 2);
INSERT INTO upload_identifiers VALUES (1, 'late@example.com', 3);
INSERT INTO upload_leftovers VALUES (1, 3, 'nobody', 'no_match');
INSERT INTO choices VALUES (0, 6, 'excluded', 'anna', 'asked by phone', '2026-01-05 10:00:00');
