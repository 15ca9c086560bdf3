"""Foresees when the messages of a run leave: the rules of the gates, run ahead of time."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import floor
from typing import Final
from zoneinfo import ZoneInfo

from relay_core.campaigns.departures import Departures, Stretch, Wait
from relay_core.delivery.gates import GateRules, HeldFor
from relay_core.delivery.hours import QuietHours
from relay_core.delivery.public_holidays import public_holidays
from relay_core.delivery.quiet_hours import Place, next_allowed, next_change, place_of
from relay_core.delivery.quota import day_of

_LONGEST: Final = timedelta(days=366)
_ANYWHERE: Final = Place(None, ("UTC",))


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneToday:
    """What a lane has done so far."""

    zone: ZoneInfo
    """Of the account, whose days count."""
    first_day: date | None = None
    """On which it sent for the first time; None: never."""
    messages: int = 0
    """Sent today."""


def timeline(
    numbers: Iterable[tuple[str, str | None]],
    *,
    rules: GateRules,
    channel: str,
    per_second: float,
    start: datetime,
    lane: LaneToday,
) -> Departures:
    """Return when messages are expected to leave.

    Nothing else is thought to be under way on the lane, every message to be taken at once, and
    the first messages of a canary to be waited for as long as is allowed.

    Args:
        numbers: E.164 and country of each recipient.
        rules: Of this installation.
        channel: `sms` or `whatsapp`.
        per_second: The lane's pace.
        start: When the run begins (aware).
        lane: What has left on it before.
    """
    quiet = rules.quiet_hours
    if quiet is not None and channel not in quiet.channels:
        quiet = None
    story = _Story(
        rules=rules,
        quiet=quiet,
        waiting=Counter(
            _ANYWHERE if quiet is None else place_of(phone, country) for phone, country in numbers
        ),
        per_second=per_second,
        start=start.astimezone(UTC),
        lane=lane,
    )
    story.tell()
    return Departures(
        stretches=tuple(story.stretches),
        waits=tuple(story.waits),
        ends_at=None if story.waiting else story.at,
    )


class _Story:
    """A timeline that is being told, from one change of what may leave to the next."""

    def __init__(
        self,
        *,
        rules: GateRules,
        quiet: QuietHours | None,
        waiting: Counter[Place],
        per_second: float,
        start: datetime,
        lane: LaneToday,
    ) -> None:
        self.at = start
        self.waiting = waiting
        self.stretches: list[Stretch] = []
        self.waits: list[Wait] = []
        self._rules = rules
        self._quiet = quiet
        self._per_second = per_second
        self._latest = start + _LONGEST
        self._zone = lane.zone
        self._day = day_of(start, lane.zone)
        self._first_day = lane.first_day or self._day.date
        self._sent_today = lane.messages
        size = rules.canary.size
        self._leading = size if 0 < size < waiting.total() else None

    def tell(self) -> None:
        """Go on until nobody waits, or it takes too long."""
        while self.waiting and self.at <= self._latest:
            self._next()

    def _next(self) -> None:
        day = day_of(self.at, self._zone)
        if day.date != self._day.date:
            self._day, self._sent_today = day, 0
        if self._leading == 0:
            self._leading = None
            self._wait(self.at + timedelta(seconds=self._rules.canary.wait_s), HeldFor.CANARY)
            return
        most = self._rules.quota.on(day.date, first_day=self._first_day)
        left = None if most is None else most - self._sent_today
        if left is not None and left <= 0:
            self._wait(day.ends_at, HeldFor.DAILY_QUOTA)
            return
        opens = {place: self._opens(place) for place in self.waiting}
        if (first := min(opens.values())) > self.at:
            self._wait(first, HeldFor.QUIET_HOURS)
            return
        self._send([place for place, at in opens.items() if at == self.at], opens, left)

    def _opens(self, place: Place) -> datetime:
        if self._quiet is None:
            return self.at
        hours = self._quiet.of(place.country)
        return next_allowed(self.at, place, hours, holidays_of=public_holidays)

    def _send(self, among: list[Place], opens: dict[Place, datetime], left: int | None) -> None:
        """Let messages leave until something changes."""
        changes = [self._day.ends_at, *(at for at in opens.values() if at > self.at)]
        if self._quiet is not None:
            changes += [
                next_change(self.at, place, self._quiet.of(place.country)) for place in among
            ]
        room_s = (min(changes) - self.at) / timedelta(seconds=1)
        limits = [
            sum(self.waiting[place] for place in among),
            # One that begins before the change still leaves.
            max(1, floor(room_s * self._per_second)),
            left,
            self._leading,
        ]
        messages = min(limit for limit in limits if limit is not None)
        if self._leading is not None:
            self._leading -= messages
        self._sent_today += messages
        self._take(messages, among)
        begins_at = self.at
        self.at += timedelta(seconds=messages / self._per_second)
        if self.stretches and self.stretches[-1].ends_at == begins_at:
            earlier = self.stretches.pop()
            begins_at, messages = earlier.begins_at, earlier.messages + messages
        self.stretches.append(Stretch(begins_at=begins_at, ends_at=self.at, messages=messages))

    def _take(self, messages: int, among: list[Place]) -> None:
        """Take messages of each place in proportion to what waits there."""
        whole = sum(self.waiting[place] for place in among)
        taken = {place: messages * self.waiting[place] // whole for place in among}
        short = messages - sum(taken.values())
        for place in among:
            more = min(short, self.waiting[place] - taken[place])
            short -= more
            self.waiting[place] -= taken[place] + more
            if self.waiting[place] == 0:
                del self.waiting[place]

    def _wait(self, until: datetime, why: HeldFor) -> None:
        self.waits.append(
            Wait(
                begins_at=self.at,
                ends_at=until,
                why=why.words,
                messages=self.waiting.total(),
            )
        )
        self.at = until
