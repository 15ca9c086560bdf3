-- name: languages
-- What people speak, for pickers: most spoken first.
SELECT locale AS value FROM people
 WHERE active AND locale IS NOT NULL
 GROUP BY locale ORDER BY count(*) DESC, locale;

-- name: time_zones
-- Where people are, for pickers: most frequent first.
SELECT time_zone AS value FROM people
 WHERE active AND time_zone IS NOT NULL
 GROUP BY time_zone ORDER BY count(*) DESC, time_zone;

-- name: tags
-- Every tag in use with its number of people, for pickers.
SELECT tag AS value, count(*) AS people
  FROM (SELECT unnest(tags) AS tag FROM people WHERE active)
 GROUP BY tag ORDER BY people DESC, tag;
