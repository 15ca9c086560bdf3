"""A hundred thousand people: how much of a sync is waiting for the other side."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import stamina

from relay_core.gateways.zendesk import zendesk
from relay_core.people.phone import read_phone
from relay_core.people.stages import Stage, standings
from relay_core.people.sync import sync
from relay_core.settings import Settings
from relay_core.store.database import open_database
from tests.bench.tables import show
from tests.journeys.programs import sandbox_process

pytestmark = pytest.mark.bench

PEOPLE = 100_000
CALLS_PER_MINUTE = 10
"""Source: Zendesk, rate limits of the incremental exports."""
PAGE = 1_000


@dataclass
class Watched:
    """Zendesk, with a note of each call: which, and between which moments."""

    inner: Any
    calls: list[tuple[str, float, float]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.inner, name)

        def timed(*arguments: Any) -> Any:
            began = time.perf_counter()
            try:
                return method(*arguments)
            finally:
                self.calls.append((name, began, time.perf_counter()))

        return timed


def test_sync_of_many(tmp_path):
    with (
        sandbox_process("--count", str(PEOPLE), "--seed", "7") as world,
        open_database(tmp_path / "relay.duckdb") as database,
    ):
        account = Settings.load(sandbox_url=world.url).account()
        gateway = zendesk(account, timeout_s=30)
        rows = []
        try:
            with stamina.set_testing(False):
                for name, anew in (("first", False), ("everybody again", True)):
                    rows += measured(name, database, gateway, anew=anew)
        finally:
            gateway.close()
    show(
        f"Sync of {PEOPLE:,} people",
        ("", "records", "seconds", "on the wire", "Relay's CPU", "share on the wire"),
        rows,
    )


def measured(name, database, gateway, *, anew):
    read_phone.cache_clear()
    source = Watched(gateway)
    before, cpu = gateway.waits, time.process_time()
    marks = {None: time.perf_counter()}
    wire = {None: before.wire_s}

    def mark(_):
        known = standings(database)
        for stage in Stage:
            if stage in known and known[stage].finished_at and stage not in marks:
                marks[stage] = time.perf_counter()
                wire[stage] = gateway.waits.wire_s

    began = time.perf_counter()
    sync(
        database,
        source=source,
        region="US",
        clock=lambda: datetime.now(UTC),
        report=mark,
        anew=anew,
    )
    total_s = time.perf_counter() - began
    wire_s = gateway.waits.since(before).wire_s
    cpu_s = time.process_time() - cpu
    known = standings(database)
    rows = [
        (
            f"{name}: all of it",
            f"{sum(each.fetched for each in known.values()):,}",
            total_s,
            wire_s,
            cpu_s,
            f"{wire_s / total_s:.0%}",
        )
    ]
    if not anew:
        stages = [None, *Stage]
        for earlier, stage in zip(stages, Stage, strict=False):
            stage_s, stage_wire_s = marks[stage] - marks[earlier], wire[stage] - wire[earlier]
            rows.append(
                (
                    f"{name}: {stage}",
                    f"{known[stage].fetched:,}",
                    stage_s,
                    stage_wire_s,
                    "",
                    f"{stage_wire_s / stage_s:.0%}",
                )
            )
        pages = known[Stage.PEOPLE].fetched / PAGE
        own_s = (marks[Stage.PEOPLE] - marks[None]) / pages
        pace_s = 60 / CALLS_PER_MINUTE
        rows.append(
            (
                f"people at {CALLS_PER_MINUTE} pages a minute (worked out)",
                "",
                pages * pace_s,
                "",
                "",
                f"{1 - own_s / pace_s:.0%}",
            )
        )
    return rows
