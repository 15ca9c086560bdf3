"""Takes a backup: the whole file as of one moment, while Relay runs and sends."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import duckdb

from relay_core.errors import ExportError
from relay_core.reports.placing import check_place, place
from relay_core.store.audit import note
from relay_core.store.database import Database
from relay_core.store.disk import room_for_copy

OWNERS_ONLY: Final = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What was written."""

    path: str
    size_bytes: int
    rows: int
    """Of all tables."""
    schema_version: int


def take_backup(
    database: Database, target: Path, *, overwrite: bool, actor: str, now: datetime
) -> Backup:
    """Copy everything, people's numbers too, for `relay restore`.

    Args:
        database: The open file.
        target: The backup; absolute.
        overwrite: Whether an earlier one of that name is replaced, once the new one is whole.
        actor: Who takes it, for the audit trail.
        now: When.

    Raises:
        ExportError: It cannot be written there, or the disk has no room for it.
    """
    _refuse_own_files(database, target)
    check_place(target, overwrite=overwrite)
    needed, free = room_for_copy(database.path)
    if free < needed:
        raise ExportError(
            "no room",
            advice=f"A backup is made beside Relay's file first. It may need {needed / 1e6:,.0f} "
            f"MB there, and {free / 1e6:,.0f} MB are free. Make room first.",
        )
    # Before the copy, which then says itself of when it is.
    database.write(
        lambda session: note(
            session, actor=actor, event="backup.started", subject=str(target), now=now
        )
    )
    with database.workspace() as folder:
        made = folder / "backup.duckdb"
        database.copy_to(made)
        rows, version = _counted(made)
        made.chmod(OWNERS_ONLY)
        size = made.stat().st_size
        place(made, target, overwrite=overwrite)
    return Backup(path=str(target), size_bytes=size, rows=rows, schema_version=version)


def _refuse_own_files(database: Database, target: Path) -> None:
    """Refuse names that Relay uses itself, however they are written."""
    own = database.path.resolve()
    asked = target.resolve()
    if asked.parent == own.parent and asked.name.startswith(own.name):
        raise ExportError(
            "one of Relay's own files",
            advice=f"{target} is a name that Relay uses itself. Choose a name in another folder.",
        )


def _counted(file: Path) -> tuple[int, int]:
    """Return how many rows a file has, and the version of its schema."""
    with duckdb.connect(str(file), read_only=True) as made:
        tables = made.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        rows = sum(len(made.table(name)) for (name,) in tables)
        [(version,)] = made.execute("SELECT max(number) FROM schema_version").fetchall()
    return rows, int(version)
