"""The trail of what people did, written in the same transaction as the deed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from relay_core.store.ledger import Session

_LONGEST: Final = 80
"""Characters of one value; whatever is longer has versions of its own."""


def note(
    session: Session,
    *,
    actor: str,
    event: str,
    subject: str,
    now: datetime,
    detail: str | None = None,
) -> None:
    """Add one entry.

    Args:
        session: The transaction of the deed itself.
        actor: Who: an e-mail, or "command line".
        event: What, as `noun.past_participle`.
        subject: On what, by its name or number; never a phone number.
        now: When.
        detail: Whatever else a reviewer will ask; of people no more than their ids, unless
            somebody typed it as the reason for winning over a rule.
    """
    session.run("audit.add", now=now, actor=actor, event=event, subject=subject, detail=detail)


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> str:
    """Return what differs between two states of a thing, as `what: old -> new`.

    Args:
        before: Each part by its name; of the same parts as `after`.
        after: The same parts, as they are now.
    """
    return "; ".join(
        f"{part}: {_short(before[part])} -> {_short(new)}"
        for part, new in after.items()
        if new != before[part]
    )


def _short(value: object) -> str:
    text = "nothing" if value in (None, "", ()) else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
