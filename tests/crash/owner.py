"""The process that gets killed: it owns the file, presses send, and stays for the receipts.

It is forked from a process that has only loaded Relay's code, so that a start costs what opening
the file costs, and a thousand starts are affordable.
"""

import json
import os
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.process import BaseProcess, parent_process
from pathlib import Path
from types import FrameType
from typing import NoReturn

from relay_core.delivery.runs import RunStatus
from relay_core.errors import OwnerGone
from relay_core.gateways.talk_lanes import is_talk
from relay_core.log import configure_log
from relay_core.relay import Relay
from relay_core.serving import front_desk
from relay_core.settings import Settings

LOOK_S = 0.1
_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload([__name__, "pytest"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """One intention to send, however often the process has to begin again."""

    settings: Mapping[str, object]
    campaign: str
    static_values: Mapping[str, str]
    request_id: str
    folder: Path

    @property
    def data(self) -> Path:
        """The folder of Relay's file."""
        return self.folder / "data"

    @property
    def over(self) -> Path:
        """There once nothing leaves any more."""
        return self.folder / "over"

    @property
    def remarks(self) -> Path:
        """What the processes had to say, each event a line."""
        return self.folder / "remarks.jsonl"

    def owner_pid(self) -> int | None:
        """Return the process that has announced itself as the owner, dead or alive."""
        try:
            return int(json.loads((self.data / "relay.owner.json").read_text("utf-8"))["pid"])
        except (OSError, ValueError):
            return None


def started(press: Press) -> BaseProcess:
    """Start a process that sends, or that waits until it may take over."""
    process = _FORKS.Process(target=_own, args=(press,), daemon=True)
    process.start()
    return process


def _own(press: Press) -> None:
    signal.signal(signal.SIGTERM, _end)
    with press.remarks.open("a", encoding="utf-8") as remarks, suppress(KeyboardInterrupt):
        configure_log(level="WARNING", stream=remarks)
        os.dup2(remarks.fileno(), 2)
        while True:
            with (
                suppress(OwnerGone),
                front_desk(Settings.load(**press.settings), sending=True) as relay,
            ):
                _send(relay, press)


def _send(relay: Relay, press: Press) -> NoReturn:
    status = relay.send(
        press.campaign,
        static_values=press.static_values,
        request_id=press.request_id,
        actor="test",
    )
    while _is_watched():
        if not _is_under_way(status):
            press.over.touch()
        time.sleep(LOOK_S)
        status = relay.run(status.run)
    raise SystemExit


def _is_watched() -> bool:
    """Whether the process that kills is still there; without it nobody would end this one."""
    killer = parent_process()
    return killer is not None and killer.is_alive()


def _is_under_way(status: RunStatus) -> bool:
    """Whether something may still leave, be it a repeat under the key of what is unknown."""
    return status.is_active or (is_talk(status.integration_id) and status.unknown > 0)


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit
