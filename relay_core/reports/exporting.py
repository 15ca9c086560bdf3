"""Exports while Relay runs: a copy of the whole file, or the facts as Parquet."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from relay_core.delivery.holding_back import hold_back
from relay_core.errors import ExportError
from relay_core.reports.facts import facts
from relay_core.reports.placing import check_place, place
from relay_core.store.audit import note
from relay_core.store.database import Database, open_database, quoted
from relay_core.store.disk import room_for_copy

_OWNERS_ONLY: Final = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFile:
    """One file that was written."""

    path: str
    size_bytes: int


def export_file(
    database: Database, target: Path, *, actor: str, now: datetime
) -> list[ExportedFile]:
    """Copy everything, people's numbers too, into a file that DuckDB and Relay open.

    Nothing leaves from the copy by itself, because the original goes on: runs are paused in it,
    schedules held, and what awaits approval is cancelled.

    Args:
        database: The open file.
        target: The copy; absolute, ends in `.duckdb`.
        actor: Who takes it, for the audit trail.
        now: As of when the copy is.

    Raises:
        ExportError: It cannot be written there, or the disk has no room for it.
    """
    if target.suffix != ".duckdb":
        raise ExportError(
            "no .duckdb",
            advice="Name a file that ends in .duckdb, or add --parquet for a folder of files.",
        )
    check_place(target)
    _check_room(database)
    with database.workspace() as folder:
        made = folder / "copy.duckdb"
        database.copy_to(made)
        _hold_back(made, now=now)
        made.chmod(_OWNERS_ONLY)
        place(made, target)
    return _exported(database, [target], subject=target, actor=actor, now=now)


def export_facts(
    database: Database, target: Path, *, actor: str, now: datetime
) -> list[ExportedFile]:
    """Write each view of the facts into a Parquet file of its name, all as of one moment.

    Args:
        database: The open file.
        target: A folder that is not there yet; absolute.
        actor: Who takes them, for the audit trail.
        now: The moment.

    Raises:
        ExportError: They cannot be written there, or the disk has no room for them.
    """
    check_place(target)
    _check_room(database)
    views = [view.name for view in facts(database)]
    with database.workspace() as folder:
        made = folder / "facts"
        made.mkdir(mode=0o700)
        with database.snapshot() as cursor:
            for view in views:
                file = quoted(made / f"{view}.parquet")
                cursor.execute(f"COPY (FROM {view}) TO '{file}' (FORMAT parquet, COMPRESSION zstd)")
        place(made, target)
    files = [target / f"{view}.parquet" for view in views]
    return _exported(database, files, subject=target, actor=actor, now=now)


def _check_room(database: Database) -> None:
    """Refuse an export that could fill the disk the sender writes to."""
    needed, free = room_for_copy(database.path)
    if free < needed:
        raise ExportError(
            "no room",
            advice=f"An export may need {needed / 1e6:,.0f} MB beside Relay's file, and "
            f"{free / 1e6:,.0f} MB are free. Make room first.",
        )


def _hold_back(file: Path, *, now: datetime) -> None:
    """Let nothing leave from a copy before a person has thought of the original."""
    said = (
        f"This is a copy of {now:%d %B %Y, %H:%M} UTC. The original may have sent these messages "
        "since. Go on here only when it never will."
    )
    with open_database(file) as copy:
        hold_back(copy, said=said, actor="export", now=now)


def _exported(
    database: Database, files: list[Path], *, subject: Path, actor: str, now: datetime
) -> list[ExportedFile]:
    database.write(
        lambda session: note(
            session, actor=actor, event="data.exported", subject=str(subject), now=now
        )
    )
    return [ExportedFile(path=str(file), size_bytes=file.stat().st_size) for file in files]
