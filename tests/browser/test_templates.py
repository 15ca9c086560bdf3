"""Somebody writes a template, sees it as phones do, submits it, and lives with Meta's answers."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, settled
from tests.browser.looking import faults_of, still

BODY = (
    "Hello {{Clarice}}, your order {{A-1042}} is *ready* \u2014 it\u2019s at the shop. Just reply."
)
PLAIN = BODY.replace("\u2014", "-").replace("\u2019", "'")


def press(page: Page, key: str) -> None:
    page.locator(f".st-key-{key}").get_by_role("button").first.click()
    settled(page)


def write(page: Page, name: str, body: str = BODY) -> None:
    """Walk to the third step and type a body, as a person does."""
    press(page, "new_template")
    page.get_by_role("textbox", name="Name").fill(name)
    page.keyboard.press("Tab")
    settled(page)
    press(page, "draft_next")
    press(page, "draft_next")
    page.get_by_role("textbox", name="Body").press_sequentially(body, delay=5)


def change_faults(served: Served, faults: dict) -> None:
    httpx.post(f"{served.sandbox}/_sandbox/faults", json=faults).raise_for_status()


def sandbox_templates(served: Served, name: str) -> list[dict]:
    listed = httpx.get(f"{served.sandbox}/_sandbox/templates").json()
    return [each for each in listed if each["name"] == name]


@pytest.fixture
def templates(page: Page, served: Served) -> Page:
    """The list of templates."""
    change_faults(served, {"review_s": 0})
    page.goto(f"{served.url}/templates")
    expect(page.get_by_role("heading", level=1)).to_have_text("Templates")
    settled(page)
    if not page.locator(".st-key-templates_table").count():
        press(page, "refresh_templates")
    expect(page.locator(".st-key-templates_table")).to_be_visible()
    return page


class TestWriting:
    def test_goes_from_the_first_word_to_approval(self, templates: Page, served: Served):
        page = templates
        write(page, "Autumn: prêt")

        # What is typed shows at a pause, without leaving the field.
        whatsapp = page.locator(".st-key-whatsapp_preview")
        expect(whatsapp).to_contain_text("Hello Clarice, your order A-1042 is ready")
        expect(whatsapp.locator("strong")).to_have_text("ready")
        expect(page.get_by_role("textbox", name="Body")).to_be_focused()
        page.get_by_text("Text message", exact=True).click()
        settled(page)
        expect(page.get_by_text("2 parts: 73 of 134 characters in UCS-2")).to_be_visible()

        # One press writes what the alphabet of SMS has.
        press(page, "draft_replace_all")
        expect(page.get_by_role("textbox", name="Body")).to_have_value(PLAIN)
        expect(page.get_by_text("1 part: 73 of 160 characters in GSM-7")).to_be_visible()

        press(page, "draft_next")
        expect(page.get_by_text("Meta is asked for autumn_pret")).to_be_visible()
        # A nervous hand: the second press must not submit it again.
        page.locator(".st-key-draft_create").get_by_role("button").dblclick()
        expect(page.get_by_text("It is kept and submitted.")).to_be_visible()
        settled(page)
        press(page, "refresh_templates")
        expect(page.get_by_text("Meta has approved it. It can be sent.")).to_be_visible()

        assert len(sandbox_templates(served, "autumn_pret")) == 1
        page.goto(served.url)
        expect(
            page.get_by_text("Approved on WhatsApp Sandbox: autumn_pret (en_US)")
        ).to_be_visible()

    def test_survives_a_failure_on_one_of_two_integrations(self, templates: Page, served: Served):
        page = templates
        added = httpx.post(
            f"{served.sandbox}/_sandbox/integrations", json={"displayName": "WhatsApp Belgium"}
        ).json()["id"]
        failing = {"integrations": {added: {"create": "400", "reason": "Not today."}}}
        change_faults(served, failing)
        press(page, "refresh_templates")
        write(page, "twofold")
        page.get_by_role("textbox", name="Body").blur()
        settled(page)
        press(page, "draft_next")

        press(page, "draft_create")
        expect(page.get_by_text("did not arrive everywhere")).to_be_visible()
        expect(page.get_by_text("Not today.")).to_be_visible()
        assert len(sandbox_templates(served, "twofold")) == 1

        change_faults(served, {"integrations": {added: {"create": None}}})
        press(page, f"submit_{added}")
        expect(page.get_by_text("It is kept and submitted.")).to_be_visible()
        assert len(sandbox_templates(served, "twofold")) == 2

    def test_ends_with_a_deletion_that_asks_for_the_name(self, templates: Page, served: Served):
        page = templates
        write(page, "passing")
        page.get_by_role("textbox", name="Body").blur()
        settled(page)
        press(page, "draft_next")
        press(page, "draft_create")
        press(page, "template_next_open")

        press(page, "template_delete")
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("textbox").fill("passin")
        dialog.get_by_role("button", name="Delete template").click()
        settled(page)
        expect(dialog).to_be_visible()
        dialog.get_by_role("textbox").fill("passing")
        dialog.get_by_role("button", name="Delete template").click()
        expect(dialog).not_to_be_visible()

        settled(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Templates")
        assert sandbox_templates(served, "passing") == []


class TestEveryView:
    def test_is_accessible_and_fits_the_window_by_day_and_by_night(self, templates: Page):
        page = templates
        wrong = {}

        def look(view: str) -> None:
            # Each width and each theme once: neither changes what the other shows.
            settled(page)
            for width, colors in ((420, "light"), (1440, "dark")):
                page.emulate_media(color_scheme=colors)
                page.set_viewport_size({"width": width, "height": 900})
                still(page)
                faults = faults_of(page)
                if faults:
                    wrong[view, width, colors] = faults

        look("list")
        press(page, "new_template")
        look("name")
        page.get_by_role("textbox", name="Name").fill("seen")
        page.keyboard.press("Tab")
        settled(page)
        press(page, "draft_next")
        look("category")
        press(page, "draft_next")
        body = page.get_by_role("textbox", name="Body")
        body.fill("{{Clarice}}, it\u2019s {here}")
        body.blur()
        page.get_by_text("Links and calls", exact=True).click()
        look("content with problems")
        body.fill(BODY)
        body.blur()
        page.get_by_role("textbox", name="Text on the button").fill("Follow it")
        page.get_by_role("textbox", name="Address", exact=True).fill("https://shop.example/a")
        page.keyboard.press("Tab")
        settled(page)
        press(page, "draft_next")
        look("check")
        press(page, "draft_create")
        look("result")
        press(page, "template_next_open")
        page.get_by_role("searchbox").fill("a")
        page.keyboard.press("Enter")
        settled(page)
        page.get_by_text("Text message", exact=True).click()
        look("one template")
        press(page, "template_edit")
        look("ways to edit")
        page.keyboard.press("Escape")
        settled(page)
        press(page, "template_delete")
        look("deleting")

        assert wrong == {}
