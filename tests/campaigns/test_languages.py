"""A campaign in each person's own language: planned, reviewed, frozen, over real HTTP."""

import json

import httpx
import pytest

from relay_core.audience.conditions.definition import definition_from_json
from relay_core.audience.screening.notices import NoticeKind, texts_of
from relay_core.campaigns.bindings import FromField, Static
from relay_core.campaigns.campaign import CampaignDraft
from relay_core.errors import CampaignError
from relay_core.templates.writing.template import Category, Template

EVERYBODY = definition_from_json('{"version": 1, "all": []}')
BINDINGS = {"clarice": FromField("name"), "a_1042": Static()}
VALUES = {"a_1042": "B-7"}
GERMAN = Template(
    name="commande_prete",
    language="de",
    category=Category.UTILITY,
    body="Guten Tag {{Clarice}}, Bestellung {{A-1042}} liegt in {{Filiale}} für Sie bereit.",
)
OPENINGS = {"en": "Order B-7\nHello ", "fr": "Commande B-7\nBonjour "}


@pytest.fixture
def orders(relay):
    """A template in English and French, approved on WhatsApp."""
    return relay.template("commande_prete:en")


@pytest.fixture
def integration(orders):
    return next(s.id for s in orders.integrations if s.type == "whatsapp")


@pytest.fixture
def campaign(relay, orders, integration):
    """A campaign in both languages, and English for everybody else."""
    return made(relay, orders, integration)


def made(relay, template, integration, *, name="Orders", languages=("en",), **more):
    return relay.create_campaign(
        name,
        **{
            "template_id": template.id,
            "integration_id": integration,
            "definition": EVERYBODY,
            "bindings": BINDINGS,
            "actor": "test",
            "languages": languages,
            **more,
        },
    )


def keep_status(relay, template, integration, status):
    """What Meta says of a template from now on."""
    relay._database.write(  # noqa: SLF001 - as a refresh would
        lambda session: session.run(
            "templates.keep_state",
            template_id=template.id,
            integration_id=integration,
            status=status,
            reason=None,
            now=relay._now(),  # noqa: SLF001 - the same
        )
    )


def frozen(relay, sql):
    return relay._database.table(sql).to_pylist()  # noqa: SLF001 - what was frozen


@pytest.mark.usefixtures("campaign")
class TestAReview:
    def test_counts_each_language_and_shows_a_text_of_it(self, relay):
        seen = relay.review("Orders", static_values=VALUES)

        assert {share.language for share in seen.variants} == {"en", "fr"}
        assert sum(share.people for share in seen.variants) == seen.total
        for share in seen.variants:
            assert share.sample.startswith(OPENINGS[share.language])

    def test_says_which_language_nobody_gets_and_why(self, relay, integration):
        keep_status(relay, relay.template("commande_prete:fr"), integration, "PAUSED")

        seen = relay.review("Orders", static_values=VALUES)

        assert [share.language for share in seen.variants] == ["en"]
        assert "Nobody gets French (fr): it is paused on WhatsApp Sandbox." in texts_of(
            seen.notices, NoticeKind.INFORMATION
        )

    def test_is_needed_again_when_a_language_stops_being_sendable(self, relay, sandbox):
        seen = relay.review("Orders", static_values=VALUES)
        french = {"language": "fr"}
        there = f"{sandbox}/_sandbox/templates/commande_prete"
        httpx.post(f"{there}/disabled", json=french).raise_for_status()
        try:
            with pytest.raises(CampaignError, match="not what was reviewed"):
                relay.send(
                    "Orders",
                    static_values=VALUES,
                    request_id="press",
                    actor="test",
                    reviewed=seen.manifest,
                )
        finally:
            httpx.post(f"{there}/approved", json=french).raise_for_status()

        assert relay.runs() == []

    def test_is_refused_when_the_campaigns_own_language_cannot_be_sent(
        self, relay, orders, integration
    ):
        keep_status(relay, orders, integration, "PAUSED")

        with pytest.raises(CampaignError, match="PAUSED"):
            relay.review("Orders", static_values=VALUES)

    def test_names_no_language_where_there_is_one_for_everybody(self, relay, orders, integration):
        made(relay, orders, integration, name="One language", languages=())

        seen = relay.review("One language", static_values=VALUES)

        assert seen.variants == ()
        assert all(sample.body.startswith(OPENINGS["en"]) for sample in seen.samples)


