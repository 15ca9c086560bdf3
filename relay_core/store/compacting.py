"""Writes the file anew and puts it in its place: what was erased or overwritten is then nowhere.

DuckDB leaves deleted bytes in its blocks until it needs them. A new file has none. Killed at any
moment, the name belongs to a whole file: the old one until the very last step, the new one after.
"""

import fcntl
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from relay_core.errors import DataFolderBusy, StoreError
from relay_core.store.database import Database
from relay_core.store.disk import room_for_copy, sync

_Rows = list[tuple[object, ...]]
_State = tuple[int, int, int, bool]

_SCHEMA: Final = (
    "SELECT table_name, sql, comment FROM duckdb_tables() ORDER BY ALL",
    "SELECT view_name, sql, comment FROM duckdb_views() WHERE NOT internal ORDER BY ALL",
    "SELECT index_name, sql FROM duckdb_indexes() ORDER BY ALL",
    "SELECT sequence_name, sql, last_value FROM duckdb_sequences() ORDER BY ALL",
    "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal ORDER BY ALL",
)
_LATE_S: Final = 0.2
"""Somebody who opened the old file right before its end is still refused for so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compacted:
    """What writing the file anew came to."""

    path: str
    before_bytes: int
    after_bytes: int
    torn_logs: tuple[str, ...]
    """Logs that were cut after a crash and kept beside the file: they hold what they held."""


def compact(database: Database, *, close: Callable[[], None]) -> Compacted:
    """Write the file anew and replace it.

    Args:
        database: The open file, which nobody writes to any more.
        close: Closes it, and whatever else uses it.

    Raises:
        DataFolderBusy: Another process came to use the file meanwhile.
        StoreError: There is no room for a second file beside it, or that does not hold what the
            old one does. The old one then stays as it is.
    """
    path = database.path.resolve()
    with database.workspace() as folder:
        try:
            made = _written_anew(database, folder)
            before_bytes, state = path.stat().st_size, _state(path)
        finally:
            close()
        _replace(path, made, state=state)
    return Compacted(
        path=str(path),
        before_bytes=before_bytes,
        after_bytes=path.stat().st_size,
        torn_logs=tuple(sorted(map(str, path.parent.glob(f"{path.name}.wal.torn-*")))),
    )


def _written_anew(database: Database, folder: Path) -> Path:
    """Return a file with the same content, whole and on the disk."""
    needed, free = room_for_copy(database.path)
    if free < needed:
        raise StoreError(
            "no room",
            advice=f"Writing the file anew may need {needed / 1e6:,.0f} MB beside it, and "
            f"{free / 1e6:,.0f} MB are free. Make room first.",
        )
    made = folder / database.path.name
    database.copy_to(made)
    with database.snapshot() as old, duckdb.connect(str(made), read_only=True) as new:
        if _content(old) != _content(new):
            raise StoreError(
                "the copy differs",
                advice="The new file does not hold what the old one does, so the old one stays.",
            )
    made.chmod(database.path.stat().st_mode)
    sync(made)
    if not database.checkpoint():
        raise StoreError("no checkpoint", advice="The log could not be worked in. Try again.")
    return made


def _content(cursor: duckdb.DuckDBPyConnection) -> list[_Rows]:
    """Return what two files have to agree on: their schema, their numbering, every count."""
    described = [cursor.execute(query).fetchall() for query in _SCHEMA]
    tables = [str(row[0]) for row in described[0]]
    counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in tables)  # noqa: S608 - names of the schema
    return [*described, cursor.execute(f"{counts} ORDER BY ALL").fetchall()]


def _replace(path: Path, made: Path, *, state: _State) -> None:
    """Let the new file take the name, unless somebody used the old one meanwhile."""
    with path.open("rb+") as old:
        try:
            fcntl.lockf(old, fcntl.LOCK_EX | fcntl.LOCK_NB)  # as DuckDB does
        except OSError as error:
            raise _used_meanwhile() from error
        if _state(path) != state:
            raise _used_meanwhile()
        made.replace(path)
        sync(path.parent)
        time.sleep(_LATE_S)


def _used_meanwhile() -> DataFolderBusy:
    return DataFolderBusy(
        "opened while it was written anew",
        advice="Another Relay began to use the file while it was written anew, so it stays as it "
        "is. Stop that one, then run `relay compact` again.",
    )


def _state(path: Path) -> _State:
    """Return what anybody who writes to the file changes: itself, or whether it has a log."""
    file = path.stat()
    log = path.with_name(f"{path.name}.wal")
    return file.st_ino, file.st_size, file.st_mtime_ns, log.exists()
