"""Which language a person gets: their own, or one close to it, or the first that stands in."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.campaigns.candidates import candidates
from relay_core.campaigns.variants import (
    asked_values,
    chooser,
    language_for,
    language_name,
    speaks,
    variants_of,
)
from relay_core.errors import CampaignError
from relay_core.templates.kept.catalogue import ListedTemplate, TemplateStatus
from relay_core.templates.writing.languages import LANGUAGES
from relay_core.templates.writing.template import Category, Template

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
LANE = "lane"

CASES = [
    # locale, candidates, fallback order, own, who gets what
    ("fr-CA", "en fr fr_CA", "en", "en", "fr_CA"),  # their region
    ("fr-ca", "en fr fr_CA", "en", "en", "fr_CA"),  # however Zendesk writes it
    ("fr-CA", "en fr fr_BE", "en", "en", "fr"),  # no region before another region
    ("fr-CA", "en fr_BE fr_CH", "en fr_CH", "en", "fr_CH"),  # regions in the campaign's order
    ("fr-CA", "en fr_CH fr_BE", "en", "en", "fr_BE"),  # and then by their code
    ("pt", "en pt_PT pt_BR", "pt_PT", "en", "pt_PT"),  # a language without a region is close too
    ("en-US", "en_GB fr", "fr", "fr", "en_GB"),  # one's language before the fallback
    ("de", "en fr", "fr en", "en", "fr"),  # the order, not the template
    ("de", "en fr", "es fr", "en", "fr"),  # the first of the order that can be sent
    ("de", "en fr", "es", "en", "en"),  # the template when nothing of the order can
    ("de", "en fr", "", "fr", "fr"),
    (None, "en fr", "fr", "en", "fr"),  # no language is known
    ("", "en fr", "fr", "en", "fr"),
    ("-", "en fr", "fr", "en", "fr"),
    ("no", "en nb", "en", "en", "nb"),  # Zendesk and Meta call Norwegian differently
    ("es-419", "en es es_MX", "en", "en", "es"),
    ("fil", "en fi fil", "en", "en", "fil"),  # not the one whose code begins alike
    ("zh-tw", "en zh_CN zh_TW", "en", "en", "zh_TW"),
]

LANGUAGE = st.sampled_from(sorted(LANGUAGES))
LOCALE = st.one_of(
    st.none(), LANGUAGE.map(lambda code: code.replace("_", "-").lower()), st.text(max_size=8)
)


def listed(id_, language, body="Hello", *, status="APPROVED", name="order_ready", left_out=()):
    """A template of the account, on one WhatsApp integration."""
    return ListedTemplate(
        id=id_,
        template=Template(
            name=name, language=language, category=Category.UTILITY, body=body, left_out=left_out
        ),
        origin="sunco",
        created_at=NOW,
        last_used=None,
        integrations=(
            TemplateStatus(
                id=LANE,
                type="whatsapp",
                name="Shop",
                status=status,
                reason=None,
                checked_at=NOW,
            ),
        ),
    )


class TestALanguage:
    @pytest.mark.parametrize(("locale", "there", "order", "own", "expected"), CASES)
    def test_is_the_nearest_that_can_be_sent(self, locale, there, order, own, expected):
        got = language_for(locale, candidates=there.split(), order=order.split(), own=own)

        assert got == expected

    @given(
        locale=LOCALE,
        there=st.lists(LANGUAGE, min_size=1, unique=True),
        order=st.lists(LANGUAGE, unique=True, max_size=5),
        pick=st.data(),
    )
    def test_is_always_exactly_one_that_can_be_sent(self, locale, there, order, pick):
        own = pick.draw(st.sampled_from(there))

        got = language_for(locale, candidates=there, order=order, own=own)

        assert got in there
        again = language_for(locale, candidates=list(reversed(there)), order=order, own=own)
        assert got == again

    @given(locale=LOCALE, there=st.lists(LANGUAGE, min_size=1, unique=True))
    def test_is_their_own_wherever_there_is_any_of_it(self, locale, there):
        got = language_for(locale, candidates=there, order=(), own=there[0])

        if locale and any(speaks(locale, language) for language in there):
            assert speaks(locale, got)

    @given(locales=st.lists(LOCALE), there=st.lists(LANGUAGE, min_size=1, unique=True))
    def test_is_the_same_when_worked_out_once_for_all(self, locales, there):
        choose = chooser(candidates=there, order=there[1:], own=there[0])

        assert [choose(each) for each in locales] == [
            language_for(each, candidates=there, order=there[1:], own=there[0]) for each in locales
        ]

    def test_has_a_name_or_is_its_code(self):
        assert language_name("fr_CA") == "French (Canada)"
        assert language_name("xx") == "xx"


class TestVariants:
    def test_are_the_languages_of_one_name_the_template_first(self):
        french, english, german = (listed(n, code) for n, code in enumerate(("fr", "en", "de"), 1))
        other = listed(4, "en", name="parcel_delayed")

        found = variants_of(french, [other, german, french, english])

        assert found == (french, german, english)

    def test_ask_for_each_value_once_and_say_who_asks(self):
        english = listed(1, "en", "Hello {{Clarice}}, come on {{Monday}}.")
        french = listed(2, "fr", "Bonjour {{Clarice}}, venez {{lundi}}.")

        asked = asked_values((english, french))

        assert {each.value.key: each.languages for each in asked} == {
            "clarice": ("en", "fr"),
            "monday": ("en",),
            "lundi": ("fr",),
        }


class TestCandidates:
    def test_are_those_that_can_be_sent_now(self):
        english, french = listed(1, "en"), listed(2, "fr")

        found = candidates((english, french), integration_id=LANE, bound=())

        assert found.by_language == {"en": english, "fr": french}
        assert found.skipped == ()

    @pytest.mark.parametrize(
        ("french", "why"),
        [
            (listed(2, "fr", status="PAUSED"), "Nobody gets French (fr): it is paused on Shop."),
            (listed(2, "fr", status="SOMETHING_NEW"), "it is something new on Shop."),
            (listed(2, "fr", left_out=("a carousel",)), "cannot send (a carousel)."),
            (listed(2, "fr", "Venez {{lundi}}."), "this campaign does not fill its lundi."),
        ],
    )
    def test_leave_out_others_and_say_why(self, french, why):
        found = candidates((listed(1, "en"), french), integration_id=LANE, bound=())

        assert list(found.by_language) == ["en"]
        assert why in found.skipped[0]

    def test_are_refused_without_the_campaigns_own(self):
        english = listed(1, "en", status="PAUSED")

        with pytest.raises(CampaignError, match="PAUSED"):
            candidates((english, listed(2, "fr")), integration_id=LANE, bound=())
