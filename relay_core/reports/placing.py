"""Puts a finished file where it was asked for: whole or not at all, over nothing unasked."""

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from relay_core.errors import ExportError
from relay_core.store.disk import sync


def check_place(target: Path, *, overwrite: bool = False) -> None:
    """Refuse early what `place` would refuse after the work.

    Raises:
        ExportError: Something is there already, or the folder around it is not.
    """
    if target.is_dir() or not target.name:
        raise ExportError(
            "target is a folder", advice=f"{target} is a folder. Name a file that is not there yet."
        )
    if overwrite and target.is_symlink():
        raise ExportError(
            "target is a link",
            advice=f"{target} is a link, and is not written through. Name the file itself.",
        )
    if os.path.lexists(target) and not overwrite:
        raise ExportError(
            "target exists",
            advice=f"{target} is there already and is not overwritten. Choose another name.",
        )
    if not target.parent.is_dir():
        raise ExportError(
            "no such folder", advice=f"There is no folder {target.parent}. Make it, or choose one."
        )


def place(made: Path, target: Path, *, overwrite: bool = False) -> None:
    """Move a file or a folder to its place, and see it on the disk.

    Args:
        made: Finished; nobody else writes to it.
        target: Its name until somebody changes it; absolute.
        overwrite: Whether a file of that name is replaced, at once and by a whole one.

    Raises:
        ExportError: Something is there already, or it cannot be written there.
    """
    check_place(target, overwrite=overwrite)
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    with _in_words(target):
        try:
            try:
                made.rename(beside)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                shutil.move(made, beside)  # another disk: copied under a name that nobody reads
            for each in (beside, *beside.rglob("*")):
                sync(each)
            check_place(target, overwrite=overwrite)
            beside.replace(target)
            sync(target.parent)
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
