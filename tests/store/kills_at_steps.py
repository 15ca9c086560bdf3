"""A program that puts another file in the place of copies of one, and is killed in each at a step.

Arguments: the file, a folder that is to hold one folder for each kill, and a backup to restore;
without a backup the file is written anew. A step is a change that Python asks of the operating
system; some kills come by the clock instead, in the middle of what DuckDB does. Prints how many
folders it made.
"""

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from relay_core.backups.restoring import restore
from relay_core.store.compacting import compact
from relay_core.store.database import open_database

TIMED = 3
CHANGES = {"fcntl.lockf", "os.chmod", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir"}


def write_anew(path: Path) -> None:
    database = open_database(path)
    compact(database, close=database.close)


def restore_from(backup: Path) -> Callable[[Path], None]:
    def work(path: Path) -> None:
        now = datetime.now(UTC)
        restore(backup, path, account=None, overwrite=True, actor="anna", now=now)

    return work


def kill_at(step: int) -> None:
    """Let this process end without a word when it takes that step."""
    steps = count(1)

    def look(event: str, _arguments: tuple[object, ...]) -> None:
        if event in CHANGES and next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(look)


def child(file: Path, folder: Path, deed: Callable[[Path], None], *, step: int) -> int:
    """Begin in a process of its own, which is killed at a step if it gets there."""
    folder.mkdir()
    for each in (file, file.with_name(f"{file.name}.acknowledged")):
        shutil.copy(each, folder / each.name)
    process = os.fork()
    if process == 0:
        kill_at(step)
        deed(folder / file.name)
        os._exit(0)
    return process


def main(file: Path, folder: Path, deed: Callable[[Path], None]) -> None:
    for step in count(1):
        began = time.monotonic()
        process = child(file, folder / f"step {step}", deed, step=step)
        if os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0:
            break
    took_s = time.monotonic() - began
    for part in range(1, TIMED + 1):
        process = child(file, folder / f"part {part}", deed, step=0)
        time.sleep(took_s * part / (TIMED + 1))
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    print(step + TIMED)


file, folder, *backup = map(Path, sys.argv[1:])
main(file, folder, restore_from(*backup) if backup else write_anew)
