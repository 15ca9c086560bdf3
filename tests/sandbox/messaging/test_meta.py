"""Meta: the review of new templates, and the filling of approved ones."""

import copy
import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.sandbox.clock import Clock
from relay_core.sandbox.faults import TemplateFaults
from relay_core.sandbox.messaging.messages import Refusal, TemplateContent
from relay_core.sandbox.messaging.meta.book import TemplateBook, TemplateRefusedError
from relay_core.sandbox.messaging.meta.rendering import render
from relay_core.sandbox.messaging.meta.review import Reason, review_objection
from relay_core.sandbox.messaging.meta.rules import creation_error
from relay_core.sandbox.messaging.meta.seeds import SEEDS
from relay_core.sandbox.messaging.meta.templates import Template, TemplateStatus
from tests.sandbox.stage import APP, START, stage

TEXT = "Hello {{1}}, your parcel {{2}} is on its way to you."


def body(text: str = TEXT, *examples: str) -> dict[str, Any]:
    part: dict[str, Any] = {"type": "BODY", "text": text}
    if examples:
        part["example"] = {"body_text": [list(examples)]}
    return part


def draft(**changes: Any) -> dict[str, Any]:
    return announced(
        {
            "name": "parcel_sent",
            "language": "en",
            "category": "UTILITY",
            "components": [body(TEXT, "Clarice", "A-1042")],
            **changes,
        }
    )


def announced(made: dict[str, Any]) -> dict[str, Any]:
    """Say that variables have names, where they do."""
    named = re.search(r"\{\{[A-Za-z]", str(made["components"]))
    return {"parameter_format": "NAMED", **made} if named else made


def buttons(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"type": "BUTTONS", "buttons": list(buttons)}


def link(text: str = "Go", url: str = "https://a.example/") -> dict[str, Any]:
    return {"type": "URL", "text": text, "url": url}


def call(number: str = "+33123456789") -> dict[str, Any]:
    return {"type": "PHONE_NUMBER", "text": "Call us", "phone_number": number}


def reply(text: str) -> dict[str, Any]:
    return {"type": "QUICK_REPLY", "text": text}


def as_draft(seed: Any) -> dict[str, Any]:
    parts = ("name", "language", "category", "components")
    return announced({name: getattr(seed, name) for name in parts})


def book() -> tuple[TemplateBook, Clock]:
    clock = Clock(START, 1)
    return TemplateBook(clock, SEEDS), clock


def submit(
    templates: TemplateBook, wanted: dict[str, Any], *, review_s: float = 5, **limits: Any
) -> Template:
    return templates.submit(wanted, review_s=review_s, limits=TemplateFaults(**limits))


def filled(
    name: str, *components: dict[str, Any], language: str = "en", status: str | None = None
) -> str | Refusal:
    templates, _ = book()
    if status:
        templates.decide(name, TemplateStatus(status), reason=None, language=None)
    content = TemplateContent(name=name, language=language, components=components)
    return render(templates.find(name, language), content)


def values(*texts: str, kind: str = "BODY") -> dict[str, Any]:
    return {"type": kind, "parameters": [{"type": "text", "text": each} for each in texts]}


def button(*texts: str, index: object = 0) -> dict[str, Any]:
    return {**values(*texts, kind="button"), "sub_type": "url", "index": index}


def code(outcome: str | Refusal) -> int:
    assert isinstance(outcome, Refusal)
    return outcome.code


