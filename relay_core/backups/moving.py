"""Between the file and the shared ledger: what the trail says, and what a mere copy may not do."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from relay_core.delivery.holding_back import hold_back
from relay_core.delivery.recording import recover
from relay_core.store.account import check_account
from relay_core.store.audit import note
from relay_core.store.database import Database
from relay_core.store.postgres.moving import (
    Moved,
    finish_move,
    move_from_ledger,
    move_to_ledger,
)
from relay_core.store.postgres.transfer import Progress

_EVENT = "ledger.copied"
_SAID = (
    "This is a copy of a shared ledger, which goes on by itself. What it sent since is not known "
    "here."
)

__all__ = ["Moved", "copy_from_ledger", "copy_to_ledger", "finish_move"]


def copy_to_ledger(
    database: Database,
    close: Callable[[], None],
    *,
    url: str,
    actor: str,
    now: datetime,
    progress: Progress,
) -> Moved:
    """Move the installation into an empty ledger, and say so in its trail.

    Args:
        database: The open file, which nobody writes to any more.
        close: Closes it, and whatever else uses it; done in any case.
        url: `postgresql://…`.
        actor: Who moves it.
        now: When.
        progress: Told how far it is.

    Raises:
        StoreError: See `move_to_ledger`.
    """
    database.write(
        lambda session: note(
            session, actor=actor, event=_EVENT, subject=str(database.path), now=now, detail="to"
        )
    )
    return move_to_ledger(database, url, close=close, now=now, progress=progress)


def copy_from_ledger(
    url: str,
    path: Path,
    *,
    keep: bool,
    account: str | None,
    actor: str,
    now: datetime,
    progress: Progress,
) -> Moved:
    """Move the installation back into a file, or copy it there and leave the ledger in charge.

    Args:
        url: `postgresql://…`.
        path: Of the file; nothing may be there.
        keep: Copy only. Everything of the copy then waits for a person.
        account: Whose data it has to be; None while no account is set.
        actor: Who does it.
        now: When.
        progress: Told how far it is.

    Raises:
        StoreError: See `move_from_ledger`.
    """

    def settle(database: Database) -> None:
        if account is not None:
            check_account(database, account, folder=path.parent)
        if keep:
            database.write(lambda session: recover(session, now=now))
            hold_back(database, said=_SAID, actor=actor, now=now)
        database.write(
            lambda session: note(
                session,
                actor=actor,
                event=_EVENT,
                subject=str(path),
                now=now,
                detail="from, and the ledger goes on" if keep else "from",
            )
        )

    return move_from_ledger(url, path, keep=keep, settle=settle, progress=progress)
