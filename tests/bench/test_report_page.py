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
LATEST = 500
"""Of the runs of the history."""
READ = """
named => {
  const labels = [...document.querySelectorAll('[data-testid=stMetricLabel]')];
  return labels.some(label => label.textContent.includes(named)) ? performance.now() : false;
}
"""
DRAWN = """
named => {
  const app = document.querySelector('[data-testid=stApp]');
  const idle = app?.getAttribute('data-test-script-state') === 'notRunning';
  const labels = [...document.querySelectorAll('[data-testid=stMetricLabel]')];
  return idle && labels.some(label => label.textContent.includes(named)) && performance.now();
}
"""
LIST, REPORT = "Accepted", "Planned"
"""A figure that only that page shows."""


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
            opened(page, url)
            page.goto("about:blank")
            send = ("send", "Bench", "--set", "monday=Tuesday", "--yes", "--receipts", "0")
            with command.started(*send):
                until(lambda: world.count_accepted() > 0, within_s=60)
                alone = time.time()
                time.sleep(PHASE_S)
                beside = time.time()
                spent = []
                while time.time() < beside + PHASE_S:
                    spent.append(opened(page, url))
                ended = time.time()
        arrivals = sorted(each["received_at"] for each in world.sent())
    show(
        "Pages over 10,000,000 messages while a run is being sent, ms",
        ("", "figures, median", "longest", "all drawn, median", "longest", "opened"),
        [(way, *summed([each[way] for each in spent]), len(spent)) for way in spent[0]],
    )
    show(
        "The lane of 8 messages a second meanwhile",
        ("", "messages/s", "most in any second"),
        [
            ("nobody looks", *pace(arrivals, alone, beside)),
            ("reports are opened one after another", *pace(arrivals, beside, ended)),
        ],
    )


def opened(page: Page, url: str) -> dict[str, tuple[float, float]]:
    """Open the list, then reports; return by way how many ms figures and the whole page took."""
    spent = {"list of runs, browser reloaded": visited(page, f"{url}/reports", LIST)}
    box = page.get_by_role("combobox", name="Open the report of")
    box.fill(f"run {LATEST},")
    page.get_by_role("option").first.hover()
    began = page.evaluate("performance.now()")
    box.press("Enter")
    read, drawn = waited(page, REPORT)
    spent["report of the latest run, chosen in the list"] = (read - began, drawn - began)
    for name, run in (("latest", LATEST), ("oldest", 1)):
        spent[f"report of the {name} run, browser reloaded"] = visited(
            page, f"{url}/reports?run={run}", REPORT
        )
    return spent


def visited(page: Page, address: str, figure: str) -> tuple[float, float]:
    """Load an address anew."""
    page.goto(address, wait_until="commit")
    return waited(page, figure)


def waited(page: Page, figure: str) -> tuple[float, float]:
    """Return at which ms of the document its figures stood, and all was drawn."""
    read = page.wait_for_function(READ, arg=figure, polling="raf").json_value()
    drawn = page.wait_for_function(DRAWN, arg=figure, polling="raf").json_value()
    return float(read), float(drawn)


def summed(spent: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    """Return median and longest of both."""
    read, drawn = zip(*spent, strict=True)
    return statistics.median(read), max(read), statistics.median(drawn), max(drawn)


def pace(arrivals: Sequence[float], since: float, until_: float) -> tuple[float, int]:
    """Return the messages a second within a time, and the most within any second of it."""
    within = [moment for moment in arrivals if since <= moment < until_]
    densest = max(bisect_left(within, moment + 1) - n for n, moment in enumerate(within))
    return len(within) / (until_ - since), densest
