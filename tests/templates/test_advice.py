"""Hints that make a message to many people do better."""

from dataclasses import replace

import pytest

from relay_core.templates.rules.advice import advice_on
from relay_core.templates.rules.advice_words import WORDINGS
from relay_core.templates.rules.problems import Severity, has_errors
from relay_core.templates.rules.templates import template_problems
from relay_core.templates.sms.gsm import GSM
from relay_core.templates.writing.languages import LANGUAGES
from relay_core.templates.writing.template import (
    Category,
    LinkButton,
    PhoneButton,
    QuickReply,
    Template,
    TextHeader,
)

BARE = {
    "en": "Hello {{Clarice}}, your parcel is here.",
    "fr": "Bonjour {{Clarice}}, votre colis est là.",
    "de": "Guten Tag {{Clarice}}, Ihr Paket ist da.",
    "es": "Hola {{Clarice}}, su paquete ha llegado.",
    "nl": "Hallo {{Clarice}}, uw pakket is er.",
    "it": "Buongiorno {{Clarice}}, il suo pacco è qui.",
    "pt": "Boa tarde {{Clarice}}, a sua encomenda chegou.",
}
"""Texts that ask for nothing."""
INVITING = {
    "en": "Hello {{Clarice}}, your parcel is here. Any questions? Just reply.",
    "fr": "Bonjour {{Clarice}}, votre colis est là. N'hésitez pas à nous contacter.",
    "de": "Guten Tag {{Clarice}}, Ihr Paket ist da. Bei Fragen antworten Sie einfach.",
    "es": "Hola {{Clarice}}, su paquete ha llegado. ¿Dudas? Escríbanos.",
    "nl": "Hallo {{Clarice}}, uw pakket is er. Laat ons weten wanneer u komt.",
    "it": "Buongiorno {{Clarice}}, il suo pacco è qui. Risponda pure a questo messaggio.",
    "pt": "Boa tarde {{Clarice}}, a sua encomenda chegou. Perguntas? Responda a esta mensagem.",
}


def template(body, language="en", **parts):
    return Template(name="n", language=language, category=Category.MARKETING, body=body, **parts)


def hints(*args, **parts):
    return [problem.code.value for problem in advice_on(template(*args, **parts))]


class TestAdvice:
    @pytest.mark.parametrize("language", BARE)
    def test_names_all_that_a_bare_text_lacks(self, language):
        assert hints(BARE[language], language) == ["call_to_action", "invitation", "opt_out"]

    @pytest.mark.parametrize("language", INVITING)
    def test_takes_an_invitation_for_a_request_as_well(self, language):
        assert hints(INVITING[language], language) == ["opt_out"]

    @pytest.mark.parametrize("language", WORDINGS)
    def test_is_content_once_it_is_followed(self, language):
        bare = template(BARE[language], {"pt": "pt_PT"}.get(language, language))

        body = bare.body
        footer = None
        for hint in advice_on(bare):
            if hint.where == "body" and hint.suggestion:
                body = body[: hint.start] + hint.suggestion + body[hint.end :]
            elif hint.suggestion:
                footer = hint.suggestion
        followed = replace(bare, body=body, footer=footer)

        assert advice_on(followed) == ()
        assert template_problems(followed) == ()

    @pytest.mark.parametrize("language", WORDINGS)
    def test_suggests_nothing_that_makes_text_messages_dearer(self, language):
        wording = WORDINGS[language]

        assert GSM.issuperset(wording.invite + wording.end)

    def test_never_stops_anything(self):
        found = advice_on(template("x" * 2000))

        assert {hint.severity for hint in found} == {Severity.HINT}
        assert not has_errors(found)

    @pytest.mark.parametrize("language", [code for code in LANGUAGES if code[:2] not in WORDINGS])
    def test_judges_only_the_length_of_other_languages(self, language):
        assert hints("abc", language) == []
        assert hints("a" * 161, language) == ["long_text"]

    @pytest.mark.parametrize("language", ["en_US", "fr_CA", "pt_BR"])
    def test_knows_a_language_in_every_country(self, language):
        assert "opt_out" in hints("abc", language)

    def test_waits_for_a_text(self):
        assert hints(" ") == []


class TestACallToAction:
    @pytest.mark.parametrize(
        "parts",
        [
            {"buttons": (LinkButton("Shop", "https://acme.example"),)},
            {"buttons": (PhoneButton("Call", "+33123456789"),)},
            {"buttons": (QuickReply("Yes"),)},
            {"body": "Our new shop is open: https://acme.example"},
            {"body": "Our new shop is open. DISCOVER it today."},
        ],
    )
    def test_is_seen_in_buttons_addresses_and_words(self, parts):
        assert "call_to_action" not in hints(**{"body": "Our new shop is open."} | parts)

    @pytest.mark.parametrize(
        "body", ["Your order is ready. Reply STOP to end.", "The bus does not stop here today."]
    )
    def test_is_not_the_way_out(self, body):
        assert "call_to_action" in hints(body)


class TestAnInvitation:
    def test_is_seen_in_quick_replies(self):
        assert "invitation" not in hints(BARE["en"], buttons=(QuickReply("Yes"),))

    def test_is_not_the_way_out(self):
        assert "invitation" in hints("Your parcel is here. Reply STOP to end.")


class TestTheWayOut:
    @pytest.mark.parametrize(
        "parts",
        [
            {"footer": "Reply STOP to end"},
            {"footer": "To unsubscribe, write to us"},
            {"body": "News! Text STOP to end."},
            {"header": TextHeader("STOP ends these")},
            {"buttons": (QuickReply("Opt out"),)},
        ],
    )
    def test_is_seen_in_every_part(self, parts):
        assert "opt_out" not in hints(**{"body": "News!"} | parts)

    def test_is_the_keyword_and_not_the_word(self):
        assert "opt_out" in hints("Please stop by our shop.")

    def test_is_not_suggested_over_a_footer_that_is_there(self):
        (hint,) = [h for h in advice_on(template("News!", footer="Acme")) if h.where == "footer"]

        assert (hint.suggestion, hint.start, hint.end) == (None, 4, 4)


class TestALongText:
    @pytest.mark.parametrize(
        ("body", "long"),
        [
            ("a" * 160, False),
            ("a" * 161, True),
            ("ç" * 70, False),
            ("ç" * 71, True),
            ("*" + "a" * 160 + "*", False),  # marks are not sent
            ("a" * 155 + "{{Ana}}", False),
            ("a" * 155 + "{{Clarice}}", True),
        ],
    )
    def test_is_one_that_needs_several_text_messages(self, body, long):
        assert ("long_text" in hints(body)) is long
