"""One stand-in world: its time, its people, its tickets and its messages."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from starlette.requests import HTTPConnection

from relay_core.sandbox.account.custom_objects import CustomObjects
from relay_core.sandbox.account.jobs import Jobs
from relay_core.sandbox.account.limits import SENDS_PER_SECOND, Limits, Strictness
from relay_core.sandbox.account.oauth_clients import OAuthClients
from relay_core.sandbox.account.people import catalogue
from relay_core.sandbox.account.people.directory import Directory, person_from
from relay_core.sandbox.account.people.inventing import invent
from relay_core.sandbox.account.people.loading import load
from relay_core.sandbox.account.records import Record, user_record
from relay_core.sandbox.account.search.index import SearchIndex
from relay_core.sandbox.account.ticket_desk import TicketDesk
from relay_core.sandbox.account.ticket_history import past_tickets
from relay_core.sandbox.account.tokens import Tokens
from relay_core.sandbox.clock import Clock, stamp
from relay_core.sandbox.credentials import ADMIN_EMAIL
from relay_core.sandbox.faults import TemplateFaults
from relay_core.sandbox.messaging.exchange import Messaging
from relay_core.sandbox.messaging.integrations import Integration
from relay_core.sandbox.messaging.talk_text import Arrival
from relay_core.sandbox.messaging.webhooks.events import conversation_id

ADMIN_ID: Final = 10_001
_ENDED: Final = frozenset({"solved", "closed"})
DEFAULT_COUNT: Final = 25_000
DEFAULT_SEED: Final = 7

UNVERIFIED_ACCOUNT: Final = TemplateFaults(most_names=250, creations_per_hour=100)
"""Meta's limits for a business that it has not verified."""


@dataclass(slots=True)
class World:
    """Everything that the endpoints play."""

    clock: Clock
    seed: int
    directory: Directory
    limits: Limits
    messaging: Messaging
    tickets: TicketDesk = field(init=False)
    objects: CustomObjects = field(init=False)
    jobs: Jobs = field(init=False)
    tokens: Tokens = field(init=False)
    oauth_clients: OAuthClients = field(init=False)
    search: SearchIndex = field(init=False)
    _talks: dict[str, int] = field(init=False)
    """The latest ticket of each conversation."""

    def __post_init__(self) -> None:
        """Set up what follows from the clock, the seed and the people."""
        self.tickets = TicketDesk(self.clock)
        self.objects = CustomObjects(self.clock, self.seed)
        self.jobs = Jobs(self.clock, self.seed)
        self.tokens = Tokens(self.clock, self.seed)
        self.oauth_clients = OAuthClients(self.clock, self.seed)
        self.search = SearchIndex(self.directory, self.tickets.tickets)
        self.messaging.take_arrival = self._comment_on_ticket
        self.messaging.take_message = self._talk_in_ticket
        self._talks = {}

    def _comment_on_ticket(self, arrival: Arrival) -> tuple[int | None, int | None]:
        """Add an incoming text to the ticket that it answers, if it answers one."""
        if arrival.ticket_id not in self.tickets.tickets:
            return None, arrival.customer_id
        ticket = self.tickets.tickets[arrival.ticket_id]
        said = {"body": arrival.text, "public": True, "author_id": ticket["requester_id"]}
        self.tickets.change(ticket["id"], {"comment": said}, author_id=ticket["requester_id"])
        return ticket["id"], ticket["requester_id"]

    def _talk_in_ticket(self, integration: Integration, destination: str, text: str) -> None:
        """Put a message into the open ticket of its conversation, or open one for it.

        Whoever writes from a number that is on no profile gets a profile of their own.
        """
        talk = conversation_id(integration, destination)
        known = self.directory.user_by_phone(destination)
        author = known or self.directory.upsert_user({"name": destination, "phone": destination})
        said = {"body": text, "public": True, "author_id": author["id"]}
        ticket = self.active_ticket(talk)
        if ticket is not None:
            self.tickets.change(ticket["id"], {"comment": said}, author_id=author["id"])
            return
        opened = self.tickets.open(
            {"subject": f"Conversation with {author['name']}", "comment": said, "status": "new"},
            requester_id=author["id"],
            submitter_id=author["id"],
            channel=integration.channel.value,
            by_messaging=True,
        )
        self._talks[talk] = opened["ticket"]["id"]

    def active_ticket(self, talk: str) -> Record | None:
        """Return the ticket that a conversation is in now; None where it is in none."""
        ticket = self.tickets.tickets.get(self._talks.get(talk, 0))
        return None if ticket is None or ticket["status"] in _ENDED else ticket

    @classmethod
    def of(cls, connection: HTTPConnection) -> "World":
        """Return the world that a request came to."""
        found = connection.app.state.world
        if not isinstance(found, cls):
            raise TypeError("this app has no world")
        return found