class TestReview:
    def test_approves_a_sound_template_after_the_delay(self) -> None:
        templates, clock = book()

        template = submit(templates, draft(), review_s=60)
        clock.advance(timedelta(seconds=59))
        before = templates.find("parcel_sent", "en")
        clock.advance(timedelta(seconds=1))
        after = templates.find("parcel_sent", "en")

        assert template.status is TemplateStatus.PENDING
        assert before == template
        assert after is not None
        assert after.status is TemplateStatus.APPROVED

    @pytest.mark.parametrize(
        ("part", "word"),
        [
            (body("Hello {{1}} {{2}} your parcel is on its way.", "a", "b"), "next to each other"),
            (body("Hello {{1}}, your parcel {{3}} is on its way.", "a", "b"), "numbered"),
            (body("Hello {{Name}}, your parcel is on its way.", "a"), "lowercase"),
            (body(), "example"),
            (body(TEXT, "Clarice"), "example"),
        ],
    )
    def test_rejects_a_broken_rule_and_says_which(self, part, word) -> None:
        templates, clock = book()

        submit(templates, draft(components=[part]))
        clock.advance(timedelta(seconds=5))
        template = templates.find("parcel_sent", "en")

        assert template is not None
        assert template.status is TemplateStatus.REJECTED
        assert template.reason is not None
        assert template.reason.startswith("INVALID_FORMAT: ")
        assert word in template.reason

    @pytest.mark.parametrize(
        "link",
        [
            {"type": "URL", "text": "Go", "url": "https://a.example/{{1}}/x", "example": ["x"]},
            {"type": "URL", "text": "Go", "url": "https://a.example/{{1}}"},
        ],
    )
    def test_rejects_a_link_whose_variable_is_amiss(self, link) -> None:
        parts = [body("Your parcel left."), {"type": "BUTTONS", "buttons": [link]}]

        assert review_objection(parts, category="UTILITY")

    @pytest.mark.parametrize(
        ("text", "category", "reason"),
        [
            ("A discount on everything in our shops.", "UTILITY", Reason.INCORRECT_CATEGORY),
            ("A discount on everything in our shops.", "MARKETING", None),
            (TEXT + " Enjoy 20 % off your next one.", "UTILITY", Reason.PROMOTIONAL),
            ("You have won! Ask us for the prize.", "MARKETING", Reason.SCAM),
            ("Your bill is here: https://bit.ly/3xyz", "UTILITY", Reason.SCAM),
            ("Pay now or else we come to you.", "UTILITY", Reason.ABUSIVE_CONTENT),
            ("Your order is ready, the shop is open until six.", "UTILITY", None),
        ],
    )
    def test_takes_offence_at_a_few_plain_words(self, text, category, reason) -> None:
        examples = ("Clarice", "A-1042") if "{{" in text else ()

        objection = review_objection([body(text, *examples)], category=category)

        assert (objection and objection.reason) == reason

    @pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed.name}-{seed.language}")
    def test_agrees_with_the_templates_that_are_there(self, seed) -> None:
        error = creation_error(as_draft(seed))
        objection = review_objection(seed.components, category=seed.category)

        found = str(error.text if error else objection or "")

        assert found == (seed.reason or "").removeprefix("INVALID_FORMAT: ")


