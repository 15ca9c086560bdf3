"""A program that moves copies of an installation, and is killed in each at a step.

Arguments: `to` or `from`, a folder, and for each move the step that it is killed at and the address
of its ledger; its file is in a folder of the step's number. Steps count from the note beside the
file on; they are changes that Python asks of the operating system, and what comes right before and
after a commit.
"""

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from relay_core.backups.moving import copy_from_ledger, copy_to_ledger
from relay_core.store.database import open_database

CHANGES = {"os.link", "os.remove", "os.rename"}


def move(way: str, path: Path, url: str) -> None:
    moved = {"url": url, "actor": "anna", "now": datetime.now(UTC), "progress": lambda *_: None}
    if way == "to":
        database = open_database(path)
        copy_to_ledger(database, database.close, **moved)
    else:
        moved.pop("url")
        copy_from_ledger(url, path, keep=False, account=None, **moved)


class Killing:
    """Ends this process without a word when it takes a step."""

    def __init__(self, step: int) -> None:
        self.left = step
        self.counting = False
        sys.addaudithook(self.look)
        self.commit = psycopg.Connection.commit

        def commit(connection: psycopg.Connection) -> None:
            self.take()
            self.commit(connection)
            self.take()

        psycopg.Connection.commit = commit

    def look(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in CHANGES:
            self.take()
            self.counting |= event == "os.rename" and str(arguments[1]).endswith(".moving")

    def take(self) -> None:
        if self.counting:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


way, folder, *moves = sys.argv[1:]
for step, url in zip(moves[::2], moves[1::2], strict=True):
    process = os.fork()
    if process == 0:
        Killing(int(step))
        move(way, Path(folder) / step / "relay.duckdb", url)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
