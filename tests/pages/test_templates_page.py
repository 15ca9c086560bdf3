"""The templates page: finding one, seeing it as phones do, writing and submitting a new one."""

import pytest
from streamlit.testing.v1 import AppTest

from relay_core.templates.writing.template import Category, LinkButton, QuickReply, TextHeader
from tests.pages.conftest import ROOT

GOOD_BODY = "Hello {{Clarice}}, your order {{A-1042}} is ready. Any question? Just reply to us."


def spoken(page):
    return " ".join(text.value for text in (*page.markdown, *page.caption))


def titles(page):
    return [title.value for title in page.title]


def names(page):
    return list(page.dataframe[0].value["Template"])


@pytest.fixture
def new_page(open_page):
    """The form, with a good body and a name that no other test uses."""

    def opened(name: str, body: str = GOOD_BODY) -> AppTest:
        page = open_page("templates.py", new="1")
        page.text_input(key="draft_name").set_value(name)
        page.text_area(key="draft_body").set_value(body)
        return page.run()

    return opened


class TestTheList:
    def test_shows_every_template_with_its_status_on_each_integration(self, open_page, desk):
        page = open_page("templates.py")

        assert not page.exception
        table = page.dataframe[0].value
        assert names(page) == [listed.template.name for listed in desk.templates()]
        assert table["WhatsApp Sandbox"][0] == "Rejected"
        assert set(table["Twilio Sandbox"]) == {"Ready"}

    def test_finds_words_of_the_message(self, open_page):
        page = open_page("templates.py")

        page.text_input(key="templates_words").set_value("POINTS month").run()

        assert names(page) == ["loyalty_points"]

    def test_narrows_by_category_language_and_status(self, open_page):
        page = open_page("templates.py")

        page.multiselect(key="templates_category").set_value(["MARKETING"])
        page.multiselect(key="templates_language").set_value(["en"])
        page.multiselect(key="templates_status").set_value(["PAUSED", "PENDING"]).run()

        assert not page.exception
        assert names(page) == ["how_did_we_do", "spring_offer"]

    def test_says_so_when_nothing_fits(self, open_page):
        page = open_page("templates.py")

        page.text_input(key="templates_words").set_value("nowhere to be found").run()

        assert not page.dataframe
        assert "No template fits. Take a filter away." in spoken(page)

    def test_opens_the_row_that_is_clicked(self, open_page):
        page = open_page("templates.py")

        page.session_state["templates_table"] = {
            "selection": {"rows": [], "columns": [], "cells": [(1, "Template")]}
        }
        page.run()

        assert titles(page) == ["appointment\\_reminder"]

    def test_is_fetched_again_on_request(self, open_page, desk):
        page = open_page("templates.py")
        checked = desk.template("fault_found").integrations[0].checked_at

        page.button(key="refresh_templates").click().run()

        assert [toast.value for toast in page.toast]
        assert desk.template("fault_found").integrations[0].checked_at > checked

    def test_says_what_to_do_when_there_is_none(self, open_empty):
        page = open_empty("templates.py")

        assert not page.exception
        assert "There is no template yet." in spoken(page)


class TestOneTemplate:
    def test_reads_as_on_a_phone(self, open_page, desk):
        page = open_page("templates.py", template=str(desk.template("parcel_delayed").id))

        assert not page.exception
        assert titles(page) == ["parcel\\_delayed"]
        assert "parcel A\\-1042 is running late" in spoken(page)
        assert "**Follow the parcel**" in spoken(page)
        assert "1 part: 155 of 160 characters in GSM-7" in spoken(page) or "2 parts" in spoken(page)

    def test_says_which_characters_cost_more_as_text_message(self, open_page, desk):
        page = open_page("templates.py", template=str(desk.template("holiday_closure").id))

        assert "in UCS-2" in spoken(page)
        assert "not in the alphabet of SMS" in spoken(page)

    def test_gives_the_reason_of_a_rejection(self, open_page, desk):
        page = open_page("templates.py", template=str(desk.template("account_notice").id))

        assert "Rejected" in spoken(page)
        assert "be at the start or end of the template" in spoken(page)

    @pytest.mark.parametrize("asked", ["999", "nonsense"])
    def test_that_does_not_exist_is_said_calmly(self, open_page, asked):
        page = open_page("templates.py", template=asked)

        assert not page.exception
        assert "This template is not there any more." in spoken(page)

    def test_leads_back_to_the_list(self, open_page, desk):
        page = open_page("templates.py", template=str(desk.template("fault_found").id))

        page.button(key="all_templates").click().run()

        assert titles(page) == ["Templates"]


