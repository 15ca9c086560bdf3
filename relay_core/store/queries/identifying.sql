-- name: people
-- Who is meant, each kind of identifier by a join of its own so that none becomes a nested loop.
-- `$rows` is a JSON array of objects; phones come in E.164. Deleted people are nobody.
WITH asked AS (
    SELECT r.row, r.kind, r.value
      FROM (SELECT unnest(from_json($rows, '[{"row": "BIGINT", "kind": "VARCHAR",
                                              "value": "VARCHAR"}]')) AS r)
)
SELECT a.row, a.kind, p.id, p.role
  FROM asked a JOIN people p ON p.id = try_cast(a.value AS BIGINT)
 WHERE a.kind = 'id' AND p.active
 UNION ALL
SELECT a.row, a.kind, p.id, p.role
  FROM asked a JOIN people p ON lower(p.email) = lower(a.value)
 WHERE a.kind = 'email' AND p.active
 UNION ALL
SELECT a.row, a.kind, p.id, p.role
  FROM asked a JOIN people p ON p.phone_e164 = a.value
 WHERE a.kind = 'phone' AND p.active
 UNION ALL
SELECT a.row, a.kind, p.id, p.role
  FROM asked a JOIN people p ON lower(p.external_id) = lower(a.value)
 WHERE a.kind = 'external_id' AND p.active
 ORDER BY 1, 2, 3;
