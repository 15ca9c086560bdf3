"""What passed between Relay and people, written into a file as it stands after many runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from relay_core.store.queries import query
from relay_core.store.session import as_json

LEFT = ("sending", "accepted", "delivered", "unknown")
WAITS = "queued"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

TEMPLATES = {1: ("Greeting", "en"), 2: ("Greeting", "nl"), 3: ("Reminder", "en")}
CAMPAIGNS = {"Spring": (1, "wa"), "Summer": (2, "tw"), "Autumn": (3, "wa")}
"""Name to template and integration."""
CHANNELS = {"wa": "whatsapp", "tw": "twilio"}


@dataclass(frozen=True)
class Message:
    person: int
    phone: str
    begun: datetime
    state: str = "delivered"
    changed: datetime | None = None
    """The same as `begun` unless told."""
    campaign: str = "Spring"

    def moment(self, now: datetime) -> datetime | None:
        """Return when it counts as sent; None when it does not. What waits counts as sent now."""
        if self.state == WAITS:
            return now
        return self.begun if self.state in LEFT else None

    @property
    def names(self) -> dict[str, str]:
        template, integration = CAMPAIGNS[self.campaign]
        return {
            "relay.template": TEMPLATES[template][0],
            "relay.campaign": self.campaign,
            "relay.channel": CHANNELS[integration],
        }


@dataclass(frozen=True)
class Reply:
    phone: str | None
    happened: datetime


def prepare(connection: Any) -> None:
    """Put the integrations, templates and campaigns there."""
    for id_, type_ in CHANNELS.items():
        connection.execute(
            "INSERT INTO integrations VALUES ($id, $type, $id, 'active', NULL, '2026-01-01')",
            {"id": id_, "type": type_},
        )
    for id_, (name, language) in TEMPLATES.items():
        connection.execute(
            "INSERT INTO templates (id, name, language, content, origin, created_at, updated_at)"
            " VALUES ($id, $name, $language, '{}', 'relay', '2026-01-01', '2026-01-01')",
            {"id": id_, "name": name, "language": language},
        )
    for id_, (name, (template, integration)) in enumerate(CAMPAIGNS.items(), start=1):
        connection.execute(
            "INSERT INTO campaigns (id, name, template_id, integration_id, definition, bindings,"
            " created_at) VALUES ($id, $name, $template, $lane, '{}', '{}', '2026-01-01')",
            {"id": id_, "name": name, "template": template, "lane": integration},
        )


def remember(connection: Any, messages: Sequence[Message], replies: Sequence[Reply] = ()) -> None:
    """Replace what passed; every message belongs to a run of its own."""
    for table in ("runs", "deliveries", "replies"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - the names above
    campaigns = {name: number for number, name in enumerate(CAMPAIGNS, start=1)}
    rows = [
        {
            "id": number,
            "campaign": campaigns[message.campaign],
            "lane": CAMPAIGNS[message.campaign][1],
            "person": message.person,
            "phone": message.phone,
            "state": message.state,
            "begun": None if message.state == WAITS else message.begun,
            "made": message.begun,
            "changed": message.changed or message.begun,
        }
        for number, message in enumerate(messages, start=1)
    ]
    form = """from_json($rows, '[{"id": "BIGINT", "campaign": "BIGINT", "lane": "VARCHAR",
        "person": "BIGINT", "phone": "VARCHAR", "state": "VARCHAR", "begun": "TIMESTAMP",
        "made": "TIMESTAMP", "changed": "TIMESTAMP"}]')"""
    connection.execute(
        "INSERT INTO runs (id, campaign_id, request_id, integration_id, template, definition,"  # noqa: S608 - the form above
        " static_values, matched, planned, manifest, state, note, created_at, finished_at)"
        " SELECT m.id, m.campaign, m.id, m.lane, '{}', '{}', '{}', 1, 1, '',"
        " CASE m.state WHEN 'queued' THEN 'running' ELSE 'finished' END, NULL, m.made, m.made"
        f" FROM (SELECT unnest({form}) AS m)",
        {"rows": as_json(rows)},
    )
    connection.execute(
        "INSERT INTO deliveries (id, run_id, person_id, person_name, phone, phone_number, bound,"  # noqa: S608 - the form above
        " body, state, attempts, due_at, begun_at, changed_at, channel_id)"
        " SELECT m.id, m.id, m.person, 'Somebody', m.phone,"
        " TRY_CAST(ltrim(m.phone, '+') AS BIGINT), '{}', 'Hello', m.state, 1,"
        " m.made, m.begun, m.changed, 'c'"
        f" FROM (SELECT unnest({form}) AS m)",
        {"rows": as_json(rows)},
    )
    ids = [id_ for (id_,) in connection.execute("SELECT id FROM people").fetchall()]
    connection.execute(query("kept.recall_messages"), {"ids": ids, "since": datetime(1970, 1, 1)})  # noqa: DTZ001 - as it is stored
    for number, reply in enumerate(replies):
        moment = reply.happened.astimezone(UTC).replace(tzinfo=None)
        connection.execute(
            "INSERT INTO replies BY NAME SELECT $id AS message_id, $phone AS phone, 'Hi' AS body,"
            " false AS is_stop, $moment AS happened_at, $moment AS received_at",
            {"id": str(number), "phone": reply.phone, "moment": moment},
        )
