-- What PostgreSQL looks up instead of reading whole tables, as DuckDB does. Beside the time it saves,
-- a serializable transaction that reads a whole table is in everybody's way. Each costs every write,
-- so there is one only where a question of a transaction needs it.

-- What is due on a lane; what a pause, an opt-out or a limit takes from the queue; what was
-- interrupted; and whether a run is over.
CREATE INDEX deliveries_waiting ON deliveries (run_id, state, due_at, id)
    WHERE state IN ('queued', 'sending');
-- Whose receipt it is.
CREATE INDEX deliveries_by_channel ON deliveries (channel_id) WHERE channel_id IS NOT NULL;
-- What a person was sent: limits, opt-outs, erasure.
CREATE INDEX deliveries_by_person ON deliveries (person_id);
-- What a number was sent, whoever has it.
CREATE INDEX deliveries_by_number ON deliveries (phone_number);
-- What a conversation answers.
CREATE INDEX deliveries_by_conversation ON deliveries (conversation_number);
-- When a message left, or tried to.
CREATE INDEX attempts_by_delivery ON attempts (delivery_id);
-- What was heard of a message, and whether it was heard before.
CREATE INDEX receipts_by_channel ON receipts (channel_id);
-- What somebody answered lately, and which ticket it became.
CREATE INDEX replies_by_conversation ON replies (conversation_id);
CREATE INDEX replies_by_phone ON replies (phone);
-- Who has a number: what is kept with people, opt-outs, a page of the sync.
CREATE INDEX people_by_number ON people (phone_number);
CREATE INDEX people_by_phone ON people (phone_e164);
-- Who was left out of a run.
CREATE INDEX exclusions_by_run ON exclusions (run_id, person_id);
-- What a number wishes.
CREATE INDEX opt_outs_by_phone ON opt_outs (phone, id);
-- What goes with a person in a page of the sync.
CREATE INDEX memberships_by_person ON memberships (person_id);
CREATE INDEX tickets_by_requester ON tickets (requester_id);
CREATE INDEX sharers_by_number ON sharers (phone_number);
