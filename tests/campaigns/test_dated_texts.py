"""Texts that say when they are sent, in the language of the campaign."""

from datetime import datetime

import pytest

from relay_core.campaigns.dated_texts import NAMES, TIME, check_dated, dated
from relay_core.errors import CampaignError
from relay_core.templates.sms.parts import measure
from relay_core.templates.writing.languages import LANGUAGES

MONDAY = datetime.fromisoformat("2026-11-23T09:05")


def said(text, language="en", local=MONDAY):
    return dated({"when": text}, local=local, language=language)["when"]


class TestADatedText:
    @pytest.mark.parametrize(
        ("text", "language", "expected"),
        [
            ("next {{weekday}}", "en_US", "next Monday"),
            ("{{Weekday}}, {{ date }}", "en", "Monday, November 23, 2026"),
            ("{{date}}", "en_GB", "23 November 2026"),
            ("{{weekday}} {{day}} {{month}} {{year}}", "fr", "lundi 23 novembre 2026"),
            ("{{weekday}} om {{time}}", "nl", "maandag om 09:05"),
            ("{{month}}", "pt_BR", "novembro"),
            ("{{month}}", "de", "November"),
            ("{{date}}", "ja", "2026年11月23日"),
            ("as ever", "en", "as ever"),
        ],
    )
    def test_reads_as_people_there_write_it(self, text, language, expected):
        assert said(text, language) == expected

    def test_has_no_space_that_would_make_a_text_message_longer(self):
        assert said("{{time}}", "en_US") == "9:05 AM"
        assert not measure(said("{{time}} {{date}}", "fr")).forced_by

    @pytest.mark.parametrize("language", [*LANGUAGES, "tlh"])
    def test_is_filled_in_in_every_language_that_templates_have(self, language):
        everything = " ".join(f"{{{{{name}}}}}" for name in (*NAMES, TIME))

        assert "{" not in said(everything, language)


class TestAnUnusableText:
    @pytest.mark.parametrize("text", ["{{tomorrow}}", "{{weekday}", "{weekday}", "{{}}", "}}"])
    def test_is_refused_with_what_there_is(self, text):
        with pytest.raises(CampaignError) as refusal:
            check_dated({"monday": text})

        assert "monday" in refusal.value.advice
        assert "{{weekday}}" in refusal.value.advice

    def test_is_no_text_without_braces(self):
        check_dated({"monday": "Tuesday", "at": "{{time}}"})
