"""Meta: the review of new templates, and the filling of approved ones."""

import copy
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.sandbox.clock import Clock
from relay_core.sandbox.messaging.messages import Refusal, TemplateContent
from relay_core.sandbox.messaging.meta.rendering import render
from relay_core.sandbox.messaging.meta.rules import creation_error, review_objection
from relay_core.sandbox.messaging.meta.seeds import SEEDS
from relay_core.sandbox.messaging.meta.templates import (
    TemplateBook,
    TemplateRefusedError,
    TemplateStatus,
)
from tests.sandbox.stage import APP, START, stage

TEXT = "Hello {{1}}, your parcel {{2}} is on its way to you."


def body(text: str = TEXT, *examples: str) -> dict[str, Any]:
    part: dict[str, Any] = {"type": "BODY", "text": text}
    if examples:
        part["example"] = {"body_text": [list(examples)]}
    return part


def draft(**changes: Any) -> dict[str, Any]:
    return {
        "name": "parcel_sent",
        "language": "en",
        "category": "UTILITY",
        "components": [body(TEXT, "Clarice", "A-1042")],
        **changes,
    }


def as_draft(seed: Any) -> dict[str, Any]:
    return {name: getattr(seed, name) for name in ("name", "language", "category", "components")}


def book() -> tuple[TemplateBook, Clock]:
    clock = Clock(START, 1)
    return TemplateBook(clock), clock


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

        template = templates.submit(draft(), review_s=60)
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
            (body("{{1}}, your parcel is on its way to you.", "Ada"), "start or end"),
            (body("Your parcel is on its way to {{1}}", "Ada"), "start or end"),
            (body("Hello {{1}} {{2}} your parcel is on its way.", "a", "b"), "next to each other"),
            (body("Dear {{1}}, see {{2}} soon", "Ada", "us"), "too many variables"),
            (body("Hello {{1}}, your parcel {{3}} is on its way.", "a", "b"), "numbered"),
            (body("Hello {{Name}}, your parcel is on its way.", "a"), "lowercase"),
            (body(), "example"),
            (body(TEXT, "Clarice"), "example"),
        ],
    )
    def test_rejects_a_broken_rule_and_says_which(self, part, word) -> None:
        templates, clock = book()

        templates.submit(draft(components=[part]), review_s=5)
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

        assert review_objection(parts)

    def test_counts_no_words_where_none_are_written_apart(self) -> None:
        assert review_objection([body("こんにちは{{1}}様、商品が届きました。", "Ada")]) is None

    @pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed.name}-{seed.language}")
    def test_agrees_with_the_templates_that_are_there(self, seed) -> None:
        assert creation_error(as_draft(seed)) is None
        assert bool(review_objection(seed.components)) == (seed.status == "REJECTED")


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
            templates.submit(draft(**changes), review_s=5)

    def test_needs_a_name_that_is_free_in_this_language(self) -> None:
        templates, _ = book()
        templates.submit(draft(), review_s=5)

        templates.submit(draft(language="fr"), review_s=5)
        with pytest.raises(TemplateRefusedError, match="exists already"):
            templates.submit(draft(), review_s=5)

    def test_waits_thirty_days_for_a_deleted_name(self) -> None:
        templates, clock = book()
        templates.delete("commande_prete")

        with pytest.raises(TemplateRefusedError, match="30 days"):
            templates.submit(draft(name="commande_prete"), review_s=5)
        clock.advance(timedelta(days=30))
        templates.submit(draft(name="commande_prete"), review_s=5)

        assert len(templates.named("commande_prete")) == 1

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
