"""Writing a template in steps: from its name to Meta's answer, losing nothing on the way."""

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from relay_core.templates.writing.template import (
    Category,
    LinkButton,
    MediaHeader,
    MediaKind,
    PhoneButton,
    QuickReply,
    TextHeader,
)
from tests.pages.spoken import spoken, titles

GOOD_BODY = "Hello {{Clarice}}, your order {{A-1042}} is ready. Any question? Just reply to us."


def press(page: AppTest, key: str) -> AppTest:
    return page.button(key=key).click().run()


def whatsapp_of(desk):
    return next(each.id for each in desk.integrations() if each.type == "whatsapp")


def headings(page):
    return [heading.value for heading in page.header]


@pytest.fixture
def named(open_page):
    """The first step, with a name that no other test uses."""

    def opened(name: str) -> AppTest:
        page = open_page("templates.py", write="new")
        return page.text_input(key="draft_name").set_value(name).run()

    return opened


@pytest.fixture
def written(named):
    """The third step, with a name and a body."""

    def opened(name: str, body: str = GOOD_BODY) -> AppTest:
        page = press(press(named(name), "draft_next"), "draft_next")
        return page.text_area(key="draft_body").set_value(body).run()

    return opened


@pytest.fixture
def checked(written):
    """The last step."""

    def opened(name: str, body: str = GOOD_BODY) -> AppTest:
        return press(written(name, body), "draft_next")

    return opened


@pytest.fixture
def creation_fails(sandbox_url, desk):
    """Let the WhatsApp integration refuse new templates, and be good again afterwards."""
    integration_id = whatsapp_of(desk)

    def turn(how: str | None) -> None:
        faults = {"integrations": {integration_id: {"create": how, "reason": "Not today."}}}
        httpx.post(f"{sandbox_url}/_sandbox/faults", json=faults).raise_for_status()

    yield turn
    turn(None)


class TestTheFirstStep:
    def test_begins_without_reproach(self, open_page):
        page = open_page("templates.py", write="new")

        assert not page.exception
        assert titles(page) == ["New template"]
        assert not page.error

    def test_shows_the_name_that_meta_will_store(self, named):
        page = named("Été: check-in")

        assert "Meta stores it as **ete\\_check\\_in**" in spoken(page)

    def test_asks_for_a_name_before_going_on(self, open_page):
        page = press(open_page("templates.py", write="new"), "draft_next")

        assert headings(page) == ["Name and integrations"]
        assert "Give the template a name." in spoken(page)

    def test_says_in_which_languages_the_name_is_taken(self, named):
        page = named("Commande prête")

        assert "exists in English, French." in spoken(page)

    def test_says_until_when_a_deleted_name_rests(self, named, desk):
        listed = desk.template("fault_found")
        template = type(listed.template)(
            name="short_lived",
            language="en",
            category=Category.UTILITY,
            body="The shop is closed today. Any question? Just reply to us.",
        )
        made = desk.create_template(template, integration_ids=[whatsapp_of(desk)])
        desk.delete_template(made.template_id, typed_name="short_lived")

        page = press(named("short lived"), "draft_next")

        assert headings(page) == ["Name and integrations"]
        assert "Meta keeps a name for 30 days." in spoken(page)


class TestTheSecondStep:
    def test_says_what_a_category_means_and_why_one_is_not_offered(self, named):
        page = press(named("categories"), "draft_next")

        assert page.radio(key="draft_category").options == ["Marketing", "Utility"]
        assert "Meta moves it to Marketing when it advertises." in spoken(page)
        assert "Authentication, is not offered" in spoken(page)

    def test_refuses_a_language_in_which_the_name_exists(self, named):
        page = press(named("fault_found"), "draft_next")

        page.selectbox(key="draft_language").set_value("en").run()

        assert "exists in English already" in page.error[0].value
        assert headings(press(page, "draft_next")) == ["Category and language"]

    def test_names_the_languages_of_other_templates_first(self, named):
        page = press(named("languages"), "draft_next")

        assert page.selectbox(key="draft_language").options[0] == "English (en)"


