"""What can be done with a template: changing, copying, translating, importing, deleting it."""

import json
from dataclasses import replace

import httpx
import pytest

from relay_core.templates.writing.template import Category, MediaHeader, MediaKind, Template
from tests.pages.spoken import spoken, titles

BODY = "Hello {{Clarice}}, the shop opens at {{nine}} today. Any question? Just reply to us."


def press(page, key):
    return page.button(key=key).click().run()


def template(name, **changes):
    plain = Template(name=name, language="en", category=Category.UTILITY, body=BODY)
    return replace(plain, **changes)


def whatsapp_of(desk):
    return next(each.id for each in desk.integrations() if each.type == "whatsapp")


def to_the_end(page):
    for _ in range(3):
        page = press(page, "draft_next")
    return press(page, "draft_create")


class TestEditing:
    def test_what_meta_does_not_hold_makes_a_new_version(self, open_page, desk):
        made = desk.create_template(template("opening"), integration_ids=())
        page = press(open_page("templates.py", template=str(made.template_id)), "template_edit")
        assert "it is changed in place" in spoken(page)
        assert page.text_input(key="draft_name").disabled

        press(press(page, "draft_next"), "draft_next")
        page.text_area(key="draft_body").set_value(BODY.replace("opens", "closes")).run()
        press(press(page, "draft_next"), "draft_create")

        history = desk.template_history(made.template_id)
        assert [version.number for version in history.versions] == [2, 1]
        press(page, "template_next_open")
        assert "**Body**: Hello \\{\\{Clarice\\}\\}\\, the shop :red[~~opens~~] :green[closes]" in (
            spoken(page)
        )

    def test_what_meta_holds_leads_to_a_new_name_linked_to_the_old(self, open_page, desk):
        listed = desk.template("appointment_reminder")
        page = press(open_page("templates.py", template=str(listed.id)), "template_edit")
        assert "There are two ways:" in spoken(page)

        page = press(page, "template_replace")
        assert page.text_input(key="draft_name").value == "appointment_reminder_2"
        page = to_the_end(page)

        assert "It is kept and submitted." in spoken(page)
        made = desk.template("appointment_reminder_2")
        assert desk.template_history(made.id).replaces == (listed.id, listed.label)
        page = press(page, "template_next_open")
        assert titles(press(page, f"template_kin_{listed.id}")) == ["appointment\\_reminder"]

    def test_the_address_of_a_picture_can_be_changed_at_any_time(
        self, open_page, desk, sandbox_url
    ):
        header = MediaHeader(MediaKind.IMAGE, f"{sandbox_url}/media/sample.jpg")
        made = desk.create_template(
            template("moving_picture", header=header), integration_ids=[whatsapp_of(desk)]
        )
        page = press(open_page("templates.py", template=str(made.template_id)), "template_edit")

        page.text_input(key="template_address").set_value(f"{sandbox_url}/media/sample.png")
        press(page, "template_address_save")

        kept = desk.template("moving_picture").template
        assert kept.header == MediaHeader(MediaKind.IMAGE, f"{sandbox_url}/media/sample.png")


class TestCopying:
    def test_begins_with_the_same_words_under_a_free_name(self, open_page, desk):
        listed = desk.template("parcel_delayed")
        page = press(open_page("templates.py", template=str(listed.id)), "template_copy")

        assert titles(page) == ["Copy of a template"]
        assert page.text_input(key="draft_name").value == "parcel_delayed_2"
        assert page.session_state["draft_body"] == listed.template.body

    def test_keeps_header_and_buttons(self, open_page, desk):
        listed = desk.template("commande_prete:fr")
        page = press(open_page("templates.py", template=str(listed.id)), "template_copy")

        to_the_end(page)

        copied = desk.template("commande_prete_2").template
        assert replace(copied, name="commande_prete") == replace(
            listed.template, body_order=(), parameter_names=()
        )


