"""Several Relays over one ledger: replicas that plan and hear, workers that send, lines between."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import NoReturn

from relay_core.control import ControlDesk, ask_owner
from relay_core.log import configure_log
from relay_core.relay import Relay, open_relay
from relay_core.serving import listening
from relay_core.settings import Settings
from relay_core.web import routes
from tests.crash.line import Line
from tests.journeys.programs import RELAY, Sandbox, until

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload([__name__, "pytest"])
_STARTS_WITHIN_S = 60


@dataclass
class Cluster:
    """What runs, where its lines are, and what it says."""

    world: Sandbox
    ledger_port: int
    ledger: str
    """Name of the database."""
    folder: Path
    settings: Mapping[str, object]
    web: Line = field(default_factory=Line)
    """Where receipts come to; it hands them to the replicas in turn."""
    replicas: dict[str, BaseProcess] = field(default_factory=dict)
    workers: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)

    def start_replica(self, name: str) -> None:
        """Return once it takes requests."""
        settings = self._settings(name)
        port = self.folder / name / "port"
        port.parent.mkdir(exist_ok=True)
        port.unlink(missing_ok=True)
        process = _FORKS.Process(
            target=_serve, args=(settings, self.web.url, port, self._said(name)), daemon=True
        )
        process.start()
        self.replicas[name] = process
        until(lambda: port.exists() and bool(port.read_text()), within_s=_STARTS_WITHIN_S)
        self.web.targets.append(int(port.read_text()))

    def stop_replica(self, name: str, *, kill: bool) -> None:
        process = self.replicas.pop(name)
        self.web.targets.remove(int((self.folder / name / "port").read_text()))
        process.kill() if kill else process.terminate()
        process.join(60)

    @contextmanager
    def desk(self, name: str) -> Iterator[Relay]:
        """Ask a replica, as a command does."""
        desk = ask_owner(self.folder / name, sending=False)
        assert desk is not None
        try:
            yield desk
        finally:
            desk.close()

    def start_worker(self, name: str) -> None:
        """Begin; it says by itself when it is ready."""
        settings = self._settings(name)
        environment = {
            **os.environ,
            **{f"RELAY_{key.upper()}": str(value) for key, value in settings.items()},
        }
        with self._said(name).open("ab") as said:
            self.workers[name] = subprocess.Popen(
                [RELAY, "worker", "--concurrency", "12"],
                env=environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stderr=said,
                stdout=said,
            )

    def kill_worker(self, name: str) -> None:
        process = self.workers.pop(name)
        process.kill()
        process.wait()

    def remarks(self) -> dict[str, int]:
        """Return how often each event was said as a warning or worse, by everybody."""
        found: dict[str, int] = {}
        for file in self.folder.glob("*.said"):
            for line in file.read_text("utf-8", errors="replace").splitlines():
                if line.startswith("{"):
                    event = json.loads(line).get("event", "?")
                    found[event] = found.get(event, 0) + 1
                elif line.startswith("Traceback"):
                    found["traceback"] = found.get("traceback", 0) + 1
        return found

    def close(self) -> None:
        for process in self.workers.values():
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()
        for replica in self.replicas.values():
            replica.kill()
            replica.join()
        for line in (self.web, *self.lines.values()):
            line.close()

    def _settings(self, name: str) -> dict[str, object]:
        if name not in self.lines:
            self.lines[name] = Line(self.ledger_port)
        return {
            **self.settings,
            "data_dir": str(self.folder / name),
            "sandbox_url": self.world.url,
            "ledger_url": f"postgresql://relay@127.0.0.1:{self.lines[name].port}/{self.ledger}",
        }

    def _said(self, name: str) -> Path:
        return self.folder / f"{name}.said"


def _serve(settings: Mapping[str, object], web: str, port: Path, said: Path) -> None:
    signal.signal(signal.SIGTERM, _end)
    with said.open("a", encoding="utf-8") as remarks:
        configure_log(level="WARNING", stream=remarks)
        os.dup2(remarks.fileno(), 2)
        relay = open_relay(Settings.load(**settings))
        with ExitStack() as stack:
            stack.callback(relay.close)
            desk = ControlDesk(relay, folder=relay.settings.data_dir)
            url = stack.enter_context(listening(routes(lambda: desk, clock=time.monotonic)))
            desk.announce(url)
            stack.callback(desk.withdraw)
            port.write_text(url.rpartition(":")[2])
            relay.start_sending(own_url=web)
            while True:
                time.sleep(1)


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit
