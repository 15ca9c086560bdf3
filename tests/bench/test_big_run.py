"""Up to a million people in one run: the memory of planning, freezing and sending it."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from relay_core.audience.resolving.matching import match
from relay_core.audience.screening.preview import preview_of
from relay_core.campaigns.freezing import Press, freeze
from relay_core.campaigns.planning import purpose_of
from relay_core.campaigns.reviewing import review
from relay_core.options.sending import PACE_CEILING
from relay_core.relay import open_relay
from relay_core.settings import Settings
from tests.bench import million
from tests.bench.apart import apart, peak_mb
from tests.bench.tables import show
from tests.campaigns.office import VALUES, campaign
from tests.journeys.programs import sandbox_process

pytestmark = pytest.mark.bench

SIZES = (20_000, 200_000, 1_000_000)
SENDING_S = 10.0


def test_memory_of_a_run(tmp_path):
    rows = []
    with sandbox_process("--count", "10") as world:
        for size in SIZES:
            folder = tmp_path / str(size)
            folder.mkdir()
            file = Settings.load(data_dir=folder).database_path
            apart(million.make, file, now=datetime.now(UTC), people=size, deliveries=size)
            rows.append((f"{size:,}", *apart(figures, folder, world.url, size)[0]))
    show(
        "A run for nearly everybody; seconds, and the most MB of memory until then",
        ("people", "receive", "MB before", "plan s", "MB", "review s", "MB", "freeze s", "MB",
         f"MB after {SENDING_S:g} s of sending"),
        rows,
    )  # fmt: skip


def figures(folder: Path, url: str, size: int) -> list[object]:
    """Plan, review, freeze and begin to send a campaign for all; people are not read again."""
    settings = Settings.load(
        data_dir=folder, sandbox_url=url, audience_cap=size, sunco_pace=PACE_CEILING
    )
    relay = open_relay(settings)
    try:
        relay.refresh_templates()
        made = campaign(relay, most=size)
        before = peak_mb()
        sources, now = relay._sources(), datetime.now(UTC)  # noqa: SLF001 - all but asking Zendesk
        timer = Timer()
        audience = preview_of(
            match(made.definition, sources, now=now), sources, now=now, purpose=purpose_of(made)
        )
        plan = relay._planned(made, audience, static_values=VALUES)  # noqa: SLF001 - the same
        planned = timer.lap()
        review(plan, audience=audience, per_second=8, rehearsal=True, on=now.date())
        reviewed = timer.lap()
        press = Press(request_id="once", actor="bench")
        freeze(relay._database, plan, press, reviewed=None, accepted=True, now=now)  # noqa: SLF001 - the same
        frozen = timer.lap()
        receive = len(plan.recipients)
        relay.start_sending(own_url="http://127.0.0.1:1")
        time.sleep(SENDING_S)
        return [f"{receive:,}", before, *planned, *reviewed, *frozen, peak_mb()]
    finally:
        relay.close()


class Timer:
    """Seconds since the last look, and the most memory so far."""

    def __init__(self) -> None:
        self._began = time.perf_counter()

    def lap(self) -> tuple[float, float]:
        began, self._began = self._began, time.perf_counter()
        return self._began - began, peak_mb()
