"""An analyst looks at who is meant, looks somebody up, moves people by hand, and uploads a list."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, settled

SEARCH = "Name, phone number, e-mail or id"
FIRST_ROW = {"x": 16, "y": 52}
"""Where a table has the first row's box, or its first cell, in pixels."""


def press(page: Page, key: str) -> None:
    page.locator(f".st-key-{key}").get_by_role("button").click()
    settled(page)


def people_who_receive(served: Served, tag: str, *, wanted: int) -> list[int]:
    """The ids of the first people with a tag who would receive, by the command line."""
    conditions = served.folder / f"{tag}.json"
    asked = {"version": 1, "all": [{"field": "tags", "op": "has_any_of", "value": [tag]}]}
    conditions.write_text(json.dumps(asked))
    seen = json.loads(
        served.relay("audience", "preview", "--conditions", str(conditions), "--json")
    )
    return [p["id"] for p in seen["people"] if p["decision"] == "will_receive"][:wanted]


def tick(page: Page, title: str) -> None:
    """Select the first row of the table that stands after a text."""
    table = page.locator(
        f"xpath=//p[contains(normalize-space(), '{title}')]"
        "/following::*[@data-testid='stDataFrame'][1]"
    )
    table.scroll_into_view_if_needed()
    table.click(position=FIRST_ROW)
    settled(page)


def type_and_enter(page: Page, label: str, text: str) -> None:
    box = page.get_by_role("searchbox", name=label)
    box.fill(text)
    box.press("Enter")
    settled(page)


@pytest.fixture
def ready(page: Page, served: Served) -> Page:
    """The first page."""
    page.goto(served.url)
    settled(page)
    return page


class TestAnAnalyst:
    def test_looks_somebody_up_by_a_part_of_the_name(self, ready: Page, served: Served):
        ready.goto(f"{served.url}/person")
        settled(ready)

        type_and_enter(ready, SEARCH, "nguyen")
        expect(ready.get_by_text("people. Choose one.")).to_be_visible()
        tick(ready, "Choose one.")

        expect(ready.get_by_role("heading", level=2).first).to_contain_text("Nguyen")
        expect(ready.get_by_text("Rules, in the order of looking")).to_be_visible()
        assert "person=" in ready.url

        press(ready, "person_others")
        expect(ready.get_by_text("people. Choose one.")).to_be_visible()

    def test_moves_somebody_out_of_a_campaign_and_into_it(self, ready: Page, served: Served):
        [person] = people_who_receive(served, "vip", wanted=1)
        served.relay(
            *("campaign", "create", "By hand", "--template", "fault_found"),
            *("--integration", "5e4af71a81966cfff3ef6551"),
            *("--conditions", str(served.folder / "vip.json")),
        )
        ready.goto(f"{served.url}/campaigns?campaign=By hand")
        settled(ready)
        ready.get_by_text("Manage audience", exact=True).click()
        settled(ready)

        type_and_enter(ready, SEARCH, str(person))
        tick(ready, "1 person found")
        ready.get_by_role("textbox", name="Why").fill("on holiday")
        ready.keyboard.press("Tab")
        settled(ready)
        ready.get_by_role("button", name="Exclude 1 person").click()
        settled(ready)
        expect(ready.get_by_text("By hand: 0 included, 1 excluded.")).to_be_visible()

        tick(ready, "Excluded by hand")
        ready.get_by_role("textbox", name="Why").fill("back from holiday")
        ready.keyboard.press("Tab")
        settled(ready)
        ready.get_by_role("button", name="Include 1 person").click()
        settled(ready)

        expect(ready.get_by_text("By hand: 1 included, 0 excluded.")).to_be_visible()
        ready.goto(f"{served.url}/person?person={person}&campaign=By hand")
        settled(ready)
        expect(ready.get_by_role("heading", name="Decided by hand")).to_be_visible()

    def test_blocks_somebody_uploads_a_list_and_sees_why_somebody_is_left_out(
        self, ready: Page, served: Served
    ):
        page = ready
        blocked, other = people_who_receive(served, "vip", wanted=2)

        # Somebody is put on the block list …
        page.goto(f"{served.url}/lists")
        settled(page)
        page.get_by_text("Paste", exact=True).click()
        settled(page)
        page.get_by_role("textbox", name="Ids, phone numbers or e-mails").fill(str(blocked))
        page.keyboard.press("Control+Enter")
        settled(page)
        expect(page.get_by_role("button", name="Block 1 person")).to_be_enabled()
        page.get_by_role("textbox", name="Why").fill("asked by letter")
        page.keyboard.press("Tab")
        settled(page)
        press(page, "block_add")
        expect(page.get_by_text("1 person on the list")).to_be_visible()

        # … a file becomes a list …
        page.get_by_text("Uploads", exact=True).click()
        settled(page)
        press(page, "uploads_new")
        page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
            {
                "name": "march.csv",
                "mimeType": "text/csv",
                "buffer": f"user id,note\n{blocked},a\n{other},b\n999999999,c\n".encode(),
            }
        )
        settled(page)
        press(page, "upload_keep")
        expect(page.get_by_role("heading", name="Rows left over")).to_be_visible()

        # … which is an audience of two, one of whom is left out.
        press(page, "upload_use")
        expect(page.get_by_role("heading", level=1)).to_have_text("Audiences")
        settled(page)
        expect(page.get_by_text(re.compile("march")).first).to_be_visible()
        expect(page.get_by_test_id("stMetricValue").nth(0)).to_have_text("2")
        expect(page.get_by_test_id("stMetricValue").nth(2)).to_have_text("1")

        # And the page of that person says why.
        page.goto(f"{served.url}/person?person={blocked}")
        settled(page)
        expect(page.get_by_text(re.compile("Left out")).first).to_be_visible()
        expect(page.get_by_text("asked by letter").first).to_be_attached()
