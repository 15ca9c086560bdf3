"""What Zendesk shows of Relay's work, told again and again until it is true."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property, partial
from threading import Event
from typing import Final

from relay_core.audience.conditions.fields import catalogue
from relay_core.audience.english.definitions import in_words_or_broken
from relay_core.desk.base import Desk
from relay_core.engine.alarm import Alarm
from relay_core.errors import ConfigurationError, GatewayError, RelayError
from relay_core.gateways.custom_objects import CustomObjects, custom_objects
from relay_core.log import log
from relay_core.mirroring.jobs import UNCONFIRMED, Mirror
from relay_core.mirroring.objects import Kind, define_missing, missing
from relay_core.mirroring.removing import find_strays, remove_gone
from relay_core.mirroring.status import MirrorStatus, mirror_status
from relay_core.mirroring.tags import give_tags, take_tags
from relay_core.mirroring.telling import tell
from relay_core.settings import Settings
from relay_core.store.audit import note
from relay_core.store.database import Database
from relay_core.store.ledger import Row, Session, one

_PAUSE: Final = timedelta(seconds=30)
"""Between two passes."""
_FIRST_WAIT: Final = timedelta(seconds=30)
_LONGEST_WAIT: Final = timedelta(minutes=15)
"""After a pass that failed, twice as long each time."""
_HOME_BYTES: Final = 4


class MirrorDesk(Desk):
    """What can be done about Zendesk's view of Relay."""

    def __init__(
        self, settings: Settings, *, database: Database, now: Callable[[], datetime]
    ) -> None:
        """Use `relay_core.relay.open_relay`."""
        super().__init__(settings, database=database, now=now)
        self._mirror_ending = Event()
        self._mirror_lock = database.lock("mirroring")
        self._mirror_due_at = now()
        self._mirror_wait = _FIRST_WAIT
        self._mirror_trouble: str | None = None
        self._mirroring = Alarm(
            name="mirroring",
            next_at=self._next_telling,
            ring=self._tell_by_itself,
            clock=now,
            leads=lambda: database.leads,
        )

    @cached_property
    def _custom_objects(self) -> CustomObjects:
        return custom_objects(
            self.settings.account(),
            timeout_s=self.settings.read_timeout_s,
            auth=self._signed_in.zendesk,
        )

    def mirror_status(self) -> MirrorStatus:
        """Return how far Zendesk shows what stands here."""
        return mirror_status(
            self._database,
            shows_records=self.settings.mirror_to_zendesk,
            tag=self.settings.campaign_tag,
            trouble=self._mirror_trouble,
            now=self._now(),
        )

    def missing_objects(self) -> list[str]:
        """Return the custom objects and fields that Zendesk does not have yet.

        Raises:
            GatewayError: Zendesk cannot be asked.
        """
        return missing(self._custom_objects)

    def make_objects(self, *, actor: str) -> list[str]:
        """Make the custom objects and fields that are missing, and tell Zendesk everything.

        Args:
            actor: Who did it.

        Returns:
            What was made.

        Raises:
            ConfigurationError: Mirroring is not switched on.
            GatewayError: Zendesk refused; another try makes the rest.
        """
        if not self.settings.mirror_to_zendesk:
            raise ConfigurationError(
                "mirroring is off",
                advice="Set RELAY_MIRROR_TO_ZENDESK to true and restart Relay first.",
            )
        lacking = missing(self._custom_objects)
        kinds = [k for k in Kind if any(k.object_key == each.split(".")[0] for each in lacking)]
        self._database.write(lambda session: _tell_anew(session, kinds))
        made = define_missing(self._custom_objects)
        if made:
            self._note_mirroring("mirror.objects_made", subject=", ".join(made), actor=actor)
        self._tell_soon()
        return made

    def mirror_again(self, *, actor: str) -> int:
        """Try again what Zendesk refused, and go on where a copy of the file waits.

        Args:
            actor: Who decided that this file, and no other, tells Zendesk.

        Returns:
            How many records and tags will be tried again.
        """
        refused = self._database.write(lambda session: session.run("mirroring.try_again"))
        if self._database.write(lambda session: session.run("mirroring.go_on")):
            self._note_mirroring("mirror.resumed", subject="mirroring", actor=actor)
        self._tell_soon()
        return len(refused)

    def tell_zendesk(self) -> None:
        """Do one pass, after one that goes on: what differs is told, what is gone is removed.

        Raises:
            GatewayError: Zendesk cannot be asked, or refused; what it was told stays.
        """
        home = self._mirror_home()
        if home is None or home["held"]:
            return
        with self._mirror_lock:
            self._tell_all(home)

    def _tell_all(self, home: Row) -> None:
        """Do each part, whatever becomes of the others, and then say what went wrong first."""
        mirror = self._mirror(home["home"])
        if home["held"] == "":
            find_strays(mirror)
            self._database.write(lambda session: session.run("mirroring.looked"))
        done, failures = 0, []
        for part in self._mirror_parts(mirror):
            try:
                done += part()
            except GatewayError as error:
                failures.append(error)
        if done:
            log().info("mirror.told", records=done)
            self._mirror_wait = _FIRST_WAIT
        if failures:
            raise failures[0]

    def _mirror(self, home: str) -> Mirror:
        fields = catalogue(self._database, for_picking=False)
        return Mirror(
            ledger=self._database,
            records=self._custom_objects,
            home=home,
            in_words=lambda definition: in_words_or_broken(definition, catalogue=fields),
            clock=self._now,
            is_ending=self._mirror_ending.wait,
        )

    def _mirror_parts(self, mirror: Mirror) -> Iterator[Callable[[], int]]:
        yield partial(remove_gone, mirror)
        yield partial(take_tags, mirror, self._zendesk)
        if self.settings.mirror_to_zendesk:
            yield from (partial(tell, mirror, kind) for kind in Kind)
        if tag := self.settings.campaign_tag:
            yield partial(give_tags, mirror, self._zendesk, prefix=tag)

    def _mirror_home(self) -> Row | None:
        """Return the row of this file, begun now where it is switched on; else None."""
        begun = one(self._database.rows("mirroring.begun"))
        if begun is None and self._mirror_is_on():
            home = secrets.token_hex(_HOME_BYTES)
            self._database.write(lambda session: session.run("mirroring.begin", home=home))
            begun = one(self._database.rows("mirroring.begun"))
        return begun

    def _mirror_is_on(self) -> bool:
        return self.settings.mirror_to_zendesk or bool(self.settings.campaign_tag)

    def _next_telling(self) -> datetime | None:
        if self._mirror_is_on() or self._database.rows("mirroring.any"):
            now = self._now()  # of a clock that was set back the moment is too far away
            return self._mirror_due_at if self._mirror_due_at - now <= _LONGEST_WAIT else now
        return None

    def _tell_by_itself(self) -> bool:
        try:
            self.tell_zendesk()
        except RelayError as error:
            self._mirror_trouble = error.advice
            self._mirror_due_at = self._now() + self._mirror_wait
            self._mirror_wait = min(self._mirror_wait * 2, _LONGEST_WAIT)
            log().warning("mirror.failed", error=type(error).__name__)
        else:
            self._mirror_trouble = None
            self._mirror_due_at = self._now() + _PAUSE
            self._mirror_wait = _FIRST_WAIT
        return True

    def _tell_soon(self) -> None:
        self._mirror_due_at = self._now()
        self._mirroring.wake()

    def _stop_mirroring(self) -> None:
        self._mirror_ending.set()
        self._mirroring.stop()

    def _note_mirroring(self, event: str, *, subject: str, actor: str) -> None:
        now = self._now()
        self._database.write(
            lambda session: note(session, actor=actor, event=event, subject=subject, now=now)
        )


def _tell_anew(session: Session, kinds: Sequence[Kind]) -> None:
    for kind in kinds:
        session.run("mirroring.tell_anew", kind=kind, unconfirmed=UNCONFIRMED)
