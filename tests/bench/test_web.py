"""The web application in a browser: the first page, going from page to page, and a rerun."""

import shutil
import statistics
import time

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.tables import show
from tests.journeys.programs import CommandLine, sandbox_process, settings_of, web_process

pytestmark = pytest.mark.bench

PEOPLE = 25_000
TRIES = 5
PAGES = ("Home", "Audiences", "Templates", "Campaigns", "Reports", "Settings")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
)

DRAWN = """
name => {
  const app = document.querySelector('[data-testid=stApp]');
  const idle = app?.getAttribute('data-test-script-state') === 'notRunning';
  const title = document.querySelector('h1')?.innerText;
  return idle && title === name ? performance.now() : false;
}
"""
WATCH = """
() => {
  const app = document.querySelector('[data-testid=stApp]');
  let began = null;
  window.reruns = [];
  new MutationObserver(() => {
    const idle = app.getAttribute('data-test-script-state') === 'notRunning';
    if (!idle && began === null) began = performance.now();
    if (idle && began !== null) { window.reruns.push(performance.now() - began); began = null; }
  }).observe(app, {attributes: true, attributeFilter: ['data-test-script-state']});
}
"""


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_pages(tmp_path):
    with sandbox_process("--count", str(PEOPLE)) as world, sync_playwright() as playwright:
        command = CommandLine(settings_of(world, tmp_path / "data"), tmp_path)
        command.ask("sync")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        began = time.perf_counter()
        with web_process(command) as url:
            ready_s = time.perf_counter() - began
            loads = [first_load_ms(browser, url) for _ in range(TRIES)]
            page = browser.new_page()
            page.goto(url)
            drawn(page, PAGES[0])
            page.evaluate(WATCH)
            visits = [
                (name, switch_ms(page, name), rerun_ms(page)) for name in (*PAGES[1:], "Home")
            ]
            browser.close()
    show(
        f"The web process with {PEOPLE:,} people",
        ("", "ms"),
        [
            ("started and sending", ready_s * 1000),
            ("Home, the first visitor since the start", loads[0]),
            (f"Home, later visitors (median of {TRIES - 1})", statistics.median(loads[1:])),
        ],
    )
    show(f"Pages of one visitor, ms (reruns: median of {TRIES})", ("", "opened", "rerun"), visits)


def first_load_ms(browser: Browser, url: str) -> float:
    """Return how long a visitor with an empty cache waits until Home is drawn."""
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(url)
        return drawn(page, PAGES[0])
    finally:
        context.close()


def switch_ms(page: Page, name: str) -> float:
    """Return how long a press on the navigation takes until that page is drawn."""
    began = float(page.evaluate("performance.now()"))
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
    return drawn(page, name) - began


def rerun_ms(page: Page) -> float:
    """Return the median time of a rerun of the page that is open."""
    found = []
    for _ in range(TRIES):
        before = page.evaluate("window.reruns.length")
        page.keyboard.press("r")
        page.wait_for_function("n => window.reruns.length > n", arg=before)
        found.append(float(page.evaluate("window.reruns.at(-1)")))
    return statistics.median(found)


def drawn(page: Page, name: str) -> float:
    """Wait for a page and return when it was there, in ms of the browser's clock."""
    return float(page.wait_for_function(DRAWN, arg=name, polling="raf").json_value())