class TestAddingALanguage:
    def test_keeps_the_name_and_asks_for_the_language(self, open_page, desk):
        listed = desk.template("fault_found")
        page = press(open_page("templates.py", template=str(listed.id)), "template_translate")
        assert page.text_input(key="draft_name").value == "fault_found"

        press(press(page, "draft_next"), "draft_next")
        assert "Choose the language it is written in." in spoken(page)
        page.selectbox(key="draft_language").set_value("nl").run()
        press(page, "draft_next")
        page.text_area(key="draft_body").set_value("Wij kijken naar de storing. Vragen?").run()
        press(press(page, "draft_next"), "draft_create")

        assert desk.template("fault_found:nl").template.language == "nl"


class TestDeleting:
    def delete(self, page, typed):
        page.text_input(key="template_typed_name").set_value(typed)
        return press(page, "template_delete_sure")

    def test_says_that_all_languages_go_and_takes_them(self, open_page, desk):
        for language in ("en", "fr"):
            desk.create_template(
                template("passing", language=language), integration_ids=[whatsapp_of(desk)]
            )
        page = open_page("templates.py", template=str(desk.template("passing:en").id))
        page = press(page, "template_delete")
        assert "in all its languages: English, French" in spoken(page)
        assert "keeps the name for 30 days" in spoken(page)

        self.delete(page, "passing")

        assert not page.exception
        assert "passing" not in {t.template.name for t in desk.templates()}

    def test_with_another_name_deletes_nothing(self, open_page, desk):
        page = open_page("templates.py", template=str(desk.template("fault_found").id))

        self.delete(press(page, "template_delete"), "something else")

        assert desk.template("fault_found").deleted_at is None

    def test_that_fails_somewhere_can_be_tried_again(self, open_page, desk, sandbox_url):
        def fail(how):
            faults = {"integrations": {whatsapp_of(desk): {"delete": how}}}
            httpx.post(f"{sandbox_url}/_sandbox/faults", json=faults).raise_for_status()

        made = desk.create_template(template("clinging"), integration_ids=[whatsapp_of(desk)])
        fail("400")
        page = open_page("templates.py", template=str(made.template_id))
        self.delete(press(page, "template_delete"), "clinging")
        fail(None)
        assert "clinging" in {t.template.name for t in desk.templates()}

        page = open_page("templates.py", template=str(made.template_id))
        self.delete(press(page, "template_delete"), "clinging")

        assert "clinging" not in {t.template.name for t in desk.templates()}


DOCUMENT = {
    "name": "from_a_file",
    "language": "en",
    "category": "MARKETING",
    "body": BODY,
    "footer": "Reply STOP to hear no more",
    "buttons": [{"type": "QUICK_REPLY", "text": "Yes"}],
}


class TestAFile:
    def upload(self, page, content: bytes):
        page.file_uploader(key="template_file").upload("template.json", content, "application/json")
        return page.run()

    def test_opens_in_the_steps_and_is_submitted(self, open_page, desk):
        page = self.upload(open_page("templates.py", write="file"), json.dumps(DOCUMENT).encode())
        assert titles(page) == ["Template from a file"]

        to_the_end(page)

        kept = desk.template("from_a_file")
        assert desk.export_template(kept.id) == DOCUMENT

    @pytest.mark.parametrize(
        ("content", "advice"),
        [
            (b"no json", "not JSON"),
            (b"[1]", "must hold one template"),
            (b'{"name": "x"}', "language"),
            (b"\xff\xfe", "not JSON"),
        ],
    )
    def test_that_cannot_be_read_is_said(self, open_page, content, advice):
        page = self.upload(open_page("templates.py", write="file"), content)

        assert not page.exception
        assert advice in page.error[0].value

    def test_with_both_kinds_of_buttons_keeps_one_and_says_so(self, open_page):
        link = {"type": "URL", "text": "Look", "url": "https://e.example/"}
        document = DOCUMENT | {"buttons": [*DOCUMENT["buttons"], link]}

        page = self.upload(open_page("templates.py", write="file"), json.dumps(document).encode())

        assert "Quick replies are left out" in spoken(page)
        assert page.session_state["draft_buttons"] == "Links and calls"


class TestTheSource:
    @pytest.mark.parametrize("why", ["edit", "replace", "copy", "translate"])
    def test_that_is_gone_is_said_calmly(self, open_page, why):
        page = open_page("templates.py", write=why, **{"from": "999"})

        assert not page.exception
        assert "is not there any more" in spoken(page)
