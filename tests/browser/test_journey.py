"""A newcomer's first campaign, from the first page to the report."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, serving, settled
from tests.browser.looking import faults_in_the_dark, faults_of, still
from tests.journeys.programs import until

BEGUN = re.compile(r"Run \d+, begun")


def open_page(page: Page, name: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    settled(page)


def choose(page: Page, label: str, option: str) -> None:
    box = page.get_by_role("combobox", name=re.compile(re.escape(label))).first
    box.click()
    box.fill(option)
    page.get_by_role("option", name=option).first.click()
    settled(page)


def metric(page: Page, label: str) -> int:
    found = page.get_by_test_id("stMetric").filter(has=page.get_by_text(label, exact=True)).first
    return int(found.get_by_test_id("stMetricValue").inner_text().replace(",", ""))


def save_vips(page: Page) -> int:
    """Build the audience of everybody tagged vip, keep it, and return how many will receive."""
    open_page(page, "Audiences")
    values = page.get_by_role("combobox", name=re.compile("Values")).first
    values.click()
    values.press_sequentially("vip")
    page.get_by_role("option", name=re.compile(r"^vip \(\d+\)$")).click()
    page.keyboard.press("Escape")
    settled(page)
    expect(page.get_by_text("whose tags include vip")).to_be_visible()
    count = metric(page, "Will receive")
    page.get_by_role("button", name="Save as segment").click()
    settled(page)
    page.get_by_role("textbox", name=re.compile("Name of the segment")).fill("VIPs")
    save = page.locator(".st-key-audience_save").get_by_role("button")
    save.click()
    settled(page)
    expect(save).to_be_hidden()
    return count


def create_reminder(page: Page) -> None:
    open_page(page, "Campaigns")
    page.locator(".st-key-campaigns_new").get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New campaign")
    settled(page)
    page.get_by_role("textbox", name="Name of the campaign").fill("Reminder")
    page.keyboard.press("Tab")
    settled(page)
    choose(page, "Template", "appointment_reminder (en)")
    page.get_by_text("WhatsApp, WhatsApp Sandbox").click()
    settled(page)
    choose(page, "Segment", "VIPs")
    choose(page, "Fill Clarice with", "First name")
    choose(page, "Fill Monday with", "One text for everybody")
    page.locator(".st-key-create_campaign").get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reminder")
    settled(page)


def review_and_send(page: Page) -> None:
    page.get_by_role("textbox", name="Text in place of Monday").fill("Tuesday")
    page.keyboard.press("Tab")
    settled(page)
    page.get_by_role("button", name="Review before sending").click()
    settled(page)
    expect(page.get_by_text("your appointment is on Tuesday").first).to_be_visible()
    # A nervous hand: the second press must not send anything more.
    page.get_by_role("button", name=re.compile(r"^Send [\d,]+ messages")).dblclick()
    expect(page.get_by_text(BEGUN)).to_be_visible()


def reminders(served: Served) -> list[dict]:
    """What reached phones of the campaign that is made here."""
    return [each for each in served.sent() if "your appointment is on Tuesday" in each["text"]]


@pytest.fixture
def a_run(served: Served) -> int:
    """A run that is over, so that there is something on every page."""
    served.relay(
        *("campaign", "create", "Fault", "--template", "fault_found"),
        *("--integration", "5e4af71a81966cfff3ef6551", "--query", "tags:loyalty"),
    )
    return json.loads(served.relay("send", "Fault", "--yes", "--json"))["run"]


class TestANewcomer:
    @pytest.fixture
    def served(self, tmp_path):
        """A Relay that nobody has used yet."""
        with serving(tmp_path) as fresh:
            yield fresh

    @pytest.fixture
    def ready(self, page: Page, served: Served) -> Page:
        """The first page, once the people have come in by themselves."""
        page.goto(served.url)
        expect(page.get_by_text(re.compile(r"\d+ people read from Zendesk"))).to_be_visible()
        settled(page)
        return page

    def test_walks_from_the_first_page_to_the_report(self, ready: Page, served: Served):
        wanted = save_vips(ready)
        create_reminder(ready)
        review_and_send(ready)
        expect(ready.get_by_text(f"Finished: {wanted} of {wanted} settled")).to_be_visible(
            timeout=60_000
        )

        settled(ready)
        ready.get_by_role("link", name="Open the report").first.click()
        expect(ready.get_by_role("heading", name="The people behind each number")).to_be_visible()
        settled(ready)

        sent = served.sent()
        assert len({message["destination"] for message in sent}) == len(sent) == wanted
        assert reminders(served) == sent
        assert metric(ready, "Planned") == metric(ready, "Sent") == wanted


class TestSomebodyWhoSends:
    def test_may_close_the_page_and_finds_it_finished(self, page: Page, served: Served):
        page.goto(served.url)
        settled(page)
        wanted = save_vips(page)
        create_reminder(page)
        review_and_send(page)

        [run] = re.findall(r"Run (\d+)", page.get_by_text(BEGUN).inner_text())
        page.goto("about:blank")
        until(lambda: len(reminders(served)) >= wanted, within_s=60)
        page.goto(f"{served.url}/run?run={run}")

        expect(page.get_by_text(f"Finished: {wanted} of {wanted} settled")).to_be_visible()
        assert len(reminders(served)) == wanted


class TestEveryPage:
    def test_is_accessible_and_fits_windows_of_every_width(
        self, served: Served, a_run: int, page: Page
    ):
        addresses = [
            "",
            "audiences",
            "segments",
            "person",
            "person?person=100011",
            "lists",
            "templates",
            "campaigns",
            "reports",
            "sql",
            "trail",
            "access",
            "settings",
            "new_campaign",
            f"run?run={a_run}",
            f"reports?run={a_run}",
            "reports?view=Templates",
            "reports?view=Contact pressure",
            "campaigns?campaign=Fault",
        ]

        wrong = {}
        for address in addresses:
            page.set_viewport_size({"width": 1440, "height": 900})
            page.goto(f"{served.url}/{address}")
            settled(page)
            still(page)
            faults = faults_in_the_dark(page)
            page.set_viewport_size({"width": 420, "height": 900})
            still(page)
            faults += faults_of(page)
            if faults:
                wrong[address] = faults

        assert wrong == {}
