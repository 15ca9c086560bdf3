"""Puts another file in the place of Relay's, at once, while nobody else can use either."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from relay_core.errors import DataFolderBusy
from relay_core.store.disk import sync

_LATE_S: Final = 0.2
"""Somebody who opened the old file right before its end is still refused for so long."""


@contextmanager
def alone_with(path: Path) -> Iterator[None]:
    """Keep every other process from using the file, by the lock that DuckDB takes.

    Args:
        path: Of a file that may be missing; then nothing is kept.

    Raises:
        DataFolderBusy: Somebody uses it.
    """
    if not path.exists():
        yield
        return
    with path.open("rb+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DataFolderBusy(
                "the file is in use",
                advice=f"Another Relay is using {path.parent}. Stop it first; nothing was changed.",
            ) from error
        yield


def put_aside(path: Path, aside: Path) -> None:
    """Give a file, its log and the note beside it other names as well.

    Raises:
        OSError: The names are taken, or this disk knows no second name for a file.
    """
    for end in (".wal", ".acknowledged", ""):
        if (part := path.with_name(path.name + end)).exists():
            os.link(part, aside.with_name(aside.name + end))


def replace(path: Path, made: Path) -> None:
    """Let a file take the place of another, which was put aside, or of none.

    Whatever moment the process is killed at, the name belongs to a whole file; where that is the
    old one without its log, or the new one with the old one's note, Relay pauses everything.

    Args:
        path: Where it goes.
        made: Finished, on the same disk, without a log.

    Raises:
        OSError: It cannot be done; somebody made a file there meanwhile, for one.
    """
    sync(made)
    if path.exists():
        path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
        made.replace(path)
    else:
        os.link(made, path)
    path.with_name(f"{path.name}.acknowledged").unlink(missing_ok=True)
    sync(path.parent)
    time.sleep(_LATE_S)
