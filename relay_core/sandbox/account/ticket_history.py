"""What the invented people asked for until now: tickets, a few of them still open."""

import random
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from relay_core.sandbox.account.people.directory import Person
from relay_core.sandbox.account.records import Record
from relay_core.sandbox.account.ticket_desk import FIRST_TICKET_ID, ticket_record
from relay_core.sandbox.clock import stamp

ASKING: Final = 0.22
"""Part of all end users who ever had a ticket."""

MOST_TICKETS: Final = 4
LONGEST_OPEN_S: Final = 21 * 86_400
"""Tickets that are not solved changed within this time."""

STATUS_SHARES: Final = {
    "closed": 0.74,
    "solved": 0.14,
    "open": 0.05,
    "pending": 0.035,
    "new": 0.015,
    "hold": 0.01,
    "deleted": 0.01,
}
SETTLED: Final = frozenset({"closed", "solved", "deleted"})

SUBJECTS: Final = (
    "Where is my order?",
    "Remboursement de ma commande",
    "Wrong size delivered",
    "Cannot sign in",
    "Falsche Rechnung",
    "Change of address",
    "領収書について",
    "Thank you!",
)


def past_tickets(people: Iterable[Person], *, seed: int, now: datetime) -> list[Record]:
    """Return the tickets of these people: the same for the same seed."""
    dice = random.Random(f"{seed}:tickets")
    found: list[Record] = []
    for person in people:
        record = person.record
        if record["role"] != "end-user" or not record["active"] or dice.random() >= ASKING:
            continue
        for _ in range(1 + int(dice.random() ** 3 * MOST_TICKETS)):
            ticket_id = FIRST_TICKET_ID + len(found)
            found.append(_ticket(record, ticket_id, dice=dice, now=now))
    return found


def _ticket(person: Record, ticket_id: int, *, dice: random.Random, now: datetime) -> Record:
    status = dice.choices(tuple(STATUS_SHARES), tuple(STATUS_SHARES.values()))[0]
    subject = dice.choice(SUBJECTS)
    now_s = now.timestamp()
    joined_s = datetime.fromisoformat(person["created_at"]).timestamp()
    age_s = now_s - joined_s
    if status not in SETTLED:
        age_s = min(age_s, LONGEST_OPEN_S)
    created_s = now_s - age_s * dice.random()
    updated_s = created_s + (now_s - created_s) * dice.random()
    given = {
        "subject": subject,
        "description": subject,
        "status": status,
        "requester_id": person["id"],
        "submitter_id": person["id"],
        "organization_id": person["organization_id"],
        "created_at": stamp(datetime.fromtimestamp(created_s, UTC)),
        "updated_at": stamp(datetime.fromtimestamp(updated_s, UTC)),
    }
    return ticket_record(given, ticket_id=ticket_id, now=now)
