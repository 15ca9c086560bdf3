"""Relay's rules beside those of the stand-in, which has its own and is asked over HTTP."""

from dataclasses import replace
from itertools import count

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from relay_core.sandbox.messaging.integrations import WHATSAPP
from relay_core.templates.meta.components import create_body
from relay_core.templates.meta.importing import from_listed
from relay_core.templates.rules.problems import has_errors
from relay_core.templates.rules.templates import template_problems
from relay_core.templates.writing.names import meta_name
from relay_core.templates.writing.template import (
    Category,
    LinkButton,
    MediaHeader,
    MediaKind,
    PhoneButton,
    QuickReply,
    Template,
    TextHeader,
)
from tests.sandbox.stage import APP, stage
from tests.templates.test_metas_rules import ACCEPTED, PARTS

TEMPLATES_PATH = f"{APP}/integrations/{WHATSAPP.id}/messageTemplates"
APPROVED = "APPROVED"

VALUES = st.sampled_from(["{{Ana}}", "{{A-1042}}", "{{Été}}", "{{3}}", "{{日本}}", "{{ana}}"])
WORDS = st.sampled_from(
    ["Hello", "your order is ready", "日本語の文", "…", "!", "\n", " ", "it's", "A-1", "ça"]
)
ODD = st.sampled_from(["{{", "}}", "{{}}", "{x}", "{{x}", "😀", "\t", "%((x))%", "*b*", "     "])


def mostly(usual, unusual):
    """Draw the usual in nine of ten cases, so that whole templates are often fine."""
    return st.integers(0, 9).flatmap(lambda n: usual if n else unusual)


def texts(longest):
    """Texts that are mostly fine, with values here and there, and lengths about the limit."""
    piece = st.one_of(WORDS, WORDS, WORDS, VALUES, ODD)
    joined = st.lists(piece, max_size=9).map(" ".join) | st.lists(piece, max_size=5).map("".join)
    framed = st.lists(st.one_of(WORDS, VALUES), max_size=7).map(
        lambda pieces: f"Dear customer of ours, we write about {' and '.join(pieces)} today."
    )
    near = st.builds(lambda n, text: "x" * (longest - n) + text, st.integers(0, 40), joined)
    return mostly(framed, st.one_of(joined, near))


def in_between(longest):
    """Short plain texts about a limit."""
    fine = st.sampled_from(["Order", "Yes, please", "été"])
    about = st.integers(0, longest + 2).map("x".__mul__)
    return mostly(fine, st.one_of(about, texts(longest)))


URLS = mostly(
    st.sampled_from(["https://acme.example", "https://acme.example/{{A-1042}}"]),
    st.sampled_from(
        ["{{x}}", *(f"https://acme.example/{end}" for end in ("{{x}}/y", "{{a}}{{b}}", "{{"))]
    ),
)
LINKS = st.builds(LinkButton, in_between(25), URLS)
REPLIES = st.builds(QuickReply, in_between(25))
CALLS = st.builds(PhoneButton, in_between(25), st.just("+33123456789"))
TEMPLATES = st.builds(
    Template,
    name=st.text(max_size=520),
    language=mostly(st.sampled_from(["en", "pt_BR"]), st.sampled_from(["pt_br", "xx"])),
    category=mostly(st.just(Category.UTILITY), st.sampled_from(Category)),
    body=texts(1024),
    header=st.one_of(
        st.none(),
        st.none(),
        st.builds(TextHeader, in_between(60)),
        st.just(MediaHeader(MediaKind.IMAGE, "https://acme.example/a.jpg")),
    ),
    footer=st.one_of(st.none(), in_between(60)),
    buttons=st.one_of(
        st.just(()),
        st.lists(REPLIES, max_size=11, unique_by=lambda button: button.text).map(tuple),
        st.lists(st.one_of(LINKS, CALLS), max_size=4, unique_by=lambda button: button.text).map(
            tuple
        ),
    ),
    parameter_names=st.sampled_from([(), (), (("ana", "first_name"),)]),
)


@pytest.fixture(scope="module")
def verdict():
    """Submit a template under a free name, and return what became of it."""
    numbers = count()
    with stage() as running:
        running.set_faults(review_s=0)

        def submit(template):
            body = create_body(template)
            body["name"] = f"{body['name'][:500]}_{next(numbers)}" if body["name"] else ""
            response = running.client.post(TEMPLATES_PATH, json=body)
            if response.status_code != 201:
                return response.text
            params = {"name": body["name"]}
            listed = running.client.get(TEMPLATES_PATH, params=params).json()
            (found,) = listed["messageTemplates"]
            return found["status"]

        yield submit


class TestTheStandIn:
    @settings(max_examples=120)
    @given(template=TEMPLATES)
    def test_takes_whatever_has_no_error_here(self, verdict, template):
        problems = template_problems(template)
        said = verdict(template)

        event("refused there" if said != APPROVED else "approved there")
        event("error here" if has_errors(problems) else "fine here")
        assert said == APPROVED or has_errors(problems)

    @pytest.mark.parametrize(("part", "text"), ACCEPTED)
    def test_takes_what_the_table_of_rules_calls_fine(self, verdict, part, text):
        assert verdict(PARTS[part](text)) == APPROVED

    @pytest.mark.parametrize(
        "change",
        [
            {"body": "{{Ana}}, your order is ready"},
            {"body": "Your order is ready, {{Ana}}"},
            {"body": "Hi {{Ana}}"},
            {"body": "a b c d e {{Ana}} {{Bo}} f g"},
            {"body": " "},
            {"body": "x" * 1025},
            {"header": TextHeader("{{a}} {{b}}")},
            {"footer": "{{Ana}}"},
            {"language": "pt_br"},
            {"category": Category.AUTHENTICATION},
            {"buttons": tuple(QuickReply(f"R {n}") for n in range(11))},
            {"buttons": (QuickReply("x" * 26),)},
            {"buttons": tuple(LinkButton(f"L {n}", "https://a.example") for n in range(3))},
            {"buttons": (LinkButton("L", "https://a.example/{{x}}/y"),)},
        ],
    )
    def test_refuses_what_has_an_error_here(self, verdict, change):
        fine = PARTS["name"]("order")
        template = replace(fine, **change)

        assert verdict(template) != APPROVED
        assert has_errors(template_problems(template))

    def test_begins_with_templates_that_are_read_and_said_again_as_they_are(self):
        with stage() as running:
            listed = running.client.get(TEMPLATES_PATH, params={"limit": 100}).json()

        for item in listed["messageTemplates"]:
            read = from_listed(item)

            again = create_body(read.template)

            assert read.template.left_out == ()
            assert again["name"] == meta_name(item["name"]) == item["name"]
            assert again["components"] == item["components"]
            if item["status"] != "REJECTED":
                assert not has_errors(template_problems(read.template))
