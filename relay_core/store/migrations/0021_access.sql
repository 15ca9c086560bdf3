-- Who may do what: permissions granted to roles and groups of Zendesk.
CREATE TABLE grants (
    subject     TEXT NOT NULL,             -- 'role' or 'group'
    key         TEXT NOT NULL,             -- 'agent', or the id of a group
    permissions TEXT[] NOT NULL
);
-- Until somebody decides otherwise, agents look on.
INSERT INTO grants VALUES ('role', 'agent', ['view']);
