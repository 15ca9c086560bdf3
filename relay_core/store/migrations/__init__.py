"""Numbered SQL files, each applied once, in order, whole or not at all."""

from importlib.resources import files

import duckdb

from relay_core.errors import StoreError
from relay_core.log import log


def migrations() -> dict[int, str]:
    """Return every migration: its number to its SQL."""
    return {
        int(file.name.split("_", 1)[0]): file.read_text(encoding="utf-8")
        for file in sorted(files(__package__).iterdir(), key=lambda f: f.name)
        if file.name.endswith(".sql")
    }


def migrate(connection: duckdb.DuckDBPyConnection, *, last: int | None = None) -> None:
    """Bring the schema up to date.

    Args:
        connection: Of the file.
        last: No migration after this one; None is all.

    Raises:
        StoreError: The file was written by a newer Relay; an older one must not touch it.
    """
    connection.execute("CREATE TABLE IF NOT EXISTS schema_version (number INTEGER PRIMARY KEY)")
    done = {row[0] for row in connection.execute("SELECT number FROM schema_version").fetchall()}
    known = migrations()
    if newer := done - known.keys():
        raise StoreError(
            f"schema {max(newer)} is newer than {max(known)}",
            advice="This file was written by a newer Relay. Update Relay, or use another folder.",
        )
    for number in sorted(known.keys() - done):
        if last is not None and number > last:
            break
        connection.execute("BEGIN TRANSACTION")
        try:
            connection.execute(known[number])
            connection.execute("INSERT INTO schema_version VALUES (?)", [number])
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        log().info("schema.migrated", number=number)
