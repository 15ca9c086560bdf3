"""What the settings ask of everybody, kept with people: who opted out, and who heard enough.

It is worked out anew where the settings differ from those it was worked out by; otherwise it
changes in the transaction that changes what it follows from, see `relay_core.people.kept`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from relay_core.store.ledger import Ledger, Session, one

_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCK_OFF: Final = timedelta(days=2)
"""By how much a clock may be set back before a message counts too little."""
_SINGLY: Final = 4
"""Up to so many people, a look for each takes a tenth of the time of one look for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBy:
    """The settings that decide what is kept."""

    opt_out_tags: tuple[str, ...] = ()
    """In lower case, as Zendesk keeps tags."""
    opt_out_fields: tuple[str, ...] = ()
    frequency_cap: int = 0
    """Messages; 0 is off."""
    frequency_days: int = 30


def keep_by(ledger: Ledger, wanted: KeptBy, *, now: datetime | None = None) -> bool:
    """Work out what these settings ask, unless it was worked out by the same ones.

    To be done by whoever opens the file, before anybody is looked at.

    Args:
        ledger: Where people are.
        wanted: The settings.
        now: As in `keep_caps`.

    Returns:
        Whether it was worked out anew (seconds for a million people).
    """

    def work(session: Session) -> bool:
        if _kept_by(session) == wanted:
            return False
        session.run("settled.forget")
        session.run(
            "settled.remember",
            opt_out_tags=list(wanted.opt_out_tags),
            opt_out_fields=list(wanted.opt_out_fields),
            frequency_cap=wanted.frequency_cap,
            frequency_days=wanted.frequency_days,
        )
        everybody = [row["id"] for row in session.run("settled.everybody")]
        keep_refusals(session, everybody)
        keep_caps(session, everybody, now=now)
        session.run("settled.keep_sharers")
        return True

    return ledger.write(work)


def keep_refusals(session: Session, ids: Sequence[object]) -> None:
    """Work out which of these people's own profiles say that they opted out."""
    known = _kept_by(session)
    if known is None:
        return
    session.run("settled.refuse_by_tags", ids=list(ids), tags=list(known.opt_out_tags))
    for field in known.opt_out_fields:
        session.run("settled.refuse_by_field", ids=list(ids), field=field)


def keep_caps(session: Session, ids: Sequence[object], *, now: datetime | None = None) -> None:
    """Work out when the cap of these people was reached.

    Args:
        session: The transaction.
        ids: Whose.
        now: A moment from which on it will be asked (aware); what has left the days by then need
            not be looked through. None when it is not known.
    """
    known = _kept_by(session)
    if known is None or not known.frequency_cap or not ids:
        return
    days = timedelta(days=known.frequency_days)
    since = now - days - _CLOCK_OFF if now else _EVER
    cap = known.frequency_cap
    if len(ids) > _SINGLY:
        session.run("settled.keep_caps", ids=list(ids), frequency_cap=cap, since=since)
        return
    for id_ in ids:
        known_as = one(session.run("settled.number", id=id_))
        number = known_as["phone_number"] if known_as else None
        heard = session.run("settled.heard", id=id_, number=number, since=since)
        moments = sorted(row["begun_at"] for row in heard)
        capped_at = moments[-cap] if len(moments) >= cap else None
        session.run("settled.keep_cap", id=id_, capped_at=capped_at)


def _kept_by(session: Session) -> KeptBy | None:
    row = one(session.run("settled.kept_by"))
    if row is None:
        return None
    return KeptBy(
        opt_out_tags=tuple(row["opt_out_tags"]),
        opt_out_fields=tuple(row["opt_out_fields"]),
        frequency_cap=row["frequency_cap"],
        frequency_days=row["frequency_days"],
    )