class TestTheContent:
    def test_lists_the_dynamic_values(self, written):
        page = written("values")

        assert ":gray-badge[Clarice]" in spoken(page)
        assert ":gray-badge[A\\-1042]" in spoken(page)

    def test_shows_formatting_as_phones_do(self, written):
        page = written("formatting", "This is *bold* and 2 * 3 * 4 is _not_, for {{Clarice}} too.")
        assert "This is **bold** and 2 \\* 3 \\* 4 is *not*\\, for Clarice too\\." in spoken(page)

        page.radio(key="draft_phone").set_value("Text message").run()

        assert "This is bold and 2 \\* 3 \\* 4 is not\\, for Clarice too\\." in spoken(page)

    def test_says_where_something_is_wrong_and_puts_the_remedy_in_place(self, written):
        page = written("braces", "Hello {Clarice}, your order is ready for you at the shop.")
        assert "**Body**, characters 7 to 15" in spoken(page)
        assert "needs two braces" in spoken(page)

        press(page, "draft_suggestion_body_0")

        assert page.text_area(key="draft_body").value.startswith("Hello {{Clarice}}, your order")
        assert "needs two braces" not in spoken(page)

    def test_keeps_advice_apart_from_what_is_wrong(self, written):
        page = written("advice", "The shop is closed on Monday for everybody, all day.")

        assert "**Advice.** Nothing here is required." in spoken(page)
        assert not any(key.startswith("draft_suggestion") for key in _keys(page))
        assert headings(press(page, "draft_next"))[0] == "Check"

    def test_does_not_go_on_with_an_error(self, written):
        page = press(written("edges", "{{Clarice}}"), "draft_next")

        assert headings(page)[0] == "Content"
        assert "no dynamic value at the start" in spoken(page)

    def test_replaces_one_character_or_all_that_make_a_text_message_longer(self, written):
        page = written(
            "dear", "It\u2019s ready \u2014 come with {{Zo\u00eb\u2019s}} bag today. Questions?"
        )

        press(page, "draft_replace_0")
        assert page.text_area(key="draft_body").value == (
            "It's ready \u2014 come with {{Zo\u00eb\u2019s}} bag today. Questions?"
        )

        press(page, "draft_replace_all")
        assert page.text_area(key="draft_body").value == (
            "It's ready - come with {{Zo\u00eb\u2019s}} bag today. Questions?"
        )

    def test_makes_no_request_for_a_picture_elsewhere_unasked(self, written):
        page = written("pictures")
        page.radio(key="draft_header").set_value("Image").run()
        page.text_input(key="draft_header_url").set_value(
            "https://pics.example/dir/a%20b.png"
        ).run()
        assert ":material/image: Image" in spoken(page)
        assert "a b\\.png" in spoken(page)

        press(page, "template_media_show")

        assert ":material/image: Image" not in spoken(page)

    def test_adds_and_removes_buttons(self, written):
        page = written("buttons")
        page.radio(key="draft_buttons").set_value("Links and calls").run()
        press(press(page, "draft_button_add"), "draft_button_add")

        assert page.selectbox(key="draft_button_2_action").value == "Calls a number"
        assert page.button(key="draft_button_add").disabled

        press(page, "draft_button_0_remove")
        assert not page.button(key="draft_button_add").disabled


class TestGoingBack:
    def test_loses_nothing(self, written):
        page = written("there_and_back")
        page.radio(key="draft_header").set_value("Text").run()
        page.text_input(key="draft_header_text").set_value("Order {{A-1042}}").run()

        page = press(press(page, "draft_step_1"), "draft_step_3")

        assert page.text_area(key="draft_body").value == GOOD_BODY
        assert page.text_input(key="draft_header_text").value == "Order {{A-1042}}"

    def test_and_away_from_the_page_loses_nothing_either(self, written):
        page = written("elsewhere")

        press(page, "all_templates")
        page = press(page, "new_template")

        assert page.text_area(key="draft_body").value == GOOD_BODY

    def test_is_not_needed_to_begin_anew(self, written):
        page = press(written("discarded"), "draft_discard")

        page = press(page, "new_template")

        assert not page.text_input(key="draft_name").value


