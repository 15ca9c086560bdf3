"""A town of people, each of whom is there for a reason that a test can count."""

from typing import Any

from relay_core.audience.conditions.definition import ByQuery
from relay_core.campaigns.bindings import FromField, Static
from relay_core.relay import Relay

TAG = "town"
WHATSAPP = "5e4af71a81966cfff3ef6550"
TWILIO = "5e4af71a81966cfff3ef6551"
TEMPLATE = "appointment_reminder"
"""Of the sandbox: "Hello {{Clarice}}, your appointment is on {{Monday}}. …"."""
BINDINGS = ("--bind", "clarice=field:name", "--bind", "monday=static")


def neighbours(count: int) -> list[dict[str, Any]]:
    """Return people whom nothing speaks against; number n has the phone +316123n."""
    return [
        {
            "id": 1000 + n,
            "name": f"Neighbour {n:04d}",
            "phone": f"+31612{300_000 + n}",
            "tags": [TAG],
            "user_fields": {"sms_opt_out": False},
        }
        for n in range(count)
    ]


def people_file(*, receivers: int, others: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Return what `--people` reads."""
    field = {"key": "sms_opt_out", "title": "No messages", "type": "checkbox"}
    return {"users": [*neighbours(receivers), *(others or [])], "user_fields": [field]}


def left_out() -> list[dict[str, Any]]:
    """Return one person for each reason for which somebody gets nothing; two opted out."""

    def person(id_: int, **known: Any) -> dict[str, Any]:
        return {"id": id_, "name": f"Person {id_}", "tags": [TAG], **known}

    return [
        person(2001, phone=None),
        person(2002, phone="call the office"),
        person(2003, phone="+31612300000"),  # that of the first neighbour
        person(2004, phone="+31612399004", tags=[TAG, "opted_out"]),
        person(2005, phone="+31612399005", user_fields={"sms_opt_out": True}),
        person(2006, phone="+31612399006", suspended=True),
        person(2007, phone="+31612399007", role="agent", email="agent@sandbox.example"),
    ]


def campaign_for(relay: Relay, **rules: Any) -> str:
    """Create a campaign for everybody of the town, and return its name."""
    made = relay.create_campaign(
        "News",
        template_id=relay.template(TEMPLATE).id,
        integration_id=WHATSAPP,
        definition=ByQuery(f"tags:{TAG}"),
        bindings={"clarice": FromField("name"), "monday": Static()},
        actor="anna",
        **rules,
    )
    return made.name


LEFT_OUT = {
    "no_phone": 1,
    "invalid_phone": 1,
    "duplicate_phone": 1,
    "opted_out": 2,
    "suspended": 1,
    "staff": 1,
}
