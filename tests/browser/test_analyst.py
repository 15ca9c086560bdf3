"""An analyst looks at who is meant, looks somebody up, moves people by hand, and uploads a list."""

import json
import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, settled


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


class TestAnAnalyst:
    def test_blocks_somebody_uploads_a_list_and_sees_why_somebody_is_left_out(
        self, page: Page, served: Served
    ):
        page.goto(served.url)
        expect(page.get_by_text(re.compile(r"\d+ people read from Zendesk"))).to_be_visible()
        settled(page)
        blocked, other = people_who_receive(served, "vip", wanted=2)

        # Somebody is put on the block list …
        page.goto(f"{served.url}/lists")
        settled(page)
        page.get_by_text("Paste", exact=True).click()
        settled(page)
        page.get_by_role("textbox").first.fill(str(blocked))
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
