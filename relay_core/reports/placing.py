"""Puts a finished export where it was asked for: whole or not at all, over nothing."""

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from relay_core.errors import ExportError


def check_place(target: Path) -> None:
    """Refuse early what `place` would refuse after the work.

    Raises:
        ExportError: Something is there already, or the folder around it is not.
    """
    if os.path.lexists(target):
        raise ExportError(
            "target exists",
            advice=f"{target} is there already and is not overwritten. Choose another name.",
        )
    if not target.parent.is_dir():
        raise ExportError(
            "no such folder", advice=f"There is no folder {target.parent}. Make it, or choose one."
        )


def place(made: Path, target: Path) -> None:
    """Move a file or a folder to its place.

    Args:
        made: Finished; nobody else writes to it.
        target: Its name until somebody changes it; absolute.

    Raises:
        ExportError: Something is there already, or it cannot be written there.
    """
    check_place(target)
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    with _in_words(target):
        try:
            try:
                made.rename(beside)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                shutil.move(made, beside)  # another disk: copied under a name that nobody reads
            check_place(target)
            beside.rename(target)
        finally:
            if beside.is_dir():
                shutil.rmtree(beside, ignore_errors=True)
            else:
                beside.unlink(missing_ok=True)


@contextmanager
def _in_words(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ExportError(
            type(error).__name__,
            advice=f"Relay cannot write {target}: {error.strerror}. Choose another place.",
        ) from error
