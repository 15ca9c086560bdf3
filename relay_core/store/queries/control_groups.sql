-- name: add
-- The draw of a run, as it is at this moment.
INSERT INTO control_groups (run_id, percent, seed) VALUES ($run_id, $percent, $seed);

-- name: give_neighbours
-- Beside which message that of each person held out would have stood: at the end, beside the last.
UPDATE exclusions SET beside = n.id
  FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place,
               count(*) OVER () AS messages
          FROM deliveries WHERE run_id = $run_id) n
 WHERE exclusions.run_id = $run_id AND exclusions.reason = 'held_out'
   AND n.place = CASE WHEN exclusions.place < n.messages THEN exclusions.place
                      ELSE n.messages - 1 END;

-- name: discard
-- The draw that was written down with a run nobody was told of.
DELETE FROM control_groups WHERE run_id = $run_id;

-- name: of_run
-- The draw of a run; no row where nobody was held out.
SELECT percent, seed FROM control_groups WHERE run_id = $run_id;

-- name: people
-- Whom it held out, in the order of the queue.
SELECT person_id, person_name, place FROM exclusions
 WHERE run_id = $run_id AND reason = 'held_out'
 ORDER BY place, person_id;