def invented(
    *,
    start: datetime,
    seed: int = DEFAULT_SEED,
    count: int = DEFAULT_COUNT,
    speed: float = 1.0,
    strictness: Strictness = Strictness.GENEROUS,
) -> World:
    """Return a world of `count` invented users, the administrator among them, and their tickets."""

    def people(directory: Directory) -> None:
        opened = start - catalogue.OPENED_BEFORE
        organizations = catalogue.organizations(random.Random(f"{seed}:organizations"), opened)
        groups = catalogue.groups(catalogue.GROUP_NAMES, opened)
        directory.organizations.update({each["id"]: each for each in organizations})
        directory.groups.update({each["id"]: each for each in groups})
        directory.user_fields.extend(catalogue.user_fields(opened))
        directory.admit(
            invent(
                max(count - 1, 0),
                seed=seed,
                now=start,
                organization_ids=list(directory.organizations),
                group_ids=list(directory.groups),
            )
        )

    world = made(people, start=start, seed=seed, speed=speed, strictness=strictness)
    world.tickets.admit(past_tickets(world.directory.people(), seed=seed, now=start))
    return world


def loaded(
    path: Path,
    *,
    start: datetime,
    seed: int = DEFAULT_SEED,
    speed: float = 1.0,
    strictness: Strictness = Strictness.GENEROUS,
) -> World:
    """Return a world of the people in a file, and the administrator.

    Raises:
        PeopleFileError: The file cannot be used.
    """

    def people(directory: Directory) -> None:
        load(path, directory, now=start)

    return made(people, start=start, seed=seed, speed=speed, strictness=strictness)


def made(
    people: Callable[[Directory], None],
    *,
    start: datetime,
    seed: int = DEFAULT_SEED,
    speed: float = 1.0,
    strictness: Strictness = Strictness.GENEROUS,
) -> World:
    """Return a world whose directory `people` fills; the administrator is added to it."""
    clock = Clock(start, speed)
    directory = Directory(clock)
    people(directory)
    directory.custom_roles.extend(catalogue.custom_roles(start - catalogue.OPENED_BEFORE))
    _add_administrator(directory, start)
    is_real = strictness is Strictness.REAL
    return World(
        clock=clock,
        seed=seed,
        directory=directory,
        limits=Limits(clock, strictness),
        messaging=Messaging(
            clock,
            seed,
            sends_per_second=SENDS_PER_SECOND if is_real else None,
            template_faults=UNVERIFIED_ACCOUNT if is_real else None,
        ),
    )


def _add_administrator(directory: Directory, start: datetime) -> None:
    """Give the account its documented administrator, whoever has that address already."""
    known = directory.user_by_email(ADMIN_EMAIL)
    if known is not None:
        if known["role"] != "admin":
            directory.upsert_user({"id": known["id"], "role": "admin"})
        return
    user_id = ADMIN_ID
    while directory.person(user_id) is not None:
        user_id += 1
    opened = stamp(start - catalogue.OPENED_BEFORE)
    administrator = {
        "name": "Sandbox Administrator",
        "email": ADMIN_EMAIL,
        "role": "admin",
        "custom_role_id": catalogue.FIRST_ROLE_ID + 3,
        "verified": True,
        "group_ids": list(directory.groups),
        "created_at": opened,
        "updated_at": stamp(start),
        "user_fields": dict.fromkeys(each["key"] for each in directory.user_fields),
    }
    record = user_record(administrator, user_id=user_id, now=start)
    directory.admit([person_from(record, administrator)])
