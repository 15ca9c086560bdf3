"""Who may do what: grants, and visitors as Zendesk knows them now."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from relay_core.access.grants import Grant, permissions_of
from relay_core.access.kept import keep_grants, kept_grants
from relay_core.access.visitor import Visitor
from relay_core.desk.base import Desk
from relay_core.errors import GatewayError, NotAllowed
from relay_core.log import log
from relay_core.settings import Settings
from relay_core.store.database import Database

_ADDRESS: Final = re.compile(r"[^\s\"\\<>]+@[^\s\"\\<>]+")
"""What may stand between quotes in a search."""
_FRESH: Final = timedelta(minutes=2)
"""How long Zendesk's answer counts: a team member who was suspended is out after that."""
_STALE: Final = timedelta(hours=1)
"""How long it counts while Zendesk does not answer, so that a run can still be stopped."""


@dataclass(frozen=True, slots=True)
class _Known:
    role: str
    groups: frozenset[int]
    at: datetime
    """When Zendesk said so."""
    asked_at: datetime
    """When it was asked last, with or without an answer."""


class AccessDesk(Desk):
    """What can be decided about access, and who somebody is."""

    def __init__(
        self, settings: Settings, *, database: Database, now: Callable[[], datetime]
    ) -> None:
        """Use `relay_core.relay.open_relay`."""
        super().__init__(settings, database=database, now=now)
        self._grants: tuple[Grant, ...] | None = None
        self._known: dict[str, _Known] = {}
        self._asking = Lock()

    def grants(self) -> tuple[Grant, ...]:
        """Return to whom what is granted, beside administrators, who may do everything."""
        if self._grants is None:
            self._grants = kept_grants(self._database)
        return self._grants

    def save_grants(self, grants: Sequence[Grant], *, actor: str) -> tuple[Grant, ...]:
        """Put these in place of the grants that hold; they count from the next press on."""
        keep_grants(self._database, grants, actor=actor, now=self._now())
        self._grants = None
        return self.grants()

    def zendesk_groups(self) -> dict[str, str]:
        """Return the names of the account's groups by id."""
        return {str(group.id): group.name for group in self._zendesk.groups()}

    def visitor(self, email: str) -> Visitor:
        """Return who has signed in with an address that their provider has verified.

        Raises:
            NotAllowed: Nobody of the team has this address.
            GatewayError: Zendesk does not answer, and has not lately.
        """
        if not _ADDRESS.fullmatch(email):
            raise _nobody(email)
        known = self._known_as(email.casefold())
        return Visitor(
            name=email,
            role=known.role,
            permissions=permissions_of(known.role, known.groups, self.grants()),
        )

    def _known_as(self, email: str) -> _Known:
        with self._asking:  # one question to Zendesk, however many tabs are open
            now = self._now()
            known = self._known.get(email)
            if known and now - known.asked_at < _FRESH and now - known.at <= _STALE:
                return known
            try:
                member = self._zendesk.staff(email)
                if member is None:
                    self._known.pop(email, None)
                    raise _nobody(email)
                known = _Known(member.role, self._zendesk.groups_of(member.id), now, now)
            except GatewayError as error:
                if known is None or now - known.at > _STALE:
                    raise
                log().warning("visitor.not_read", error=type(error).__name__)
                known = replace(known, asked_at=now)  # no page waits for the same silence again
            self._known[email] = known
            return known


def _nobody(email: str) -> NotAllowed:
    return NotAllowed(
        "not of the team",
        advice=f"{email} is nobody of the Zendesk team, or is suspended there. Sign in with the "
        "address that Zendesk has.",
    )
