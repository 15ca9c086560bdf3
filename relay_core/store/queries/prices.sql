-- name: all
-- By channel and country, what holds latest first.
SELECT country, channel, category, price, currency, since, is_example
  FROM prices
 ORDER BY channel, country, category NULLS FIRST, since DESC, is_example;

-- name: clear
-- The table is replaced as a whole.
DELETE FROM prices;

-- name: add
-- From `$rows`, a JSON array of objects.
INSERT INTO prices (country, channel, category, price, currency, since, is_example)
SELECT r.country, r.channel, r.category, r.price, r.currency, r.since, r.is_example
  FROM (SELECT unnest(from_json($rows, '[{"country": "VARCHAR", "channel": "VARCHAR",
            "category": "VARCHAR", "price": "VARCHAR", "currency": "VARCHAR", "since": "DATE",
            "is_example": "BOOLEAN"}]')) AS r);
