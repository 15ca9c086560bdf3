"""The dates of a search: whole days, instants, and spans before now."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from relay_core.sandbox.account.search.assumptions import MONTH_DAYS, YEAR_DAYS
from relay_core.sandbox.account.search.syntax import Operator

_SPAN: Final = re.compile(r"(\d{1,6})(hour|minute|day|week|month|year)s?", re.IGNORECASE)
_AMERICAN: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_MIDNIGHT_24: Final = re.compile(r"(\d{4}-\d{2}-\d{2})T24:00(?::00)?(Z|[+-]\d{2}:?\d{2})?")

_SPAN_LENGTHS: Final = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=MONTH_DAYS),
    "year": timedelta(days=YEAR_DAYS),
}


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a comparison: from `first` up to, but without, `end`; equal for an instant."""

    first: datetime
    end: datetime
    is_relative: bool = False


def bound(text: str, *, now: datetime) -> Bound | None:
    """Read a date of a search, or return None when it cannot be read."""
    try:
        if span := _SPAN.fullmatch(text):
            at = now - int(span[1]) * _SPAN_LENGTHS[span[2].lower()]
            return Bound(at, at, is_relative=True)
        if american := _AMERICAN.fullmatch(text):
            return day(date(int(american[3]), int(american[1]), int(american[2])))
        if midnight := _MIDNIGHT_24.fullmatch(text):
            at = _instant(f"{midnight[1]}T00:00:00{midnight[2] or ''}") + timedelta(days=1)
            return Bound(at, at)
        if "T" not in text:
            return day(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date())
        at = _instant(text)
    except (ValueError, OverflowError):
        return None
    return Bound(at, at)


def limits(edge: Bound, operator: Operator) -> tuple[datetime | None, datetime | None, bool]:
    """Return (from, to, to_is_included) for a comparison with an edge.

    `from` is included. A day is compared as a whole: after it means from its end.
    """
    instant = timedelta(microseconds=1)
    is_day = edge.end > edge.first
    match operator:
        case Operator.AT_LEAST:
            return edge.first, None, False
        case Operator.ABOVE:
            return (edge.end if is_day else edge.first + instant), None, False
        case Operator.BELOW:
            return None, edge.first, False
        case Operator.AT_MOST:
            return None, edge.end, not is_day
        case Operator.IS:
            if edge.is_relative:
                return edge.first, None, False
            return edge.first, edge.end, not is_day


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def day(wanted: date) -> Bound:
    """Return a whole day in UTC."""
    first = datetime.combine(wanted, time.min, tzinfo=UTC)
    return Bound(first, first + timedelta(days=1))
