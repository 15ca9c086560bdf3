"""A report over ten million past messages in a browser, while a run is being sent."""

import json
import shutil
import statistics
import time
from bisect import bisect_left
from collections.abc import Sequence

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.bench.tables import show
from tests.bench.test_web import CHROMIUM, FLAGS
from tests.journeys.programs import (
    CommandLine,
    sandbox_process,
    settings_of,
    until,
    web_process,
)
from tests.journeys.town import BINDINGS, TAG, TEMPLATE, WHATSAPP, people_file

pytestmark = pytest.mark.bench

PEOPLE = 600
PHASE_S = 25
ADDRESSES = ("reports", "reports?run=500", "reports?run=1")
DRAWN = """
() => {
  const app = document.querySelector('[data-testid=stApp]');
  const idle = app?.getAttribute('data-test-script-state') === 'notRunning';
  return idle && document.querySelector('h1') ? performance.now() : false;
}
"""


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_report_while_sending(history, tmp_path):
    file = tmp_path / "people.json"
    file.write_text(json.dumps(people_file(receivers=PEOPLE)), "utf-8")
    data = tmp_path / "data"
    shutil.copytree(history, data)
    with sandbox_process("--people", str(file)) as world, sync_playwright() as playwright:
        command = CommandLine(settings_of(world, data), tmp_path)
        with web_process(command) as url:
            command.ask("sync")
            made = ("--template", TEMPLATE, "--integration", WHATSAPP, "--query", f"tags:{TAG}")
            command.ask("campaign", "create", "Bench", *made, *BINDINGS)
            page = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS)).new_page()
            for address in ADDRESSES:
                shown_ms(page, f"{url}/{address}")
            page.goto("about:blank")
            send = ("send", "Bench", "--set", "monday=Tuesday", "--yes", "--receipts", "0")
            with command.started(*send):
                until(lambda: world.count_accepted() > 0, within_s=60)
                alone = time.time()
                time.sleep(PHASE_S)
                beside = time.time()
                spent = {address: [] for address in ADDRESSES}
                while time.time() < beside + PHASE_S:
                    for address in ADDRESSES:
                        spent[address].append(shown_ms(page, f"{url}/{address}"))
                ended = time.time()
        arrivals = sorted(each["received_at"] for each in world.sent())
    show(
        "Pages over 10,000,000 messages while a run is being sent, ms until all is drawn",
        ("", "median", "longest", "opened"),
        [
            (address, statistics.median(times), max(times), len(times))
            for address, times in spent.items()
        ],
    )
    show(
        "The lane of 8 messages a second meanwhile",
        ("", "messages/s", "most in any second"),
        [
            ("nobody looks", *pace(arrivals, alone, beside)),
            ("reports are opened one after another", *pace(arrivals, beside, ended)),
        ],
    )


def shown_ms(page: Page, address: str) -> float:
    """Return how long a visitor waits until a page is drawn to its end."""
    page.goto(address)
    return float(page.wait_for_function(DRAWN, polling="raf").json_value())


def pace(arrivals: Sequence[float], since: float, until_: float) -> tuple[float, int]:
    """Return the messages a second within a time, and the most within any second of it."""
    within = [moment for moment in arrivals if since <= moment < until_]
    densest = max(bisect_left(within, moment + 1) - n for n, moment in enumerate(within))
    return len(within) / (until_ - since), densest
