"""The templates page: finding one among all, seeing it as phones do, and what became of it."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import ROOT
from tests.pages.spoken import spoken, titles


def names(page):
    return list(page.dataframe[0].value["Template"])


class TestTheList:
    def test_has_one_row_for_each_name_with_its_languages_and_statuses(self, open_page, desk):
        page = open_page("templates.py")

        assert not page.exception
        table = page.dataframe[0].value
        assert names(page) == sorted({listed.template.name for listed in desk.templates()})
        assert table["WhatsApp Sandbox"][0] == "Rejected"
        assert set(table["Twilio Sandbox"]) == {"Ready"}
        assert table["Languages"][names(page).index("commande_prete")] == "English, French"
        assert set(table["Channels"]) == {"WhatsApp, SMS"}

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("POINTS month", ["loyalty_points"]),  # of the text
            ("japanese", ["holiday_closure"]),  # the name of its language
            ("parcel_del", ["parcel_delayed"]),  # of the name
        ],
    )
    def test_finds_words_of_name_text_and_language(self, open_page, words, found):
        page = open_page("templates.py")

        page.text_input(key="templates_words").set_value(words).run()

        assert names(page) == found

    def test_narrows_by_category_language_and_status(self, open_page):
        page = open_page("templates.py")

        page.multiselect(key="templates_category").set_value(["MARKETING"])
        page.multiselect(key="templates_language").set_value(["en"])
        page.multiselect(key="templates_status").set_value(["Paused by Meta"]).run()

        assert not page.exception
        assert names(page) == ["how_did_we_do"]

    def test_narrows_by_channel(self, open_page, desk):
        template = desk.template("fault_found").template
        desk.create_template(_renamed(template, "only_for_sms"), integration_ids=())
        page = open_page("templates.py")

        page.multiselect(key="templates_channel").set_value(["WhatsApp"]).run()

        assert "only_for_sms" not in names(page)
        assert "fault_found" in names(page)

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

    def test_says_how_fresh_it_is_and_is_fetched_again_on_request(self, open_page, desk):
        page = open_page("templates.py")
        checked = desk.template("fault_found:en").integrations[0].checked_at

        page.button(key="refresh_templates").click().run()

        assert "can take up to two hours to show here" in spoken(page)
        assert "status" in page.toast[0].value  # of how many depends on what others submitted
        assert desk.template("fault_found:en").integrations[0].checked_at > checked

    def test_says_what_to_do_when_there_is_none(self, open_empty):
        page = open_empty("templates.py")

        assert not page.exception
        assert "There is no template yet." in spoken(page)


class TestOneTemplate:
    def test_reads_as_on_a_phone_and_as_a_text_message(self, open_page, desk):
        page = open_page("templates.py", template=str(desk.template("parcel_delayed").id))
        assert not page.exception
        assert titles(page) == ["parcel\\_delayed"]
        assert "parcel A\\-1042 is running late" in spoken(page)
        assert "**Follow the parcel**" in spoken(page)

        page.radio(key="template_phone").set_value("Text message").run()

        assert "1 part: 155 of 160 characters in GSM-7" in spoken(page) or "2 parts" in spoken(page)
        assert "Links are written out as text." in spoken(page)

    def test_says_which_characters_cost_more_as_text_message(self, open_page, desk):
        page = open_page("templates.py", template=str(desk.template("holiday_closure").id))

        page.radio(key="template_phone").set_value("Text message").run()

        assert "in UCS-2" in spoken(page)
        assert "not in the alphabet of SMS" in spoken(page)

    def test_gives_the_reason_of_a_rejection_and_what_to_do(self, open_page, desk):
        page = open_page("templates.py", template=str(desk.template("account_notice").id))

        assert "Rejected" in spoken(page)
        assert "be at the start or end of the template" in spoken(page)
        assert "each needs words around it" in spoken(page)

    def test_shows_any_real_persons_values(self, open_page, desk):
        listed = desk.template("appointment_reminder")
        person = desk.find_people("a")[0]
        page = open_page("templates.py", template=str(listed.id))

        page.text_input(key="template_person_search").set_value(str(person.id)).run()

        assert not page.exception
        first_name = page.selectbox(key=f"template_field_{listed.id}_clarice")
        assert first_name.value == "first_name"
        shown = desk.preview_template(
            listed.id, person_id=person.id, fields={"clarice": "first_name"}
        )
        assert f"Hello {shown.values['clarice']}" in spoken(page).replace("\\", "")

    def test_says_when_nobody_is_found(self, open_page, desk):
        page = open_page("templates.py", template=str(desk.template("fault_found").id))
        assert "everybody gets the same text" in spoken(page)
        page = open_page("templates.py", template=str(desk.template("appointment_reminder").id))

        page.text_input(key="template_person_search").set_value("nobody like that").run()

        assert "Nobody is found for this." in spoken(page)

    def test_leads_to_its_other_languages(self, open_page, desk):
        french = desk.template("commande_prete:fr")
        page = open_page("templates.py", template=str(desk.template("commande_prete:en").id))

        page.button(key=f"template_language_{french.id}").click().run()

        assert page.query_params["template"] == str(french.id)
        assert "French" in page.caption[0].value

    def test_tells_its_versions_and_changes_of_status(self, open_page, desk):
        page = open_page("templates.py", template=str(desk.template("fault_found").id))

        assert "**Version 1**" in spoken(page)
        assert "from Sunshine Conversations" in spoken(page)
        assert "**Approved** on WhatsApp Sandbox" in spoken(page)
        assert "No campaign uses it yet." in spoken(page)

    @pytest.mark.parametrize("asked", ["999", "nonsense"])
    def test_that_does_not_exist_is_said_calmly(self, open_page, asked):
        page = open_page("templates.py", template=asked)

        assert not page.exception
        assert "This template is not there any more." in spoken(page)

    def test_leads_back_to_the_list(self, open_page, desk):
        page = open_page("templates.py", template=str(desk.template("fault_found").id))

        page.button(key="all_templates").click().run()

        assert titles(page) == ["Templates"]


class TestThePageAlone:
    @pytest.mark.usefixtures("data_folder")
    def test_draws_without_the_frame_around_it(self):
        page = AppTest.from_file(str(ROOT / "pages/templates.py"), default_timeout=20).run()

        assert not page.exception
        assert titles(page) == ["Templates"]


def _renamed(template, name):
    return type(template)(
        name=name, language=template.language, category=template.category, body=template.body
    )
