"""What people did in Zendesk after a run: their tickets, beside those of people held out.

Everybody counts whose message left, also where it failed: who was drawn to receive stays in the
group, whatever came of it (intention to treat), or the groups would no longer be alike. Somebody
held out counts from the moment when the message beside their place in the queue left, and not at
all where it never did. A person who opens five tickets is one person who opened some, so that
nobody makes a difference alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from relay_core.people.stages import Stage, Standing, standings
from relay_core.reports.differences import Difference, difference
from relay_core.reports.intervals import Proportion, proportion
from relay_core.store.ledger import Ledger, Row

WINDOWS_H: Final = (24, 72)
"""Hours after a message within which tickets count."""
LONGEST: Final = timedelta(hours=WINDOWS_H[-1])
_OVER: Final = frozenset({"finished", "cancelled"})
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Verdict(StrEnum):
    """What can be said of a window."""

    NOBODY = "nobody"  # nothing has left
    UNDER_WAY = "under_way"  # the run may still write to somebody
    EARLY = "early"  # the window of the last person is open
    UNREAD = "unread"  # it is over, and Zendesk was not asked since
    UNKNOWN = "unknown"  # the run is older than what is known of tickets
    NO_CONTROL = "no_control"  # nobody was held out: no claim is made
    NOT_SHOWN = "not_shown"  # the interval holds no difference, too
    FEWER = "fewer"
    MORE = "more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The tickets of one group within a window."""

    wrote: Proportion | None
    """People who opened one, answers to the message apart; None of nobody."""
    tickets: int
    """Their tickets."""
    tickets_per_100: float
    """The same by 100 people; 0 of nobody."""
    answers: int
    """Tickets that replies to the message opened, or probably did."""
    certain: int
    """Those of them of which Zendesk says so."""

    @property
    def probable(self) -> int:
        """Those of which only the time says so."""
        return self.answers - self.certain


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What is known of so many hours after each message."""

    hours: int
    over_at: datetime | None
    """When they are over for everybody; None while the run may still write to somebody."""
    verdict: Verdict
    recipients: Opened
    held_out: Opened | None
    """None where nobody was held out."""
    difference: Difference | None
    """Of the shares of people who opened a ticket, recipients less held out; None until it can be
    said."""
    people: int | None
    """The same over all recipients of the run, fewer or more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The tickets that people opened after a run."""

    held_out_percent: int
    """Of 100 people who would have received it, how many got nothing; 0: nobody was held out."""
    held_out: int
    """People who were drawn for that, counted or not."""
    known_until: datetime | None
    """Tickets opened before are known; None while reading them is not finished."""
    windows: tuple[Window, ...]


def outcome(ledger: Ledger, run_id: int, *, state: str, since: datetime, now: datetime) -> Outcome:
    """Count the tickets after a run.

    Args:
        ledger: The file.
        run_id: The run's number.
        state: The run's.
        since: When the run was made.
        now: The clock.
    """
    groups = ledger.rows("outcomes.groups", run_id=run_id)[0]
    counted: dict[tuple[bool, int], Row] = {}
    if groups["last_at"]:
        rows = ledger.rows("outcomes.opened", run_id=run_id, **bounds(groups))
        counted = {(row["is_held_out"], row["hours"]): row for row in rows}
    known_until = _known_until(standings(ledger).get(Stage.TICKETS))
    is_known = groups["tickets_since"] is None or groups["tickets_since"] <= since
    return Outcome(
        held_out_percent=groups["percent"] or 0,
        held_out=groups["drawn"],
        known_until=known_until,
        windows=tuple(
            _window(
                hours,
                groups,
                counted,
                # Of a run that is not over nobody knows when its last message leaves.
                last_at=groups["last_at"] if state in _OVER else None,
                known_until=known_until,
                is_known=is_known,
                now=now,
            )
            for hours in WINDOWS_H
        ),
    )


def bounds(groups: Row) -> dict[str, datetime]:
    """Return between which moments any ticket of a run was opened, by `outcomes.groups`."""
    return {
        "since": groups["first_at"] or _EVER,
        "until": (groups["last_at"] or _EVER) + LONGEST,
    }


def _known_until(tickets: Standing | None) -> datetime | None:
    if tickets is None or tickets.finished_at is None or tickets.notice:
        return None
    return tickets.begun_at


def _window(
    hours: int,
    groups: Row,
    counted: Mapping[tuple[bool, int], Row],
    *,
    last_at: datetime | None,
    known_until: datetime | None,
    is_known: bool,
    now: datetime,
) -> Window:
    over_at = last_at + timedelta(hours=hours) if last_at else None
    recipients = _opened(counted.get((False, hours)), of=groups["recipients"])
    held_out = (
        _opened(counted.get((True, hours)), of=groups["held_out"]) if groups["percent"] else None
    )
    found: Difference | None = None
    if not groups["recipients"]:
        verdict = Verdict.NOBODY
    elif not is_known:
        verdict = Verdict.UNKNOWN
    elif over_at is None:
        verdict = Verdict.UNDER_WAY
    elif now < over_at:
        verdict = Verdict.EARLY
    elif known_until is None or known_until < over_at:
        verdict = Verdict.UNREAD
    elif held_out is None or held_out.wrote is None or recipients.wrote is None:
        verdict = Verdict.NO_CONTROL
    else:
        found = difference(recipients.wrote, held_out.wrote)
        verdict = _shown(found)
    return Window(
        hours=hours,
        over_at=over_at,
        verdict=verdict,
        recipients=recipients,
        held_out=held_out,
        difference=found,
        people=None if found is None else round(abs(found.difference) * groups["recipients"]),
    )


def _shown(found: Difference) -> Verdict:
    if not found.is_shown:
        return Verdict.NOT_SHOWN
    return Verdict.FEWER if found.difference < 0 else Verdict.MORE


def _opened(row: Row | None, *, of: int) -> Opened:
    tickets = row["tickets"] if row else 0
    return Opened(
        wrote=proportion(row["people"] if row else 0, of),
        tickets=tickets,
        tickets_per_100=tickets * 100 / of if of else 0.0,
        answers=row["answers"] if row else 0,
        certain=row["certain"] if row else 0,
    )
