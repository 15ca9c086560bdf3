-- Which process sends on a lane, where several could. A file has one owner, and no rows here.
CREATE TABLE lane_holders (
    lane        TEXT PRIMARY KEY,          -- id of the integration
    epoch       BIGINT NOT NULL,           -- counts how often it was taken; only the latest may send
    holder      TEXT NOT NULL,             -- for a person who looks: host and process
    taken_at    TIMESTAMP NOT NULL,
    begins_at   TIMESTAMP NOT NULL,        -- nothing leaves before, so that the former one's last second is kept
    released_at TIMESTAMP                  -- since when nothing leaves by it; null: it never said so
);
