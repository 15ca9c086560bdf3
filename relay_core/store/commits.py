"""Counts commits in the file, and notes beside it which one was acknowledged last.

A log that was cut where one commit ends and the next begins looks whole: without a word, DuckDB
opens it with less than was acknowledged. The two numbers then differ.
"""

import os
from pathlib import Path
from typing import Final

import duckdb

from relay_core.log import log

_DIGITS: Final = 20


class Commits:
    """The number inside the file, and the one beside it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, note: Path) -> None:
        """Compare the two, and let the file's number be the one that counts from now on.

        Args:
            connection: Of the open file; nobody else writes yet.
            note: What is kept beside it.

        Raises:
            OSError: The note can be neither read nor written.
        """
        connection.execute("CREATE SEQUENCE IF NOT EXISTS commits")
        kept = connection.execute(
            "SELECT coalesce(last_value, 0) FROM duckdb_sequences() WHERE sequence_name = 'commits'"
        ).fetchall()[0][0]
        note.touch(mode=0o600)
        self._note = note.open("r+b", buffering=0)
        self.missing = max(0, _number(self._note.read(_DIGITS) or b"") - kept)
        """Commits that were acknowledged and that the file has forgotten."""

    def count(self, cursor: duckdb.DuckDBPyConnection) -> int:
        """Give the open transaction its number."""
        return int(cursor.execute("SELECT nextval('commits')").fetchall()[0][0])

    def acknowledge(self, number: int) -> None:
        """Note that this commit is durable, before anybody is told.

        The note itself is left to the operating system to write: after a loss of power it may be
        old, and then fewer lost commits are noticed, but it never speaks of one that was not
        durable. So it costs no second wait for the disk.
        """
        try:
            os.pwrite(self._note.fileno(), f"{number:0{_DIGITS}}".encode(), 0)
        except OSError as error:  # the commit stands
            log().error("commit.not_noted", number=number, error=type(error).__name__)

    def close(self) -> None:
        """Let go of the note; a second time does nothing."""
        self._note.close()


def _number(note: bytes) -> int:
    """Return what a note says; 0 where there is none, or none that can be read."""
    return int(note) if note.isdigit() else 0
