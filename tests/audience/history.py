"""What happened before: messages, replies, tickets and choices, for tests to arrange."""

from datetime import UTC, datetime
from typing import Any

from relay_core.store.database import Database

_ADD = {
    "campaigns": "INSERT INTO campaigns (id, name, template_id, integration_id, definition,"
    " bindings, created_at) VALUES ($id, $name, $template_id, 'line', '{}', '{}', $at)"
    " ON CONFLICT DO NOTHING",
    "runs": "INSERT INTO runs (id, campaign_id, request_id, integration_id, template, definition,"
    " static_values, matched, planned, manifest, state, created_at) VALUES ($id, $campaign_id,"
    " $id::VARCHAR, 'line', '{}', '{}', '{}', 1, 1, '', 'finished', $at) ON CONFLICT DO NOTHING",
    "deliveries": "INSERT INTO deliveries (run_id, person_id, person_name, phone, phone_number,"
    " bound, body, state, due_at, begun_at, changed_at, channel_id) VALUES ($run_id, $person_id,"
    " 'x', $phone, TRY_CAST(ltrim($phone, '+') AS BIGINT), '{}', '', $state, $at, $begun_at,"
    " $at, 'n')",
    "replies": "INSERT INTO replies BY NAME SELECT uuid()::VARCHAR AS message_id, $phone AS phone,"
    " '' AS body, false AS is_stop, $at AS happened_at, $at AS received_at",
    "tickets": "INSERT INTO tickets VALUES ($id, $requester_id, $status, $at)",
    "choices": "INSERT OR REPLACE INTO choices VALUES"
    " ($campaign_id, $person_id, $choice, 'somebody', '', $at)",
}

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def add(db: Database, table: str, **values: Any) -> None:
    """Put one row into a table, past the queries that Relay itself writes with."""
    db.table(_ADD[table], values)


def campaign(db: Database, id_: int, *, template_id: int, at: datetime) -> None:
    """Add a campaign with a run of the same number."""
    add(db, "campaigns", id=id_, name=f"Campaign {id_}", template_id=template_id, at=at)
    add(db, "runs", id=id_, campaign_id=id_, at=at)


def message(
    db: Database, run_id: int, person_id: int, phone: str, *, at: datetime, state: str = "delivered"
) -> None:
    """Add a message of a run, which goes on if it waits; what is queued has not begun."""
    add(
        db,
        "deliveries",
        run_id=run_id,
        person_id=person_id,
        phone=phone,
        state=state,
        at=at,
        begun_at=None if state in {"queued", "cancelled"} else at,
    )
    if state == "queued":
        db.table("UPDATE runs SET state = 'running' WHERE id = $id", {"id": run_id})
    reached = db.table(
        "SELECT id FROM people WHERE id = $id OR phone_e164 = $phone",
        {"id": person_id, "phone": phone},
    )
    ids = reached.column("id").to_pylist()
    db.write(lambda session: session.run("kept.recall_messages", ids=ids, since=LONG_AGO))