class TestSubmitting:
    def test_shows_what_will_be_made_where(self, checked):
        page = checked("Autumn outlook")

        assert "Meta is asked for **autumn\\_outlook** (Utility, English (United States))" in (
            spoken(page)
        )
        assert "**Twilio Sandbox**: ready for text messages at once." in spoken(page)

    def test_reaches_meta_with_everything(self, written, desk):
        page = written("with_everything")
        page.radio(key="draft_header").set_value("Text")
        page.radio(key="draft_buttons").set_value("Links and calls").run()
        page.text_input(key="draft_header_text").set_value("Order {{A-1042}}")
        page.text_input(key="draft_footer").set_value("Reply STOP to hear no more")
        page.text_input(key="draft_button_0_text").set_value("Follow it")
        page.text_input(key="draft_button_0_url").set_value("https://e.example/{{A-1042}}").run()
        press(page, "draft_button_add")
        page.selectbox(key="draft_button_1_action").set_value("Calls a number").run()
        page.text_input(key="draft_button_1_text").set_value("Call us")
        page.text_input(key="draft_button_1_phone").set_value("+33123456789").run()

        press(press(page, "draft_next"), "draft_create")

        assert not page.exception
        kept = desk.template("with_everything")
        assert kept.template.header == TextHeader("Order {{A-1042}}")
        assert kept.template.footer == "Reply STOP to hear no more"
        assert kept.template.buttons == (
            LinkButton("Follow it", "https://e.example/{{A-1042}}"),
            PhoneButton("Call us", "+33123456789"),
        )
        assert {i.type: i.status for i in kept.integrations} == {
            "whatsapp": "PENDING",
            "twilio": "READY",
            "messagebird": "READY",
            "talk": "READY",
        }
        assert "It is kept and submitted." in spoken(page)
        assert titles(press(page, "template_next_open")) == ["with\\_everything"]

    def test_keeps_quick_replies(self, written, desk):
        page = written("replies")
        page.radio(key="draft_buttons").set_value("Quick replies").run()
        press(page, "draft_button_add")
        page.text_input(key="draft_button_0_text").set_value("Yes")
        page.text_input(key="draft_button_1_text").set_value("No").run()
        press(page, "draft_button_0_remove")

        press(press(page, "draft_next"), "draft_create")

        assert desk.template("replies").template.buttons == (QuickReply("No"),)

    def test_looks_whether_a_picture_can_be_fetched(self, written, sandbox_url, desk):
        page = written("picture")
        page.radio(key="draft_header").set_value("Image").run()
        page.text_input(key="draft_header_url").set_value(f"{sandbox_url}/media/none.jpg").run()
        page = press(page, "draft_next")
        assert page.button(key="draft_create").disabled
        assert page.button(key="draft_create").label == "Submit to Meta"

        press(page, "draft_step_3")
        page.text_input(key="draft_header_url").set_value(f"{sandbox_url}/media/sample.jpg").run()
        press(page, "draft_next")
        assert "The image is there" in spoken(page)

        press(page, "draft_create")
        kept = desk.template("picture").template
        assert kept.header == MediaHeader(MediaKind.IMAGE, f"{sandbox_url}/media/sample.jpg")

    def test_for_text_messages_only_needs_nobody(self, named, desk):
        page = named("sms_only")
        page.multiselect(key="draft_integrations").set_value([]).run()
        press(press(page, "draft_next"), "draft_next")
        page.text_area(key="draft_body").set_value("{{Clarice}}, your order is ready").run()
        press(page, "draft_next")
        assert page.button(key="draft_create").label == "Save template"

        press(page, "draft_create")

        kept = desk.template("sms_only")
        assert {i.type: i.status for i in kept.integrations} == {
            "whatsapp": "NOT_SUBMITTED",
            "twilio": "READY",
            "messagebird": "READY",
            "talk": "READY",
        }

    def test_can_be_done_later(self, named, desk):
        page = named("later")
        page.multiselect(key="draft_integrations").set_value([]).run()
        press(press(page, "draft_next"), "draft_next")
        page.text_area(key="draft_body").set_value(GOOD_BODY).run()
        press(press(page, "draft_next"), "draft_create")
        whatsapp = whatsapp_of(desk)

        press(page, f"submit_{whatsapp}")

        assert desk.template("later").on(whatsapp).status == "PENDING"

    def test_that_meta_refuses_is_said_and_tried_again(self, checked, desk, creation_fails):
        creation_fails("400")
        page = press(checked("second_time"), "draft_create")
        assert "It is kept, but did not arrive everywhere." in spoken(page)
        assert "Not today." in spoken(page)

        creation_fails(None)
        press(page, f"submit_{whatsapp_of(desk)}")

        assert desk.template("second_time").on(whatsapp_of(desk)).status == "PENDING"
        assert "It is kept and submitted." in spoken(page)

    def test_with_a_press_that_belongs_to_another_draft_makes_nothing(self, checked, desk):
        page = checked("only_once")
        page.session_state["draft_number"] = "of the draft that was begun meanwhile"

        press(page, "draft_create")

        assert "only_once" not in {listed.template.name for listed in desk.templates()}

    def test_with_a_name_taken_meanwhile_keeps_the_draft(self, checked, desk):
        page = checked("taken_meanwhile")
        other = desk.template("fault_found").template
        desk.create_template(
            type(other)(
                name="taken_meanwhile",
                language="en_US",
                category=Category.UTILITY,
                body=other.body,
            ),
            integration_ids=(),
        )

        press(page, "draft_create")

        assert "exists in en\\_US already" in page.error[0].value
        press(page, "draft_step_3")
        assert titles(page) == ["New template"]

    def test_starts_afresh_afterwards(self, checked):
        page = press(checked("afresh"), "draft_create")

        press(page, "template_next_another")

        assert not page.text_input(key="draft_name").value


def _keys(page):
    return [str(button.key) for button in page.button]
