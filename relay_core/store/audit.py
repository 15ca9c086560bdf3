"""The trail of what people did, written in the same transaction as the deed."""

from datetime import datetime

from relay_core.store.ledger import Session


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
