"""The SMS of an audience, compared with measuring each text by itself."""

from collections import Counter
from datetime import UTC, date, datetime
from statistics import median_low

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.audience.conditions.definition import ByConditions
from relay_core.audience.conditions.tree import ConditionTree
from relay_core.campaigns.bindings import FromField, Static
from relay_core.campaigns.campaign import Campaign, CampaignDraft
from relay_core.campaigns.planning import Plan
from relay_core.campaigns.sms_doctor import examine
from relay_core.campaigns.writing import Recipient
from relay_core.errors import CampaignError
from relay_core.templates.kept.catalogue import ListedTemplate
from relay_core.templates.kept.senders import Sender
from relay_core.templates.messages.preview import sms_text
from relay_core.templates.sms.parts import Encoding, measure
from relay_core.templates.writing.template import Category, LinkButton, Template

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
TODAY = date(2026, 3, 15)
ENGLISH = Template(
    name="shop",
    language="en",
    category=Category.UTILITY,
    body="Hello {{Clarice}}, {{the red shoes}} wait for you in {{Lyon}}. " + "See you soon. " * 7,
    buttons=(LinkButton("Look", "https://shop.example/{{the red shoes}}"),),
)
FRENCH = Template(
    name="shop",
    language="fr",
    category=Category.UTILITY,
    body="Bonjour {{Clarice}}, {{the red shoes}} vous attend à {{Lyon}}. À bientôt.",
)
TEMPLATES = {None: ENGLISH, "fr": FRENCH}
VALUES = st.text(alphabet="abc é€çłñ\U0001f600日", min_size=1, max_size=60)
PEOPLE = st.lists(
    st.tuples(
        st.sampled_from([None, "fr"]),
        st.fixed_dictionaries(dict.fromkeys(("clarice", "the_red_shoes", "lyon"), VALUES)),
    ),
    max_size=12,
)


def planned(people, templates=TEMPLATES):
    """A plan whose texts are those of people, each a variant and values."""
    listed = ListedTemplate(
        id=1,
        template=templates[None],
        origin="relay",
        created_at=NOW,
        last_used=None,
        integrations=(),
    )
    sender = Sender(id="lane", type="twilio", name="SMS", status="active", sender=None)
    return Plan(
        campaign=Campaign(
            id=1,
            name="Shoes",
            template=listed,
            languages=("en",),
            variants=(listed,),
            integration=sender,
            definition=ByConditions(ConditionTree()),
            bindings={},
            created_at=NOW,
            runs=0,
            last_run=None,
        ),
        static_values={},
        matched=len(people),
        recipients=tuple(
            Recipient(
                person_id=n,
                name=f"Person {n}",
                phone=f"+3361234{n:04d}",
                country="FR",
                language=None,
                bound=bound,
                body=sms_text(templates[variant], bound),
                variant=variant,
            )
            for n, (variant, bound) in enumerate(people)
        ),
        exclusions=(),
        variants={language: each for language, each in templates.items() if language},
    )


def examined(people, templates=TEMPLATES):
    return examine(planned(people, templates), prices=(), as_of=NOW, on=TODAY)


def anna(**values):
    return (None, {"clarice": "Anna", "the_red_shoes": "shoes", "lyon": "Rome"} | values)


