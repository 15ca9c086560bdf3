"""Integrations: the numbers and accounts that messages leave from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from relay_core.gateways.sunco_records import Integration
from relay_core.gateways.talk_lanes import TALK
from relay_core.store.ledger import Ledger, Session

SMS: Final = frozenset({"twilio", "messagebird", TALK})
"""Types of integration whose templates nobody has to approve."""
WHATSAPP: Final = "whatsapp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """An integration: one number or account that messages leave from. Its id names the lane."""

    id: str
    type: str
    name: str
    status: str
    sender: str | None
    """The number people see, where the vendor tells."""
    trouble: str | None = None
    """What was wrong at the last refresh, for a person: its templates could not be read, or a line
    of Zendesk Talk is not ready."""

    @property
    def is_active(self) -> bool:
        """Whether it can be chosen for a campaign."""
        return self.status == "active"


def senders(ledger: Ledger) -> list[Sender]:
    """Return every integration as last seen."""
    names = ("id", "type", "name", "status", "sender", "trouble")
    return [
        Sender(**{name: row[name] for name in names})
        for row in ledger.rows("templates.integrations")
    ]


def last_seen(ledger: Ledger) -> datetime | None:
    """Return when integrations and templates were last fetched; None before the first time."""
    return max((row["seen_at"] for row in ledger.rows("templates.integrations")), default=None)


def keep_integration(session: Session, integration: Integration, *, now: datetime) -> None:
    """Note an integration as the vendor lists it."""
    session.run(
        "templates.keep_integration",
        id=integration.id,
        type=integration.type,
        name=integration.displayName or integration.type,
        status=integration.status,
        sender=integration.phoneNumber or integration.originator,
        now=now,
    )


def keep_line(session: Session, line: Sender, *, now: datetime) -> None:
    """Note a line of Zendesk Talk, and what keeps it from being used."""
    session.run(
        "templates.keep_integration",
        id=line.id,
        type=line.type,
        name=line.name,
        status=line.status,
        sender=line.sender,
        now=now,
    )
    keep_trouble(session, line.id, line.trouble, now=now)


def keep_trouble(
    session: Session, integration_id: str, advice: str | None, *, now: datetime
) -> None:
    """Note what is wrong with an integration; None when nothing is."""
    if advice is None:
        session.run("templates.forget_trouble", id=integration_id)
    else:
        session.run("templates.note_trouble", id=integration_id, advice=advice, now=now)