@pytest.mark.usefixtures("campaign")
class TestARun:
    def send(self, relay, name="Orders"):
        return relay.send(name, static_values=VALUES, request_id=name, actor="test")

    def test_freezes_the_text_of_each_persons_language(self, relay):
        run = self.send(relay)

        rows = frozen(relay, "SELECT language, template_language, body FROM deliveries")
        assert len(rows) == run.planned
        for row in rows:
            expected = "fr" if (row["language"] or "").startswith("fr") else "en"
            assert row["body"].startswith(OPENINGS[expected])
            assert row["template_language"] == ("fr" if expected == "fr" else None)

    def test_freezes_the_languages_themselves(self, relay):
        self.send(relay)

        kept = frozen(relay, "SELECT language, template FROM run_templates")
        assert [row["language"] for row in kept] == ["fr"]
        assert "Bonjour" in json.loads(kept[0]["template"])["body"]

    def test_counts_in_the_blackout_of_the_other_languages_too(self, relay, integration):
        self.send(relay)
        french = relay.template("commande_prete:fr")
        made(relay, french, integration, name="French for all", languages=())

        seen = relay.review("French for all", static_values=VALUES)

        assert seen.total == 0
        assert seen.skipped["blackout"] > 100


class TestACampaign:
    def test_keeps_its_languages_in_order(self, relay, orders, integration):
        made(relay, orders, integration, languages=("fr", "en", "fr"))

        kept = relay.campaign("Orders")

        assert kept.languages == ("fr", "en")
        assert [variant.template.language for variant in kept.variants] == ["en", "fr"]

    def test_is_refused_a_language_the_template_is_not_written_in(self, relay, orders, integration):
        with pytest.raises(CampaignError) as refusal:
            made(relay, orders, integration, languages=("en", "tlh"))

        assert "not written in tlh. Choose from en, fr." in refusal.value.advice

    def test_fills_the_values_of_every_language(self, relay, orders):
        twilio = next(s.id for s in orders.integrations if s.type == "twilio")
        relay.create_template(GERMAN, integration_ids=[twilio])
        german = relay.template("commande_prete:de")

        with pytest.raises(CampaignError) as refusal:
            made(relay, german, twilio, languages=("de", "fr"), bindings={"branch": Static()})

        for part in (
            "filiale has no binding (asked for by de)",
            "clarice has no binding (asked for by de, en, fr)",
            "the template has no value branch",
        ):
            assert part in refusal.value.advice

    def test_asks_nobody_for_a_value_that_only_others_get(self, relay, orders):
        twilio = next(s.id for s in orders.integrations if s.type == "twilio")
        relay.create_template(GERMAN, integration_ids=[twilio])
        bindings = BINDINGS | {"filiale": Static()}
        made(relay, orders, twilio, bindings=bindings)

        seen = relay.review("Orders", static_values=VALUES | {"filiale": "Berlin Mitte"})

        german = next(share for share in seen.variants if share.language == "de")
        assert "Berlin Mitte" in german.sample
        assert all("Berlin" not in s.sample for s in seen.variants if s.language != "de")


class TestADraft:
    def test_is_counted_by_language_before_its_values_are_bound(self, relay, orders, integration):
        draft = CampaignDraft(
            template_id=orders.id,
            integration_id=integration,
            definition=EVERYBODY,
            bindings={},
            languages=("en",),
        )

        found = relay.count_languages(draft)

        made(relay, orders, integration)
        seen = relay.review("Orders", static_values=VALUES)
        assert found.people == {share.language: share.people for share in seen.variants}
        assert 0 < found.fallen_back < seen.total