class TestTheDoctor:
    @given(PEOPLE)
    def test_counts_what_each_text_by_itself_would_take(self, people):
        texts = [(variant, sms_text(TEMPLATES[variant], bound)) for variant, bound in people]
        parts = [measure(text).parts for _, text in texts]

        found = examined(people)

        assert found.people == len(people)
        assert found.parts == sum(parts)
        assert {share.parts: share.people for share in found.shares} == dict(Counter(parts))
        assert found.ucs2 == sum(measure(t).encoding is Encoding.UCS2 for _, t in texts)

    @given(PEOPLE)
    def test_names_exactly_those_who_take_more_than_is_usual(self, people):
        parts = [measure(sms_text(TEMPLATES[v], bound)).parts for v, bound in people]
        usual = {
            variant: min(
                measure(sms_text(template, template.examples)).parts,
                median_low([p for p, (v, _) in zip(parts, people, strict=True) if v == variant]),
            )
            for variant, template in TEMPLATES.items()
            if any(v == variant for v, _ in people)
        }

        found = examined(people)

        over = {n for n, (variant, _) in enumerate(people) if parts[n] > usual[variant]}
        assert {each.person_id for each in found.tipping} == over
        assert found.tipped == len(over)
        assert sum(found.tipped_by.values()) == len(over)

    @given(PEOPLE)
    def test_counts_every_character_that_forces_ucs_2(self, people):
        held = Counter()
        for variant, bound in people:
            forced = measure(sms_text(TEMPLATES[variant], bound)).forced_by
            held.update({each.character for each in forced})

        found = examined(people)

        assert {each.character: each.people for each in found.forcing} == held

    @pytest.mark.parametrize(
        ("values", "responsible", "characters"),
        [
            ({"lyon": "Villeneuve-la-Garenne " * 9}, "lyon", ()),
            ({"clarice": "François"}, "clarice", ("ç",)),
            ({"clarice": "Zoë-Łucja"}, "clarice", ("ë", "Ł")),
            ({"lyon": "Łódź", "clarice": "Anna " * 3}, "lyon", ("Ł", "ó", "ź")),
        ],
    )
    def test_blames_the_value_without_which_the_text_would_fit(
        self, values, responsible, characters
    ):
        found = examined([anna(), anna(), anna(**values)])

        (tipped,) = found.tipping
        assert tipped.value == responsible
        assert tipped.said == values[responsible]
        assert tipped.characters == characters
        assert found.tipped_by == {responsible: 1}

    def test_knows_the_templates_own_characters_from_those_of_values(self):
        found = examined(
            [("fr", {"clarice": "Zoé", "the_red_shoes": "ça", "lyon": "Rome"}), anna()]
        )

        sources = {
            each.character: (each.in_template, each.values, each.suggestion)
            for each in found.forcing
        }
        assert sources == {
            "À": (True, (), "A"),
            "ô": (True, (), "o"),
            "ç": (False, ("the_red_shoes",), "c"),
        }

    def test_blames_no_character_that_stands_in_an_address_only(self):
        template = Template(
            name="shop",
            language="en",
            category=Category.UTILITY,
            body="Look here.",
            buttons=(LinkButton("Look", "https://shop.example/{{shoes}}"),),
        )

        found = examined([(None, {"shoes": "ç日"})], {None: template})

        assert found.ucs2 == 0
        assert found.forcing == ()

    def test_has_nothing_to_say_of_nobody(self):
        found = examined([])

        assert (found.people, found.parts, found.shares, found.tipping) == (0, 0, (), ())


class TestAnAudience:
    @pytest.fixture
    def draft(self, relay):
        template = relay.template("commande_prete:en")
        return CampaignDraft(
            template_id=template.id,
            integration_id=next(s.id for s in template.integrations if s.type == "twilio"),
            definition=ByConditions(ConditionTree()),
            bindings={"clarice": FromField("name"), "a_1042": Static()},
            languages=("en",),
        )

    def test_is_measured_before_its_campaign_is_kept(self, relay, draft):
        found = relay.sms_doctor(draft, static_values={"a_1042": "B-7"})

        assert found.people > 50
        assert found.people == sum(share.people for share in found.shares)
        assert found.tipped_by["clarice"] > 0
        assert found.cost.sums[0].is_example
        assert relay.campaigns() == []

    def test_is_the_one_of_the_review(self, relay, draft):
        relay.create_campaign(
            "Orders",
            template_id=draft.template_id,
            integration_id=draft.integration_id,
            definition=draft.definition,
            bindings=draft.bindings,
            languages=draft.languages,
            actor="test",
        )

        found = relay.sms_doctor("Orders", static_values={"a_1042": "B-7"})

        seen = relay.review("Orders", static_values={"a_1042": "B-7"})
        assert found.people == seen.total
        assert found.parts == seen.parts
        assert max(share.parts for share in found.shares) == seen.longest_parts
        assert found.cost == seen.cost

    def test_needs_the_texts_of_the_run(self, relay, draft):
        with pytest.raises(CampaignError, match="static values"):
            relay.sms_doctor(draft, static_values={})
