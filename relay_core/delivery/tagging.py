"""Opt-outs written to Zendesk's tags: worked out in the file first, then made until they are made.

A tag is added or removed alone, and doing it again changes nothing, so a try whose end is not
known is repeated. Receipts never wait for it: the number itself is blocked at once.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

from relay_core.delivery.opt_out_words import Wish
from relay_core.errors import GatewayError, NotFound, RelayError
from relay_core.log import log
from relay_core.store.ledger import Ledger, Row, Session

_FIRST_WAIT_S: Final = 30.0
_LONGEST_WAIT_S: Final = 3600.0
_MOST_TRIES: Final = 60
"""Over two days, with the longest waits; permissions may be mended meanwhile."""


class TaggedProfiles(Protocol):
    """Where tags are changed."""

    def add_tag(self, user_id: int, tag: str, /) -> None:
        """Give a user one tag."""
        ...

    def remove_tag(self, user_id: int, tag: str, /) -> None:
        """Take one tag from a user."""
        ...


def tags_awaited(ledger: Ledger) -> bool:
    """Whether any change of tags is still to be worked out or made."""
    return bool(ledger.rows("opt_outs.tags_awaited"))


def change_tags(
    ledger: Ledger, profiles: Callable[[], TaggedProfiles], *, tag: str, now: datetime
) -> int:
    """Work out the changes that new wishes ask for, and make all that are due.

    Args:
        ledger: Where wishes and changes are kept.
        profiles: Where tags are changed; asked for only when something is due.
        tag: What stands for an opt-out.
        now: When.

    Returns:
        How many were made.
    """
    due = ledger.write(lambda session: _due(session, tag=tag, now=now))
    return sum(_make(ledger, profiles(), row, now=now) for row in due)


def _due(session: Session, *, tag: str, now: datetime) -> list[Row]:
    for row in session.run("opt_outs.unspread"):
        phone, opt_out_id = row["phone"], row["id"]
        session.run("opt_outs.overtake", phone=phone, now=now)
        match Wish(row["wish"]):
            case Wish.STOP:
                session.run(
                    "opt_outs.want_tag", opt_out_id=opt_out_id, phone=phone, tag=tag, now=now
                )
            case Wish.START:
                session.run("opt_outs.want_no_tag", opt_out_id=opt_out_id, phone=phone, now=now)
        session.run("opt_outs.mark_spread", phone=phone, now=now)
    return session.run("opt_outs.begin_tag_changes", now=now)


def _make(ledger: Ledger, profiles: TaggedProfiles, row: Row, *, now: datetime) -> bool:
    try:
        if row["change"] == "add":
            profiles.add_tag(row["person_id"], row["tag"])
        else:
            profiles.remove_tag(row["person_id"], row["tag"])
    except (GatewayError, NotFound) as error:
        _put_off(ledger, row, error, now=now)
        return False
    _end(ledger, row, trouble=None, now=now)
    log().info("opt_out.tagged", person=row["person_id"], change=row["change"])
    return True


def _put_off(ledger: Ledger, row: Row, error: RelayError, *, now: datetime) -> None:
    is_hopeless = isinstance(error, NotFound) or row["tries"] >= _MOST_TRIES
    log().warning(
        "opt_out.not_tagged",
        person=row["person_id"],
        tries=row["tries"],
        given_up=is_hopeless,
        error=type(error).__name__,
    )
    if is_hopeless:
        _end(ledger, row, trouble=error.advice, now=now)
        return
    wait_s = min(_FIRST_WAIT_S * 2 ** min(row["tries"] - 1, 10), _LONGEST_WAIT_S)
    ledger.write(
        lambda session: session.run(
            "opt_outs.delay_tag_change",
            opt_out_id=row["opt_out_id"],
            person_id=row["person_id"],
            due_at=now + timedelta(seconds=wait_s),
            trouble=error.advice,
        )
    )


def _end(ledger: Ledger, row: Row, *, trouble: str | None, now: datetime) -> None:
    ledger.write(
        lambda session: session.run(
            "opt_outs.end_tag_change",
            opt_out_id=row["opt_out_id"],
            person_id=row["person_id"],
            trouble=trouble,
            now=now,
        )
    )
