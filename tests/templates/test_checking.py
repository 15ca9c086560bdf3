"""Everything there is to say about a template, in one document."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from relay_core.templates.checking import CheckedTemplate, checked
from relay_core.templates.meta.components import to_components
from relay_core.templates.rules.problems import Problem, ProblemCode, Severity
from relay_core.templates.writing.template import (
    Category,
    LinkButton,
    MediaHeader,
    MediaKind,
    Template,
    TextHeader,
)

GOOD = Template(
    name="order_ready",
    language="en",
    category=Category.UTILITY,
    body="Hello {{Clarice}}, your order {{A-1042}} is ready. Any question? Just reply.",
    footer="Reply STOP to end",
    buttons=(LinkButton("See", "https://acme.example/{{A-1042}}"),),
)
ANYTHING = st.text(st.sampled_from("ab {}%(&\t\n*_😀ç1"), max_size=40)


class TestACheckedTemplate:
    def test_says_what_becomes_of_it_on_either_channel(self):
        found = checked(GOOD)

        assert (found.valid, found.name, found.problems) == (True, "order_ready", ())
        assert found.components == to_components(GOOD)
        assert found.sms_text == (
            "Hello Clarice, your order A-1042 is ready. Any question? Just reply.\n"
            "Reply STOP to end\n"
            "See: https://acme.example/A-1042"
        )
        assert found.sms.parts == 1
        assert found.lost_in_sms == ("Links are written out as text.",)

    def test_prints_as_documented(self):
        document = checked(replace(GOOD, name="Été", body="Ça {{}} va", footer=None)).as_json()

        assert list(document) == ["valid", "name", "problems", "components", "sms"]
        assert (document["valid"], document["name"]) == (False, "ete")
        assert {"code", "where", "message"} <= set(document["problems"][0])
        assert document["problems"][0]["code"] == "missing_example"
        assert document["sms"] == {
            "text": "Ça {{}} va\nSee: https://acme.example/A-1042",
            "encoding": "GSM-7",
            "parts": 1,
            "forced_by": [],
        }

    def test_names_what_forces_ucs2(self):
        document = checked(replace(GOOD, body="Reçu")).as_json()

        assert document["sms"]["encoding"] == "UCS-2"
        assert document["sms"]["forced_by"] == [
            {"character": "ç", "start": 2, "end": 3, "suggestion": "c"}
        ]

    def test_puts_errors_first_and_hints_last(self):
        found = checked(replace(GOOD, name="Été", body="Hi {{}}", footer=None, buttons=()))

        order = [problem.severity for problem in found.problems]
        assert order == sorted(order, key=list(Severity).index)
        assert set(order) == set(Severity)

    def test_is_valid_with_warnings_and_hints(self):
        found = checked(replace(GOOD, name="Été", footer=None))

        assert found.valid
        assert [problem.code.value for problem in found.problems] == ["name_form", "opt_out"]

    def test_counts_what_was_found_outside(self):
        missing = Problem(
            code=ProblemCode.MEDIA_NOT_FOUND, message="Gone.", where="header", start=0, end=1
        )
        header = MediaHeader(MediaKind.IMAGE, "https://acme.example/a.jpg")

        found = checked(replace(GOOD, header=header), found=(missing,))

        assert not found.valid
        assert found.problems == (missing,)

    def test_is_valid_as_a_text_message_whatever_meta_says(self):
        template = replace(GOOD, footer="Reply STOP, {{Ana}}", body="{{Ana}}, any question?")

        assert not checked(template).valid
        assert checked(template, whatsapp=False).valid

    @given(ANYTHING, ANYTHING, st.booleans())
    def test_is_made_of_any_text_and_survives_json(self, text, other, whatsapp):
        template = replace(
            GOOD,
            name=text,
            header=TextHeader(other),
            body=text,
            footer=other,
            buttons=(LinkButton(text, other),),
        )

        found = checked(template, whatsapp=whatsapp)

        adapter = TypeAdapter(CheckedTemplate)
        assert adapter.validate_json(adapter.dump_json(found)) == found
        assert json.loads(json.dumps(found.as_json())) == found.as_json()

    @pytest.mark.parametrize("part", ["name", "body"])
    def test_is_made_of_nothing_as_well(self, part):
        assert not checked(replace(GOOD, **{part: ""})).valid
