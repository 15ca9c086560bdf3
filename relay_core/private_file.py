"""Files that only this user can read, each of them whole at any moment."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

_OTHERS: Final = 0o077
"""What anybody but its user may do with a file."""


def keep_private(*paths: Path) -> None:
    """Let nobody else read these files, nor any that this process makes from now on.

    A database makes its log anew again and again, each time as the process makes files.

    Args:
        paths: Files of this user; those that are missing are passed over.
    """
    os.umask(os.umask(_OTHERS) | _OTHERS)
    for path in paths:
        with suppress(OSError):  # missing, or another user's: then it is theirs to decide
            path.chmod(path.stat().st_mode & ~_OTHERS)


def replace_privately(path: Path, content: bytes) -> None:
    """Write a file in place of the one before; on the disk when this returns.

    It is a new file: what the name led to before, or what was left in its way, is not written to.

    Raises:
        OSError: The folder cannot be written; what it held is as it was.
    """
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
