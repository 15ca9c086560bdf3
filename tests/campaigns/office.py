"""A campaign to a few people of the sandbox, and what a desk does with it."""

import json

from relay_core.audience.conditions.definition import definition_from_json
from relay_core.campaigns.bindings import FromField, Static

VALUES = {"monday": "Tuesday"}
WHATSAPP = "5e4af71a81966cfff3ef6550"
TWILIO = "5e4af71a81966cfff3ef6551"
BINDINGS = {"clarice": FromField("first_name"), "monday": Static()}


def people(most):
    """Return an audience of that many people at most."""
    few = {"field": "relay.people", "op": "<=", "value": [most, "x"]}
    return definition_from_json(json.dumps({"version": 1, "all": [few]}))


def campaign(relay, name="Reminder", *, most=3, integration=WHATSAPP):
    """Keep a campaign to a few people."""
    return relay.create_campaign(
        name,
        template_id=relay.template("appointment_reminder").id,
        integration_id=integration,
        definition=people(most),
        bindings=BINDINGS,
        actor="anna",
    )


def send(relay, name="Reminder", *, request_id="press", actor="anna", **how):
    return relay.send(name, static_values=VALUES, request_id=request_id, actor=actor, **how)


def change(relay, **settings):
    """Set something as an operator would at the next start."""
    relay.settings = relay.settings.model_copy(update=settings)


def rows(relay, sql, **values):
    """Look into the file, past the queries that Relay itself reads with."""
    return relay._database.table(sql, values).to_pylist()  # noqa: SLF001 - what was kept


def settle(relay, run_id, state, *, number=0, code=None):
    """Let one delivery of a run have come to this end, as a channel and its receipts would."""
    row = rows(
        relay,
        f"SELECT id FROM deliveries WHERE run_id = $run ORDER BY id LIMIT 1 OFFSET {int(number)}",  # noqa: S608 - a number
        run=run_id,
    )[0]
    rows(
        relay,
        "UPDATE deliveries SET state = $state, code = $code, begun_at = due_at,"
        " channel_id = 'n-' || id WHERE id = $id",
        state=state,
        code=code,
        id=row["id"],
    )
    rows(
        relay,
        "UPDATE runs SET state = 'finished' WHERE id = $run AND NOT EXISTS (SELECT 1 FROM"
        " deliveries WHERE run_id = $run AND state IN ('queued', 'sending'))",
        run=run_id,
    )
    return row["id"]
