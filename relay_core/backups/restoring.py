"""The way back from a backup: what it holds takes the place of the file, and waits for a person."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from relay_core.delivery.holding_back import HeldBack, hold_back
from relay_core.delivery.recording import recover
from relay_core.errors import StoreError
from relay_core.store.account import check_account
from relay_core.store.audit import note
from relay_core.store.database import Database, open_database, quoted
from relay_core.store.in_transit import refuse_in_transit
from relay_core.store.migrations import migrations
from relay_core.store.replacing import alone_with, put_aside, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came back."""

    path: str
    kept_as: str | None
    """Where the file is that was there before."""
    taken_at: datetime | None
    """As of when the backup is, if it says so."""
    schema_version: int
    """Of the backup; the restored file has the latest."""
    held: HeldBack
    in_doubt: int
    """Messages that were on their way when the backup was taken."""


def restore(
    source: Path, path: Path, *, account: str | None, overwrite: bool, actor: str, now: datetime
) -> Restored:
    """Put what a backup holds in the place of the file, and let nothing of it leave by itself.

    Args:
        source: The backup; it stays as it is.
        path: Relay's file.
        account: Whose data it has to be; None while no account is set.
        overwrite: Whether a file that is there may be put aside.
        actor: Who restores, for the audit trail.
        now: When.

    Raises:
        DataFolderBusy: A process uses the file.
        StoreError: The backup cannot be used, or the file cannot be replaced.
    """
    _check_source(source, path)
    refuse_in_transit(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with alone_with(path), TemporaryDirectory(dir=path.parent, prefix=".restored-") as folder:
            if path.exists() and not overwrite:
                raise StoreError(
                    "a file is there",
                    advice=f"{path} is there already. Say --yes to put it aside under another name "
                    "and to go on with the backup.",
                )
            made = Path(folder) / path.name
            version = _copied(source, made)
            with open_database(made) as database:
                if account is not None:
                    check_account(database, account, folder=source)
                restored = _made_safe(database, source, actor=actor, now=now)
            kept_as = path.with_name(f"{path.name}.until-{now:%Y%m%d-%H%M%S}")
            had_one = path.exists()
            if had_one:
                put_aside(path, kept_as)
            replace(path, made)
    except OSError as error:
        raise StoreError(
            f"restore: {error.strerror}",
            advice=f"Relay cannot restore to {path.parent}: {error.strerror}.",
        ) from error
    taken_at, held, in_doubt = restored
    return Restored(
        path=str(path),
        kept_as=str(kept_as) if had_one else None,
        taken_at=taken_at,
        schema_version=version,
        held=held,
        in_doubt=in_doubt,
    )


def _check_source(source: Path, path: Path) -> None:
    if not source.is_file():
        raise StoreError(
            "no such backup",
            advice=f"{source} is {'a folder' if source.is_dir() else 'not there'}. Name a file "
            "that `relay backup` has written.",
        )
    if path.exists() and source.samefile(path):
        raise StoreError(
            "the file itself", advice=f"{source} is the file that Relay uses, not a backup of it."
        )
    if source.with_name(f"{source.name}.wal").exists():
        raise StoreError(
            "has a log",
            advice=f"{source} has a log beside it: it is in use, or was copied while it was. Name "
            "a file that `relay backup` has written.",
        )


def _copied(source: Path, made: Path) -> int:
    """Copy every row, so that what cannot be read is found before anything is replaced.

    Returns:
        The version of the backup's schema.
    """
    try:
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH '{quoted(source)}' AS backup (READ_ONLY)")
            version = _checked_version(connection, source)
            connection.execute(f"ATTACH '{quoted(made)}' AS restored")
            connection.execute("COPY FROM DATABASE backup TO restored")
    except duckdb.Error as error:
        raise StoreError(
            f"backup not readable: {type(error).__name__}",
            advice=f"{source} cannot be read to its end: it is damaged, or is no file of "
            "Relay's. Nothing was changed. Use another backup.",
        ) from error
    made.chmod(0o600)
    return version


def _checked_version(connection: duckdb.DuckDBPyConnection, source: Path) -> int:
    tables = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'backup'"
    ).fetchall()
    if not {("schema_version",), ("deliveries",), ("account",)} <= set(tables):
        raise StoreError(
            "not Relay's", advice=f"{source} is a database, but not one of Relay's files."
        )
    done = connection.execute("SELECT number FROM backup.schema_version").fetchall()
    numbers = {row[0] for row in done}
    if not numbers <= migrations().keys():
        raise StoreError(
            f"schema {max(numbers)} is newer than {max(migrations())}",
            advice=f"{source} was written by a newer Relay. Update Relay, then restore it.",
        )
    return int(max(numbers, default=0))


def _made_safe(
    database: Database, source: Path, *, actor: str, now: datetime
) -> tuple[datetime | None, HeldBack, int]:
    """Let everything wait that may have left since the backup was taken."""
    taken_at: datetime | None = database.rows("audit.latest_backup")[0]["at"]
    of_when = f" of {taken_at:%d %B %Y, %H:%M} UTC" if taken_at else ""
    in_doubt = database.write(lambda session: recover(session, now=now))
    held = hold_back(
        database,
        said=f"Restored from a backup{of_when}. What was sent after it is not known here, so these "
        "messages may have left already. Compare with the channel's own record, then resume or "
        "cancel.",
        actor=actor,
        now=now,
    )
    detail = f"{len(held.runs)} runs paused, {sum(held.runs.values())} messages wait{of_when}"
    database.write(
        lambda session: note(
            session,
            actor=actor,
            event="backup.restored",
            subject=str(source),
            now=now,
            detail=detail,
        )
    )
    return taken_at, held, in_doubt
