"""Files that only this user can read, each of them whole at any moment."""

import os
from pathlib import Path


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