class TestWritingOne:
    def test_begins_without_reproach(self, open_page):
        page = open_page("templates.py", new="1")

        assert not page.exception
        assert titles(page) == ["New template"]
        assert ":material/error:" not in spoken(page)

    def test_shows_the_name_that_meta_will_store(self, new_page):
        page = new_page("Été: check-in")

        assert "Meta stores it as ete\\_check\\_in." in spoken(page)

    def test_lists_the_dynamic_values(self, new_page):
        page = new_page("values")

        assert ":gray-badge[Clarice]" in spoken(page)
        assert ":gray-badge[A-1042]" in spoken(page)

    def test_shows_formatting_as_phones_do(self, new_page):
        page = new_page("formatting", "This is *bold* and 2 * 3 * 4 is _not_, for {{Clarice}} too.")

        assert "This is **bold** and 2 \\* 3 \\* 4 is *not*\\, for Clarice too\\." in spoken(page)
        assert "This is bold and 2 \\* 3 \\* 4 is not\\, for Clarice too\\." in spoken(page)

    def test_offers_a_remedy_and_puts_it_in_place(self, new_page):
        page = new_page("braces", "Hello {Clarice}, your order is ready for you at the shop.")
        assert "needs two braces" in spoken(page)

        page.button(key="draft_suggestion_0").click().run()

        assert page.text_area(key="draft_body").value.startswith("Hello {{Clarice}}, your order")
        assert "needs two braces" not in spoken(page)

    def test_is_refused_with_everything_that_is_wrong(self, open_page):
        page = open_page("templates.py", new="1")

        page.button(key="draft_create").click().run()

        assert page.error[0].value == "Correct what is marked above, then submit."
        assert "Give the template a name." in spoken(page).replace("\\", "")

    def test_submits_it_to_meta(self, new_page, desk):
        page = new_page("Autumn check-in")
        page.radio(key="draft_category").set_value(Category.MARKETING)
        page.text_input(key="draft_footer").set_value("Reply STOP to hear no more").run()

        page.button(key="draft_create").click().run()

        assert not page.exception
        assert titles(page) == ["autumn\\_check\\_in"]
        kept = desk.template("Autumn check-in")
        assert kept.template.category is Category.MARKETING
        assert kept.template.footer == "Reply STOP to hear no more"
        assert {i.type: i.status for i in kept.integrations} == {
            "whatsapp": "PENDING",
            "twilio": "READY",
            "messagebird": "READY",
        }

    def test_keeps_header_and_buttons(self, new_page, desk):
        page = new_page("with_everything")
        page.radio(key="draft_header").set_value("Text")
        page.radio(key="draft_buttons").set_value("Links and calls").run()
        page.text_input(key="draft_header_text").set_value("Order {{A-1042}}")
        page.text_input(key="draft_button_0_text").set_value("Follow it")
        page.text_input(key="draft_button_0_url").set_value("https://e.example/{{A-1042}}").run()

        page.button(key="draft_create").click().run()

        kept = desk.template("with_everything").template
        assert kept.header == TextHeader("Order {{A-1042}}")
        assert kept.buttons == (LinkButton("Follow it", "https://e.example/{{A-1042}}"),)

    def test_adds_and_removes_quick_replies(self, new_page, desk):
        page = new_page("replies")
        page.radio(key="draft_buttons").set_value("Quick replies").run()
        page.button(key="draft_button_add").click().run()
        page.text_input(key="draft_button_0_text").set_value("Yes")
        page.text_input(key="draft_button_1_text").set_value("No").run()
        page.button(key="draft_button_0_remove").click().run()

        page.button(key="draft_create").click().run()

        assert desk.template("replies").template.buttons == (QuickReply("No"),)

    def test_for_text_messages_only_needs_nobody(self, new_page, desk):
        page = new_page("sms_only", "{{Clarice}}, your order is ready")
        page.pills(key="draft_integrations").set_value([]).run()
        assert page.button(key="draft_create").label == "Save template"

        page.button(key="draft_create").click().run()

        kept = desk.template("sms_only")
        assert {i.type: i.status for i in kept.integrations} == {
            "whatsapp": "NOT_SUBMITTED",
            "twilio": "READY",
            "messagebird": "READY",
        }

    def test_can_be_submitted_later(self, new_page, desk):
        page = new_page("later")
        page.pills(key="draft_integrations").set_value([]).run()
        page.button(key="draft_create").click().run()
        whatsapp = next(i for i in desk.integrations() if i.type == "whatsapp")

        page.button(key=f"submit_{whatsapp.id}").click().run()

        assert desk.template("later").on(whatsapp.id).status == "PENDING"

    def test_with_a_name_that_is_taken_keeps_the_draft(self, new_page):
        page = new_page("twice")
        page.button(key="draft_create").click().run()
        page = new_page("twice")

        page.button(key="draft_create").click().run()

        assert "twice exists in en_US already" in page.error[0].value
        assert page.text_area(key="draft_body").value == GOOD_BODY

    def test_starts_afresh_after_one_was_made(self, new_page):
        page = new_page("afresh")
        page.button(key="draft_create").click().run()
        page.button(key="all_templates").click().run()

        page.button(key="new_template").click().run()

        assert not page.text_input(key="draft_name").value
        assert not page.text_area(key="draft_body").value


class TestThePageAlone:
    @pytest.mark.usefixtures("data_folder")
    def test_draws_without_the_frame_around_it(self):
        page = AppTest.from_file(str(ROOT / "pages/templates.py"), default_timeout=20).run()

        assert not page.exception
        assert titles(page) == ["Templates"]
