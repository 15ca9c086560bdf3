"""Everything from a file into an empty ledger, or from a ledger into a new file, at one moment.

Copied and compared; then a note beside the file, the commit in the ledger, and the file in its
place or put aside. From the note to the last step nobody opens the file
(`relay_core.store.in_transit`), so at no moment both can send; whoever copies once more finishes
what the ledger knows as committed, or begins anew.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from socket import gethostname
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

import duckdb
import psycopg

from relay_core.errors import StoreError
from relay_core.log import log
from relay_core.store.database import Database, open_database
from relay_core.store.disk import sync
from relay_core.store.in_transit import (
    Transit,
    begin_transit,
    end_transit,
    parts_of,
    refuse_in_transit,
    transit_of,
)
from relay_core.store.ledger import Row
from relay_core.store.postgres.claiming import (
    alone_with_ledger,
    at_one_moment,
    opened_ledger,
)
from relay_core.store.postgres.schema import ledger_schema, prepare
from relay_core.store.postgres.transfer import Progress, Transferred, fill_file, fill_ledger
from relay_core.store.postgres.whereabouts import identity, knows, leave, note_arrival
from relay_core.store.replacing import replace

_FOLLOWS: Final = "SELECT 1 FROM duckdb_tables() WHERE table_name = 'followed'"

_Connection = psycopg.Connection[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Where the file is now."""

    path: str
    """Put aside, or in its place."""
    copied: Transferred | None
    """None where only the last step of an earlier try was left to do."""


def move_to_ledger(
    database: Database,
    url: str,
    *,
    close: Callable[[], None],
    now: datetime,
    progress: Progress,
) -> Moved:
    """Move everything into an empty ledger, and put the file aside.

    Args:
        database: The open file, which nobody writes to any more.
        url: `postgresql://…`.
        close: Closes it, and whatever else uses it; done in any case.
        now: When, for the name that the file gets.
        progress: Told how far it is.

    Raises:
        StoreError: Nothing has moved; or, if the advice says so, the last step is in doubt.
    """
    path = database.path.resolve()
    with ExitStack() as closing:
        closing.callback(close)
        with database.snapshot() as file:
            _refuse_follower(file, path)
        prepare(url)
        with alone_with_ledger(url) as ledger:
            with database.snapshot() as file:
                copied = fill_ledger(file, ledger, progress=progress)
            aside = f"{path.name}.moved-{now:%Y%m%d-%H%M%S}"
            move = Transit(id=uuid4().hex, ledger=identity(ledger), aside=aside)
            note_arrival(ledger, move.id, place=f"{path} on {gethostname()}")
            begin_transit(path, move)
            try:
                closing.close()
            except BaseException:
                end_transit(path)
                raise
            _commit(ledger, path)
    return _put_aside(path, move, copied)


def move_from_ledger(
    url: str,
    path: Path,
    *,
    keep: bool,
    settle: Callable[[Database], None],
    progress: Progress,
) -> Moved:
    """Move everything into a new file, and let nobody use the ledger any more.

    A former Relay's ledger is copied as it is; the file is then brought up to date as any other.

    Args:
        url: `postgresql://…`.
        path: Of the file; nothing may be there.
        keep: Leave the ledger in charge, whoever uses it, and copy what it holds at this moment.
        settle: Done to the file before anybody else can open it.
        progress: Told how far it is.

    Raises:
        StoreError: Nothing has moved; or, if the advice says so, the last step is in doubt.
    """
    path = path.resolve()
    refuse_in_transit(path)
    _refuse_file(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        at_one_moment(url) if keep else alone_with_ledger(url) as ledger,
        TemporaryDirectory(dir=path.parent, prefix=".arriving-") as folder,
    ):
        made = Path(folder) / path.name
        schema = ledger_schema(ledger)
        with open_database(made, last=schema.number) as database:
            copied = fill_file(ledger, database, schema=schema, progress=progress)
        with open_database(made) as database:
            settle(database)
        for log_of in parts_of(made):
            log_of.chmod(0o600)
        if keep:
            replace(path, made)
            return Moved(path=str(path), copied=copied)
        move = Transit(id=uuid4().hex, ledger=identity(ledger), aside=None)
        leave(ledger, move.id, place=f"{path} on {gethostname()}", tables=schema.tables)
        begin_transit(path, move)
        # Whatever ends this before the commit, the file may be in its place: the note stays.
        replace(path, made)
        _commit(ledger, path)
    end_transit(path)
    return Moved(path=str(path), copied=copied)


def finish_move(url: str, path: Path) -> Moved | None:
    """Do the last step of a move that was interrupted, if there was one.

    Returns:
        None where nothing is left of it: either may be moved anew.

    Raises:
        StoreError: The ledger cannot be asked.
    """
    path = path.resolve()
    move = transit_of(path)
    if move is None:
        return None
    # Its transaction may be about to be committed; this waits for it.
    with opened_ledger(url) as ledger:
        if identity(ledger) != move.ledger:
            raise StoreError(
                "another ledger",
                advice="The copy that was interrupted was one of another ledger. Name that one.",
            )
        ledger.rollback()
        ledger.execute("LOCK TABLE moves IN SHARE ROW EXCLUSIVE MODE")
        committed = knows(ledger, move.id)
    match committed, move.aside:
        case True, None:
            end_transit(path)
            return Moved(path=str(path), copied=None)
        case True, _:
            return _put_aside(path, move, None)
        case False, None:
            for part in parts_of(path):
                part.unlink()
            end_transit(path)
        case _:
            end_transit(path)
    return None


def _commit(ledger: _Connection, path: Path) -> None:
    try:
        ledger.commit()
    except psycopg.Error as error:
        log().error("ledger.commit_in_doubt", error=type(error).__name__)
        raise StoreError(
            "the commit is in doubt",
            advice="The ledger was lost at the very last step, so it is not known which one is "
            "in charge; neither is used. Run the same command again: it asks the ledger, and "
            f"finishes or begins anew. Leave {path} as it is.",
        ) from error


def _put_aside(path: Path, move: Transit, copied: Transferred | None) -> Moved:
    aside = path.with_name(str(move.aside))
    for part in parts_of(path):
        part.rename(aside.with_name(part.name.replace(path.name, aside.name, 1)))
    sync(path.parent)
    end_transit(path)
    return Moved(path=str(aside), copied=copied)


def _refuse_follower(file: duckdb.DuckDBPyConnection, path: Path) -> None:
    if file.execute(_FOLLOWS).fetchall():
        raise StoreError(
            "the file follows a ledger",
            advice=f"{path} follows a ledger and holds nothing of its own. To move that one, "
            "copy it to a file first: relay ledger copy --from.",
        )


def _refuse_file(path: Path) -> None:
    if not path.exists():
        return
    try:
        with duckdb.connect(str(path), read_only=True) as file:
            follows = bool(file.execute(_FOLLOWS).fetchall())
    except duckdb.Error:  # somebody uses it
        follows = False
    raise StoreError(
        "a file is there",
        advice=f"{path} is there already. "
        + (
            "It follows a ledger and holds nothing of its own: delete it, then try again."
            if follows
            else "Set RELAY_DATA_DIR to another folder."
        ),
    )