class TestSubmitting:
    @pytest.mark.parametrize(
        "changes",
        [
            {"name": "Parcel Sent"},
            {"name": None},
            {"name": "x" * 513},
            {"category": "AUTHENTICATION"},
            {"category": ["UTILITY"]},
            {"language": "en_XX"},
            {"components": []},
            {"components": "BODY"},
            {"components": [body(), body()]},
            {"components": [body("x" * 1025)]},
            {"components": [body(), {"type": "AUDIO"}]},
            {"components": [body(), {"type": "FOOTER", "text": "For {{1}}"}]},
            {"components": [body(), {"type": "FOOTER", "text": "x" * 61}]},
            {"components": [body(), {"type": "HEADER", "format": "POEM"}]},
            {"components": [body(), {"type": "HEADER", "text": "{{1}} and {{2}} here"}]},
            {"components": [body(), {"type": "BUTTONS", "buttons": "two"}]},
            {"components": [body(), {"type": "BUTTONS", "buttons": [{"type": "FLY"}]}]},
            {"components": [body(), {"type": "BUTTONS", "buttons": [{"type": "URL"}] * 3}]},
            {
                "components": [
                    body(),
                    {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY"}] * 11},
                ]
            },
        ],
    )
    def test_is_refused_at_once_when_malformed(self, changes) -> None:
        templates, _ = book()

        with pytest.raises(TemplateRefusedError):
            submit(templates, draft(**changes))

    def test_needs_a_name_that_is_free_in_this_language(self) -> None:
        templates, _ = book()
        submit(templates, draft())

        submit(templates, draft(language="fr"))
        with pytest.raises(TemplateRefusedError, match="exists already"):
            submit(templates, draft())

    def test_waits_thirty_days_for_a_deleted_name(self) -> None:
        templates, clock = book()
        templates.delete("commande_prete")

        with pytest.raises(TemplateRefusedError, match="30 days"):
            submit(templates, draft(name="commande_prete"))
        clock.advance(timedelta(days=30))
        submit(templates, draft(name="commande_prete"))

        assert len(templates.named("commande_prete")) == 1

    @pytest.mark.parametrize(
        ("components", "subcode"),
        [
            ([body("{{1}}, your parcel is on its way to you.", "Ada")], 2388299),
            ([body("Your parcel is on its way to {{1}}", "Ada")], 2388299),
            ([body("Dear {{1}}, see {{2}} soon", "Ada", "us")], 2388293),
            ([body("x" * 1025)], 2388040),
            ([body(" ")], 2388047),
            ([body(), {"type": "HEADER", "text": "x" * 61}], 2388040),
            ([body(), {"type": "HEADER", "text": "Two\nlines"}], 2388047),
            ([body(), {"type": "HEADER", "text": "In *bold*"}], 2388047),
            ([body(), {"type": "HEADER", "text": "Party 🎉"}], 2388047),
            ([body(), {"type": "HEADER", "text": ""}], 2388047),
            ([body(), {"type": "HEADER", "format": "IMAGE"}], 2388047),
            ([body(), {"type": "FOOTER", "text": "Two\nlines"}], 2388073),
            ([body(), {"type": "FOOTER", "text": "Party 🎉"}], 2388073),
            ([body(), {"type": "FOOTER", "text": "For {{1}}"}], 2388073),
            ([body(), buttons(reply("🎉"))], None),
            ([body(), buttons(link("x" * 26))], 2388040),
            ([body(), buttons(link(url="https://a.example/" + "x" * 2000))], 2388040),
            ([body(), buttons(call("+33" + "1" * 18))], 2388040),
            ([body(), buttons(link(text=""))], None),
            ([body(), buttons(link(text="{{1}}"))], None),
            ([body(), buttons(link(url="parcels"))], None),
            ([body(), buttons(call(""))], None),
            ([body(), buttons(call(), call())], None),
            ([body(), buttons(reply("Yes"), link(), reply("No"))], None),
        ],
    )
    def test_is_refused_with_metas_code(self, components, subcode) -> None:
        error = creation_error(draft(components=components))

        assert error
        assert (error.code, error.subcode) == (100, subcode)
        assert str(error).endswith(f"(Meta 100/{subcode})" if subcode else "(Meta 100)")

    def test_is_refused_when_names_come_unannounced(self) -> None:
        named = draft(components=[body("Hello {{name}}, your parcel is on its way.", "Ada")])

        assert creation_error(named) is None
        assert "NAMED" in str(creation_error({**named, "parameter_format": "POSITIONAL"}))

    @pytest.mark.parametrize(
        "components",
        [
            [body("こんにちは{{1}}様、商品が届きました。", "Ada")],
            [body(), {"type": "HEADER", "text": "Order {{first_name}} no_12", "format": "TEXT"}],
            [body(), buttons(reply("Yes"), reply("No"), link(), call())],
            [body(), buttons({"type": "COPY_CODE", "example": "SAVE"})],
        ],
    )
    def test_is_taken_when_nothing_is_amiss(self, components) -> None:
        assert creation_error(draft(components=components)) is None

    @pytest.mark.parametrize(
        ("kind", "sample", "word"),
        [
            ("IMAGE", "https://shop.example/collection.jpg", None),
            ("IMAGE", "4::aW1hZ2UvanBlZw==:ARb", None),
            ("IMAGE", "http://127.0.0.1:8899/media/sample.jpg", None),
            ("VIDEO", "http://localhost:8899/media/sample.mp4", None),
            ("DOCUMENT", "https://media.sandbox.example/media/sample.pdf", None),
            ("IMAGE", "http://127.0.0.1:8899/media/no-head.jpg", None),
            ("IMAGE", "collection.jpg", "no web address"),
            ("IMAGE", "ftp://shop.example/collection.jpg", "no web address"),
            ("IMAGE", "https://[broken", "no web address"),
            ("IMAGE", "https://files.invalid/collection.jpg", "cannot be reached"),
            ("IMAGE", "https://intranet/collection.jpg", "cannot be reached"),
            ("IMAGE", "http://10.0.0.1/collection.jpg", "cannot be reached"),
            ("IMAGE", "http://127.0.0.1:8899/collection.jpg", "cannot be reached"),
            ("IMAGE", "http://127.0.0.1:8899/media/none.jpg", "no such file"),
            ("IMAGE", "http://127.0.0.1:8899/media/slow.jpg", "no such file"),
            ("IMAGE", "http://127.0.0.1:8899/media/moved.jpg", "moved"),
            ("IMAGE", "http://127.0.0.1:8899/media/wrong-type.jpg", "text/html"),
            ("VIDEO", "http://127.0.0.1:8899/media/sample.jpg", "no VIDEO"),
            ("IMAGE", "http://127.0.0.1:8899/media/too-large.jpg", "larger than 5 MB"),
            ("VIDEO", "http://127.0.0.1:8899/media/too-large.mp4", "larger than 16 MB"),
            ("DOCUMENT", "http://127.0.0.1:8899/media/too-large.pdf", "larger than 100 MB"),
        ],
    )
    def test_needs_a_sample_that_meta_can_fetch(self, kind, sample, word) -> None:
        header = {"type": "HEADER", "format": kind, "example": {"header_handle": [sample]}}

        error = creation_error(draft(components=[body(), header]))

        assert (error is None) == (word is None)
        assert word is None or word in error.text

    def test_ends_where_an_account_has_its_most_names(self) -> None:
        templates, _ = book()
        names = len({each.name for each in templates.all()})

        submit(templates, draft(), most_names=names + 1)
        submit(templates, draft(language="fr"), most_names=names + 1)

        with pytest.raises(TemplateRefusedError, match="2388019"):
            submit(templates, draft(name="another"), most_names=names + 1)

    def test_waits_when_too_many_came_within_an_hour(self) -> None:
        templates, clock = book()
        for language in ("en", "fr"):
            submit(templates, draft(language=language), creations_per_hour=2)

        with pytest.raises(TemplateRefusedError, match="80008"):
            submit(templates, draft(language="nl"), creations_per_hour=2)
        clock.advance(timedelta(hours=1))

        assert submit(templates, draft(language="nl"), creations_per_hour=2)

    def test_gives_a_name_used_again_another_id(self) -> None:
        templates, clock = book()
        first = submit(templates, draft())
        templates.delete("parcel_sent")
        clock.advance(timedelta(days=30))

        assert submit(templates, draft()).id != first.id

    @given(
        st.recursive(
            st.none() | st.integers() | st.text(max_size=8),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner),
            max_leaves=8,
        )
    )
    def test_survives_any_components(self, components) -> None:
        before = copy.deepcopy(components)

        error = creation_error(draft(components=components))

        assert error
        assert components == before

    @given(
        st.recursive(
            st.none() | st.integers() | st.text(max_size=8),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner),
            max_leaves=5,
        )
    )
    def test_survives_any_text_example_and_button(self, odd) -> None:
        parts = [
            {"type": "HEADER", "text": odd, "example": odd},
            {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": [odd]}},
            {"type": "BODY", "text": TEXT, "example": {"body_text": odd}},
            buttons({"type": "URL", "text": odd, "url": odd, "example": odd}),
        ]

        for part in parts:
            creation_error(draft(components=[body(), part]))
            review_objection([part], category="UTILITY")

    @given(st.text())
    def test_survives_any_sample(self, sample) -> None:
        header = {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": [sample]}}

        creation_error(draft(components=[body(), header]))
        creation_error(draft(components=[body(), header | {"format": sample}]))

    def test_works_over_http_from_creation_to_deletion(self) -> None:
        path = f"{APP}/integrations/5e4af71a81966cfff3ef6550/messageTemplates"
        with stage() as running:
            created = running.client.post(path, json=draft())
            refused = running.client.post(path, json=draft(category="AUTHENTICATION"))
            running.client.post("/_sandbox/clock", json={"advance_s": 5})
            listed = running.client.get(path, params={"name": "parcel_sent"}).json()
            deleted = running.client.delete(f"{path}/parcel_sent")
            again = running.client.delete(f"{path}/parcel_sent")

        assert created.status_code == 201
        assert created.json()["messageTemplate"]["status"] == "PENDING"
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, "bad_request")
        assert listed["messageTemplates"][0]["status"] == "APPROVED"
        assert (deleted.status_code, deleted.json()) == (200, {})
        assert again.status_code == 404


class TestFilling:
    def test_shows_header_body_footer_and_buttons_on_lines(self) -> None:
        order = filled("commande_prete", values("A-1", kind="header"), values("Ada", "A-1"))
        parcel = filled("parcel_delayed", values("Ada", "A-1", "Friday"), button("A-1"))

        assert order == (
            "Order A-1\nHello Ada, your order A-1 is waiting for you at the shop. See you soon.\n"
            "Reply STOP to receive no more messages"
        )
        assert isinstance(parcel, str)
        assert parcel.endswith("[Follow the parcel: https://parcels.sandbox.example/follow/A-1]")

    def test_takes_either_case_and_an_index_as_text(self) -> None:
        parts = values("Ada", "A-1", "Friday", kind="body"), button("A-1", index="0")

        assert isinstance(filled("parcel_delayed", *parts), str)

    def test_takes_named_values_in_any_order(self) -> None:
        part = {
            "type": "BODY",
            "parameters": [
                {"type": "text", "parameter_name": "points", "text": "7"},
                {"type": "text", "parameter_name": "first_name", "text": "Ada"},
            ],
        }

        shown = filled("loyalty_points", part, language="en_GB")

        assert isinstance(shown, str)
        assert shown.startswith("Hello Ada, you have 7 points")

    def test_shows_a_picture_by_its_address(self) -> None:
        picture = {"type": "image", "image": {"link": "https://a.example/x.jpg"}}
        header = {"type": "HEADER", "parameters": [picture]}

        shown = filled("new_collection", header, values("Ada"), language="fr")

        assert isinstance(shown, str)
        assert shown.startswith("[image: https://a.example/x.jpg]\nBonjour Ada")

    @pytest.mark.parametrize(
        ("status", "meta_code"),
        [("PAUSED", 132015), ("DISABLED", 132016), ("PENDING", 132001), ("REJECTED", 132001)],
    )
    def test_needs_an_approved_template(self, status, meta_code) -> None:
        assert code(filled("fault_found", status=status)) == meta_code

    @pytest.mark.parametrize(("name", "language"), [("no_such", "en"), ("fault_found", "fr")])
    def test_needs_a_template_in_this_language(self, name, language) -> None:
        assert code(filled(name, language=language)) == 132001

    @pytest.mark.parametrize(
        ("name", "parts", "meta_code"),
        [
            ("appointment_reminder", [values("Ada")], 132000),
            ("appointment_reminder", [], 132000),
            ("fault_found", [values("Ada")], 132000),
            ("fault_found", [values("Ada", kind="HEADER")], 132000),
            ("commande_prete", [values("Ada", "A-1")], 132000),
            ("appointment_reminder", [values("Ada", "")], 131008),
            ("appointment_reminder", [values("Ada", "Mon\nday")], 132018),
            ("appointment_reminder", [values("Ada", "Mon\tday")], 132018),
            ("appointment_reminder", [values("Ada", "Mon     day")], 132018),
            ("appointment_reminder", [values("Ada", "x" * 1000)], 132005),
            ("parcel_delayed", [values("Ada", "A-1", "Friday")], 131008),
            ("parcel_delayed", [values("Ada", "A-1", "Friday"), button()], 132000),
            ("parcel_delayed", [values("Ada", "A-1", "Friday"), button("x", index=3)], 132018),
        ],
    )
    def test_refuses_with_metas_code(self, name, parts, meta_code) -> None:
        assert code(filled(name, *parts)) == meta_code

    def test_refuses_a_name_that_is_given_twice(self) -> None:
        twice = [{"type": "text", "parameter_name": "points", "text": "7"}] * 2

        outcome = filled("loyalty_points", {"type": "BODY", "parameters": twice}, language="en_GB")

        assert code(outcome) == 132000

    def test_refuses_a_picture_that_is_none(self) -> None:
        outcome = filled("new_collection", values("x", kind="HEADER"), language="fr")

        assert code(outcome) == 132012
