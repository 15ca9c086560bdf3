"""The disk that the file stands on: what is left of it, and what its errors mean to a person."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb

from relay_core.errors import StoreError

ROOM_BYTES: Final = 64 * 1024 * 1024
"""What has to be free before anything new leaves. The log grows to 16 MiB before it is worked into
the file, which needs about as much again; and when that fails, the file is closed for good."""
_FULL: Final = re.compile(r"No space left on device|File too large|Disk quota exceeded")


def has_room(path: Path) -> bool:
    """Whether what is sent from now on can surely be noted."""
    return shutil.disk_usage(path.parent).free >= ROOM_BYTES


def room_for_copy(path: Path) -> tuple[int, int]:
    """Return how many bytes a copy beside the file may need, and how many are free.

    What the sender needs to go on is left to it.
    """
    return path.stat().st_size + ROOM_BYTES, shutil.disk_usage(path.parent).free


def sync(path: Path) -> None:
    """Let a file, or the names in a folder, outlast a loss of power."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Say what an error of the disk means.

    Args:
        path: The file.

    Raises:
        StoreError: The disk is full, or was when the file was closed for good.
    """
    try:
        yield
    except duckdb.Error as error:
        refusal = _in_words(error, path)
        if refusal is None:
            raise
        raise refusal from error


def _in_words(error: duckdb.Error, path: Path) -> StoreError | None:
    if isinstance(error, duckdb.FatalException):
        return StoreError(
            "file closed after an error",
            advice="An error of the disk has closed Relay's file. What was noted is kept. See that "
            f"there is room where {path.parent} is, then start Relay again.",
        )
    if _FULL.search(str(error)):
        return StoreError(
            "disk full",
            advice=f"The disk is full, so nothing can be noted in {path.parent} and nothing new is "
            "sent. Make room; what waits then goes on by itself.",
        )
    return None
