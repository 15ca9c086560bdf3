"""The grants as the file keeps them."""

import json
from collections.abc import Sequence
from datetime import datetime

from relay_core.access.grants import Grant, Subject
from relay_core.access.permissions import Permission
from relay_core.store.audit import note
from relay_core.store.ledger import Ledger, Session


def kept_grants(ledger: Ledger) -> tuple[Grant, ...]:
    """Return the grants that hold."""
    return tuple(
        Grant(
            Subject(row["subject"]),
            row["key"],
            frozenset(Permission(each) for each in row["permissions"]),
        )
        for row in ledger.rows("access.grants")
    )


def keep_grants(ledger: Ledger, grants: Sequence[Grant], *, actor: str, now: datetime) -> None:
    """Put these in place of those that hold; the trail keeps both."""
    before = kept_grants(ledger)
    rows = [
        {
            "subject": each.subject,
            "key": each.key,
            "permissions": sorted(each.permissions),
        }
        for each in grants
    ]

    def work(session: Session) -> None:
        session.run("access.clear")
        session.run_many("access.add", rows)
        note(
            session,
            actor=actor,
            event="access.granted",
            subject="access",
            now=now,
            detail=f"{_said(before)} -> {_said(grants)}",
        )

    ledger.write(work)


def _said(grants: Sequence[Grant]) -> str:
    return json.dumps(
        {f"{each.subject}:{each.key}": sorted(each.permissions) for each in grants},
        sort_keys=True,
    )
