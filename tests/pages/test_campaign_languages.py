"""Each person's own language on the pages: chosen, counted, reviewed; and what a run costs."""

from datetime import datetime

import pyarrow as pa
import pytest

from pages._prices import typed_rows
from relay_core.audience.conditions.definition import ByConditions, BySegment
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree
from relay_core.campaigns.bindings import FromField, Static
from relay_core.campaigns.prices import COLUMNS

READERS = ByConditions(ConditionTree(all=(Condition("tags", Op.HAS_ANY_OF, ("newsletter",)),)))


@pytest.fixture
def orders(desk):
    """A template in English and French."""
    return desk.template("commande_prete:en")


def channel(template, kind):
    return next(status.id for status in template.integrations if status.type == kind)


@pytest.fixture
def campaign_on(desk, orders):
    """Make a campaign in both languages on a kind of channel."""

    def made(kind):
        return desk.create_campaign(
            "Orders",
            template_id=orders.id,
            integration_id=channel(orders, kind),
            definition=READERS,
            bindings={"clarice": FromField("name"), "a_1042": Static()},
            languages=("en",),
            actor="test",
        )

    return made


def spoken(page):
    texts = (*page.markdown, *page.caption, *page.text)
    return " ".join(text.value for text in texts).replace("\\", "")


def reviewed(open_page, campaign):
    page = open_page("campaigns.py", campaign=campaign.name)
    page.text_input(key=f"text_{campaign.id}_a_1042").set_value("B-7")
    return page.button(key=f"review_{campaign.id}").click().run()


class TestANewCampaign:
    def chosen(self, open_page, desk, orders):
        desk.save_segment("Readers", READERS, actor="test")
        page = open_page("new_campaign.py")
        page.text_input(key="new_name").set_value("Orders")
        page.selectbox(key="new_template").set_value(orders.id).run()
        page.radio(key=f"new_integration_{orders.id}").set_value(channel(orders, "whatsapp"))
        page.radio(key=f"new_{orders.id}_languages_by").set_value("Each person's own").run()
        return page.selectbox(key="new_segment").set_value("Readers").run()

    def test_goes_out_in_one_language_unless_somebody_says_otherwise(self, open_page, orders):
        page = open_page("new_campaign.py")

        page.selectbox(key="new_template").set_value(orders.id).run()

        assert "Everybody gets English. The template is also written in French." in spoken(page)

    def test_keeps_the_order_of_languages(self, open_page, desk, orders):
        page = self.chosen(open_page, desk, orders)
        page.multiselect(key=f"new_{orders.id}_languages_order").set_value(["fr", "en"]).run()
        page.selectbox(key=f"new_{orders.id}_clarice_source").set_value("name").run()
        page.selectbox(key=f"new_{orders.id}_a_1042_source").set_value("static").run()

        page.button(key="create_campaign").click().run()

        assert not page.exception
        made = desk.campaign("Orders")
        assert made.languages == ("fr", "en")
        assert made.definition == BySegment("Readers")

    def test_counts_people_by_language_once_asked(self, open_page, desk, orders):
        page = self.chosen(open_page, desk, orders)

        page.session_state[f"new_{orders.id}_counts"] = True
        page.run()

        assert not page.exception
        table = page.dataframe[0].value
        assert set(table["Language"]) == {"English", "French"}
        assert "another language than their own" in spoken(page)

    def test_shows_the_text_in_each_language(self, open_page, desk, orders):
        page = self.chosen(open_page, desk, orders)

        page.radio(key=f"new_{orders.id}_shown").set_value("fr").run()

        assert "Bonjour Clarice" in spoken(page)

    def test_has_no_choice_where_there_is_one_language(self, open_page, desk):
        reminder = desk.template("appointment_reminder")
        page = open_page("new_campaign.py")

        page.selectbox(key="new_template").set_value(reminder.id).run()

        keys = {each.key for each in page.radio}
        assert f"new_{reminder.id}_languages_by" not in keys


class TestAReview:
    def test_shows_each_language_with_a_text(self, open_page, campaign_on):
        page = reviewed(open_page, campaign_on("whatsapp"))

        assert not page.exception
        said = spoken(page)
        assert "**English** to" in said
        assert "**French** to" in said
        assert "Commande B-7\nBonjour" in said
        assert "**Language** each person's own of English, French; otherwise English" in said

    def test_says_that_examples_are_made_up(self, open_page, campaign_on):
        page = reviewed(open_page, campaign_on("whatsapp"))

        (cost,) = (each for each in page.metric if each.label == "By example prices")
        assert cost.value.endswith(" XTS")
        assert "This cost is made up." in spoken(page)
        assert "to countries without a price: " in spoken(page)

    def test_adds_up_prices_that_were_entered_each_currency_apart(
        self, open_page, desk, campaign_on
    ):
        desk.save_prices(
            [
                {
                    "country": country,
                    "channel": "whatsapp",
                    "category": "UTILITY",
                    "price": "0.5",
                    "currency": currency,
                    "since": "2020-01-01",
                }
                for country, currency in (("FR", "EUR"), ("US", "USD"))
            ],
            actor="test",
        )

        page = reviewed(open_page, campaign_on("whatsapp"))

        amounts = [each.value for each in page.metric if each.label == "Costs about"]
        assert sorted(amount.split()[-1] for amount in amounts) == ["EUR", "USD"]
        assert "made up" not in spoken(page)

    def test_opens_the_doctor_for_sms(self, open_page, campaign_on):
        campaign = campaign_on("twilio")
        page = reviewed(open_page, campaign)

        page.session_state[f"doctor_{campaign.id}"] = True
        page.run()

        assert not page.exception
        figures = {each.label: each.value for each in page.metric}
        assert int(figures["People who tip over"]) > 0
        said = spoken(page)
        assert "Characters that SMS writes only in UCS-2" in said
        assert "The value that makes it so: Clarice for" in said

    def test_has_no_doctor_where_parts_are_not_counted(self, open_page, campaign_on):
        page = reviewed(open_page, campaign_on("whatsapp"))

        assert not any("SMS doctor" in each.label for each in page.expander)


class TestPricesInSettings:
    def test_are_called_examples_until_they_are_replaced(self, open_page, desk):
        shipped = len(desk.prices())

        page = open_page("settings.py")

        assert f"{shipped} prices in XTS are examples" in page.warning[0].value

    def test_are_kept_as_shown_when_nothing_was_changed(self, open_page, desk):
        before = desk.prices()
        page = open_page("settings.py")

        page.button(key="prices_save").click().run()

        assert not page.exception
        assert not page.error
        assert desk.prices() == before


class TestRowsOfTheEditor:
    def test_keep_their_numbers_though_one_is_empty(self):
        columns = {name: pa.array([None, None], pa.string()) for name in COLUMNS}
        edited = pa.table(
            columns
            | {
                "country": ["FR", None],
                "since": pa.array([datetime(2026, 1, 2), None], pa.timestamp("us")),  # noqa: DTZ001 - a day
                "_index": [0, 1],
            }
        )

        rows = typed_rows(edited)

        assert rows[0]["country"] == "FR"
        assert rows[0]["since"] == "2026-01-02"
        assert rows[1] == dict.fromkeys(COLUMNS)
