-- Values that travel badly between engines: by their signs, their ends, or what they are not.
INSERT INTO people (id, name, email, role, phone_state, shared_phone, organization_ids, tags, fields,
                    verified, suspended, active, created_at, updated_at)
VALUES
    (-9001, 'a"b', '', 'NULL', 'valid', true, [1, NULL, -9223372036854775808],
     ['a"b', 'c\d', '', 'e,f{}', 'NULL', NULL, ' '],
     '{"b": 1, "a": "x", "z\\u0000": ["p", 2.5, null, true, {"deep": [1]}], "d": {"e": 1e20},
       "g": 1e16, "h": 9007199254740993, "/~\"": null, "": [], "é": {}, "n": -1.5e-9}'
         ::JSON::VARIANT, false, false, true, '9999-12-31 23:59:59.999999', '1969-12-31 23:59:59.999999'),
    (-9002, '', NULL, '', 'invalid', false, [], [], NULL,
     true, true, false, 'infinity', '-infinity'),
    (-9003, chr(10) || '\.' || chr(10) || '\N' || chr(13) || chr(10) || chr(9), '\.', '\N', 'missing',
     true, [0], [chr(10)], '{}'::JSON::VARIANT,
     true, false, true, '0044-03-15 (BC) 10:00:00.000001', '4713-01-01 (BC) 00:00:00'),
    (-9004, '😀 é e' || chr(769), '0', ' ', 'valid', true, [], ['é'], '[1, "x"]'::JSON::VARIANT,
     true, true, true, '294246-12-31 23:59:59.999999', '2026-03-29 02:30:00');
INSERT INTO canaries
SELECT number, 1, 1, fraction, 'chosen', NULL
  FROM (VALUES (1, 0.1::DOUBLE), (2, 1e300), (3, -0.0), (4, 'nan'), (5, '-infinity'), (6, 5e-324),
               (7, 1.0 / 3)) AS fractions(number, fraction);
INSERT INTO prices VALUES ('FR', 'sms', NULL, '0.1', 'EUR', '0044-03-15 (BC)', false);
UPDATE deliveries SET conversation_number = 18446744073709551615
 WHERE id = (SELECT min(id) FROM deliveries);
