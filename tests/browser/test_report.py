"""A reviewer opens the people behind a chart, looks at one period, and takes charts away."""

import csv
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import duckdb
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Served, settled

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def report(page: Page, served: Served) -> Page:
    """The report of a run that was really sent, and heard of."""
    conditions = served.folder / "newsletter.json"
    tags = ["newsletter"]  # so many that it takes seconds
    asked = {"version": 1, "all": [{"field": "tags", "op": "has_any_of", "value": tags}]}
    conditions.write_text(json.dumps(asked))
    served.relay(
        *("campaign", "create", "=Fault", "--template", "fault_found"),
        *("--integration", "5e4af71a81966cfff3ef6551", "--conditions", str(conditions)),
    )
    sent = served.relay("send", "=Fault", "--yes", "--accept-warnings", "--receipts", "3", "--json")
    page.goto(f"{served.url}/reports?run={json.loads(sent)['run']}")
    expect(page.get_by_role("heading", level=1)).to_have_text("=Fault")
    settled(page)
    return page


def chart(page: Page, key: str) -> Locator:
    found = page.locator(f"[class*='st-key-{key}']").locator("svg.marks, canvas.marks").first
    found.scroll_into_view_if_needed()
    return found


def expect_people(page: Page, said: str, number: int) -> None:
    """Wait until the picker says whose people are shown, and the table has as many."""
    expect(page.get_by_role("combobox", name=re.compile("^People"))).to_have_value(said)
    expect(page.get_by_text(f"{number:,} people.", exact=True)).to_be_visible()


def metric(page: Page, label: str) -> int:
    found = page.get_by_test_id("stMetric").filter(has=page.get_by_text(label, exact=True))
    return int(found.get_by_test_id("stMetricValue").inner_text().replace(",", ""))


def saved(page: Page, name: str, ending: str) -> Path:
    menu = page.locator(f".st-key-save_{name}")
    button = page.locator(f".st-key-save_{name}_{ending}").get_by_role("button")
    if not button.is_visible():
        menu.get_by_role("button").first.click()
    with page.expect_download() as download:
        button.click()
    return Path(download.value.path())


def saved_by_keyboard(page: Page, name: str, ending: str) -> Path:
    page.locator(f".st-key-save_{name}").get_by_role("button").first.press("Enter")
    with page.expect_download() as download:
        page.locator(f".st-key-save_{name}_{ending}").get_by_role("button").press("Enter")
    return Path(download.value.path())


class TestAReviewer:
    def test_opens_a_bar_brushes_a_period_and_takes_charts_away(self, report: Page):
        page = report
        run = f"run-{page.url.split('=')[-1]}"

        # A bar of the funnel opens its people …
        bars = chart(page, "report_funnel").bounding_box()
        page.mouse.click(bars["x"] + bars["width"] / 2, bars["y"] + 60)
        settled(page)
        expect_people(page, "Sent", metric(page, "Sent"))

        # … a brushed stretch is a period with its own figures and rows …
        plot = chart(page, "report_over_time").bounding_box()
        middle = plot["y"] + plot["height"] / 2
        page.mouse.move(plot["x"] + 0.5 * plot["width"], middle)
        page.mouse.down()
        page.mouse.move(plot["x"] + 0.9 * plot["width"], middle, steps=5)
        page.mouse.up()
        settled(page)
        expect(page.get_by_role("button", name="Whole run")).to_be_visible()
        expect_people(page, "Sent", metric(page, "Sent then"))
        assert metric(page, "Sent then") < metric(page, "Sent")

        # … which goes away again.
        page.get_by_role("button", name="Whole run").click()
        settled(page)
        expect_people(page, "Sent", metric(page, "Sent"))

        # Each file can be opened, and says what the page says.
        assert saved(page, f"{run}-over-time", "png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
        svg = ET.fromstring(saved(page, f"{run}-over-time", "svg").read_bytes())  # noqa: S314 - ours
        assert svg.findtext(f"{SVG}title") == "Over time"
        assert "in steps of" in svg.findtext(f"{SVG}desc")
        rows = duckdb.sql(
            "SELECT sum(messages) FROM read_parquet($file) WHERE meaning = 'Sent'",
            params={"file": str(saved(page, f"{run}-over-time", "parquet"))},
        ).fetchall()
        assert rows == [(metric(page, "Sent"),)]
        figures = saved(page, f"{run}-over-time", "csv")
        assert figures.read_bytes().startswith(b'\xef\xbb\xbf"start"')

        # Those behind a bar can be taken away without a mouse too.
        people = saved_by_keyboard(page, f"{run}-people-sent", "csv")
        with people.open(encoding="utf-8-sig", newline="") as lines:
            assert len(list(csv.DictReader(lines))) == metric(page, "Sent")
