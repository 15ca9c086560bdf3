"""Small rules behind the templates pages: places, guesses, differences, and how long ago."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pages._template_guess import guessed_fields
from pages._template_history import differences
from pages._template_news import said_ago
from pages._template_problems import place_of
from pages._template_words import shown_status
from relay_core.campaigns.bindings import BindableField, FromField, Static
from relay_core.templates.kept.versions import TemplateVersion
from relay_core.templates.rules.problems import Problem, ProblemCode
from relay_core.templates.writing.template import Category, Template, Value

NOW = datetime(2026, 8, 3, 12, tzinfo=UTC)
FIELDS = (
    BindableField("name", "Name"),
    BindableField("first_name", "First name"),
    BindableField("email", "E-mail"),
    BindableField("phone", "Phone"),
    BindableField("uf.loyalty_points", "Loyalty points"),
)


def problem(start, end):
    return Problem(code=ProblemCode.BRACES, message="Wrong.", where="body", start=start, end=end)


class TestThePlaceOfAProblem:
    @pytest.mark.parametrize(
        ("text", "start", "end", "place"),
        [
            ("Hello {x} there", 6, 9, "characters 7 to 9"),
            ("Hello\t", 5, 6, "character 6"),
            ("One\nHello {x}", 10, 13, "line 2, characters 7 to 9"),
            ("{x}", 0, 3, ""),  # all of it
            ("", 0, 0, ""),
        ],
    )
    def test_is_counted_as_people_count(self, text, start, end, place):
        assert place_of(problem(start, end), text) == place


class TestAGuess:
    @pytest.mark.parametrize(
        ("example", "field"),
        [
            ("Clarice", "first_name"),
            ("Ada Lovelace", "name"),
            ("ada@example.com", "email"),
            ("+33 1 23 45 67 89", "phone"),
            ("First name", "first_name"),  # named as the field
            ("loyalty points", "uf.loyalty_points"),
            ("A-1042", None),
            ("Monday", None),
            ("nine", None),
        ],
    )
    def test_goes_by_the_name_or_the_looks_of_the_example(self, example, field):
        guessed = guessed_fields(
            [Value("key", example)] if field is None else [_value(example)], FIELDS
        )

        assert list(guessed.values()) == ([field] if field else [])

    def test_trusts_what_a_campaign_chose_before(self):
        earlier = [{"a_1042": Static()}, {"a_1042": FromField("uf.loyalty_points")}]

        guessed = guessed_fields([_value("A-1042")], FIELDS, earlier=earlier)

        assert guessed == {"a_1042": "uf.loyalty_points"}

    def test_gives_the_first_name_once(self):
        guessed = guessed_fields([_value("Clarice"), _value("Camembert")], FIELDS)

        assert guessed == {"clarice": "first_name"}


class TestADifference:
    def test_marks_the_words_that_went_and_came(self):
        before = _version(
            1,
            Template(
                name="n",
                language="en",
                category=Category.UTILITY,
                body="We open at {{nine}} today.",
            ),
        )
        after = _version(
            2, replace(before.template, body="We close at {{nine}} today.", footer="Bye")
        )

        assert list(differences(before, after)) == [
            "**Body**: We :red[~~open~~] :green[close] at \\{\\{nine\\}\\} today\\.",
            "**Footer**: :green[Bye]",
        ]


class TestHowLongAgo:
    @pytest.mark.parametrize(
        ("seconds", "said"),
        [
            (5, "Just now"),
            (60, "1 minute ago"),
            (7_200, "2 hours ago"),
            (86_400 * 3, "3 days ago"),
            (-60, "Just now"),  # clocks differ
        ],
    )
    def test_is_as_exact_as_anybody_needs(self, seconds, said):
        assert said_ago(NOW - timedelta(seconds=seconds), now=NOW) == said


class TestAStatus:
    def test_that_is_unknown_keeps_its_word_and_is_no_refusal(self):
        shown = shown_status("SOMETHING_NEW")

        assert (shown.word, shown.color, shown.is_refusal) == ("Something new", "gray", False)


def _value(example):
    return Template(
        name="n", language="en", category=Category.UTILITY, body=f"{{{{{example}}}}}"
    ).values[0]


def _version(number, template):
    return TemplateVersion(
        number=number, template=template, made_at=NOW, actor="Ada", origin="relay"
    )
