"""Zendesk Talk: its lines, the triggers that text from them, and what became of the texts."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import Final

from relay_core.delivery.heard import Receipt, Reply
from relay_core.delivery.receipts import record
from relay_core.delivery.talk_history import (
    inbound_in,
    receipts_in,
    replies_of,
    settled_up_to,
)
from relay_core.delivery.talk_lines import line_checks, talk_senders
from relay_core.delivery.talk_trigger import LineCheck, wanted_trigger
from relay_core.desk.base import Desk
from relay_core.engine.watching import Watch
from relay_core.errors import CampaignError, NotFound
from relay_core.gateways.talk_records import HistoryText
from relay_core.log import log
from relay_core.settings import Settings
from relay_core.store.audit import note
from relay_core.store.database import Database
from relay_core.store.ledger import Session
from relay_core.templates.kept.senders import keep_line

_LISTENS_FOR: Final = timedelta(days=3)
"""How long after a text something is still to be heard of it: that it arrived, or an answer."""
_SKEW: Final = timedelta(minutes=5)
_LONGEST_PAUSE: Final = 4.0
"""Between two looks, in shortest pauses."""
_MOST_REPLIES: Final = 50
"""Read at one look, because each ticket costs a request; the next look goes on."""
_UNREADY: Final = (
    "This line is not ready any more, so nothing leaves from it: {faults} Then resume."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkSetup:
    """What setting lines up has done."""

    made: tuple[str, ...]
    """Numbers whose trigger was made."""
    lines: tuple[LineCheck, ...]
    """How the lines are now."""


class TalkDesk(Desk):
    """What can be done with Zendesk Talk's lines."""

    def __init__(
        self, settings: Settings, *, database: Database, now: Callable[[], datetime]
    ) -> None:
        """Use `relay_core.relay.open_relay`."""
        super().__init__(settings, database=database, now=now)
        self._talk_watch = Watch(
            name="talk-watch",
            is_awaited=self._awaits_talk,
            look=self._looked_at_talk,
            leads=lambda: database.leads,
            shortest_s=settings.talk_poll_s,
            wait=self._briefly,
        )

    def talk_lines(self) -> list[LineCheck]:
        """Return every line that can text, as Zendesk tells of it and its triggers now."""
        return line_checks(self._talk)

    def set_up_talk(self, *, line_id: int | None = None, actor: str) -> TalkSetup:
        """Make the trigger of a line, or of every line that lacks only that.

        A trigger that is there already is never touched, whatever is wrong with it.

        Args:
            line_id: Which; None is every line that lacks it.
            actor: Who does it.

        Raises:
            NotFound: There is no such line that can text.
            CampaignError: This line has a trigger that a person must correct first.
        """
        checks = self.talk_lines()
        if line_id is not None:
            checks = [check for check in checks if check.id == line_id]
            if not checks:
                raise NotFound(
                    f"no line {line_id}",
                    advice=f"There is no number {line_id} that can text. See `relay talk lines`.",
                )
            if checks[0].faults and checks[0].trigger_id is not None:
                raise CampaignError(
                    "a trigger is in the way",
                    advice="Relay changes no trigger that is there already. Correct or delete it "
                    f"in the Admin Center first. {' '.join(checks[0].faults)}",
                )
        made = []
        for check in checks:
            if check.trigger_id is None:
                trigger = self._talk.create_trigger(wanted_trigger(check.id, number=check.number))
                made.append(check.number)
                self._note_trigger(trigger.id, line_id=check.id, actor=actor)
        self._keep_lines()
        return TalkSetup(made=tuple(made), lines=tuple(self.talk_lines()))

    def _note_trigger(self, trigger_id: int, *, line_id: int, actor: str) -> None:
        now = self._now()

        def work(session: Session) -> None:
            note(
                session,
                actor=actor,
                event="talk.trigger_made",
                subject=str(line_id),
                now=now,
                detail=f"trigger {trigger_id}",
            )

        self._database.write(work)

    def _keep_lines(self) -> None:
        """Note how the lines are, so that campaigns can use those that are ready."""
        found, now = talk_senders(self._talk), self._now()

        def work(session: Session) -> None:
            for line in found or ():
                keep_line(session, line, now=now)

        self._database.write(work)

    def _briefly(self, bell: Event, seconds: float) -> bool:
        """Wait, but never so long that a run that begins meanwhile would go unheard."""
        return bell.wait(min(seconds, _LONGEST_PAUSE * self.settings.talk_poll_s))

    def _check_line(self, lane: str) -> None:
        """Refuse a line from which a ticket would not become a text at this moment.

        Raises:
            CampaignError: Says why.
        """
        check = next((each for each in self.talk_lines() if each.lane == lane), None)
        if check is None:
            raise CampaignError(
                "no such line",
                advice="Zendesk Talk has no such number that can text any more. Choose another.",
            )
        if not check.is_ready:
            raise CampaignError("line not ready", advice=" ".join(check.faults))

    def _awaits_talk(self) -> bool:
        """Whether another look at Talk is worth it."""
        return self.settings.is_connected and (
            bool(self._database.rows("talk.sending")) or self._texts_since() is not None
        )

    def _texts_since(self) -> datetime | None:
        """Return when the earliest text left of which something may be heard; None if none did."""
        since: datetime | None = self._database.rows(
            "talk.awaited", since=self._now() - _LISTENS_FOR
        )[0]["since"]
        return since

    def _looked_at_talk(self) -> bool:
        """Read what the history has that is new; tell whether it had anything."""
        self._stop_unready_lines()
        since = self._texts_since()
        if since is None:
            return False
        lines = {row["sender"]: row["id"] for row in self._database.rows("talk.lanes")}
        marked = self._database.rows("talk.mark")
        before = marked[0]["text_id"] if marked else 0
        now = self._now()
        texts = self._talk.history(after=before, oldest=since - _SKEW)
        replies, unread = self._replies_in(texts, lines=lines)
        heard: list[Receipt | Reply] = [*receipts_in(texts, lines=lines), *replies]
        mark = settled_up_to(texts, before=before, unread=unread, now=now)

        def work(session: Session) -> None:
            for each in heard:
                record(session, each, now=now)
            if mark > before:
                session.run("talk.set_mark", text_id=mark)

        if heard or mark > before:
            self._database.write(work)
            log().info("talk.heard", texts=len(texts), heard=len(heard))
        return mark > before

    def _replies_in(
        self, texts: list[HistoryText], *, lines: Mapping[str, str]
    ) -> tuple[list[Reply], int | None]:
        """Return new replies with their words, and the id of the first that was not read."""
        inbound = inbound_in(texts, lines=lines)
        ids = [message_id for message_id, _ in inbound]
        known = {row["message_id"] for row in self._database.rows("talk.known_replies", ids=ids)}
        by_ticket: defaultdict[int, list[tuple[str, HistoryText]]] = defaultdict(list)
        for message_id, text in inbound:
            if text.ticket_id is not None:
                by_ticket[text.ticket_id].append((message_id, text))
        found: list[Reply] = []
        unread: list[int] = []
        read = 0
        for ticket_id, of_ticket in by_ticket.items():
            if all(message_id in known for message_id, _ in of_ticket):
                continue
            if read == _MOST_REPLIES:
                unread.append(of_ticket[0][1].id)
                continue
            read += 1
            for reply in replies_of(of_ticket, self._talk.comments(ticket_id)):
                if reply is None:
                    log().warning("talk.reply_without_words", ticket=ticket_id)
                elif reply.message_id not in known:
                    found.append(reply)
        return found, min(unread, default=None)

    def _stop_unready_lines(self) -> None:
        """Let nothing more become a ticket on a line that texts no more."""
        sending = {row["lane"] for row in self._database.rows("talk.sending")}
        if not sending:
            return
        checks = {check.lane: check for check in self.talk_lines()}
        for lane in sending:
            check = checks.get(lane)
            faults = " ".join(check.faults) if check else "The number is gone."
            if faults:
                note_ = _UNREADY.format(faults=faults)
                self._database.write(
                    lambda session, lane=lane, note_=note_: session.run(  # type: ignore[misc] # the defaults bind this turn of the loop
                        "runs.pause_lane", lane=lane, note=note_
                    )
                )
                log().warning("talk.line_unready", lane=lane)
