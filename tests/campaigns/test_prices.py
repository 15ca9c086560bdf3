"""Prices: read as they are typed, by day and country, and never guessed."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.campaigns.cost import Charged, CostSum, Unpriced, cost_of
from relay_core.campaigns.prices import COLUMNS, Price, price_on, read_prices
from relay_core.errors import CampaignError
from relay_core.reports.trail import TrailFilter

TODAY = date(2026, 3, 15)
GOOD = ("FR", "sms", "", "0.0712", "EUR", "2026-01-01")


def row(*cells):
    return dict(zip(COLUMNS, cells, strict=True))


def price(country="FR", amount="0.07", currency="EUR", *, channel="sms", **more):
    return Price(
        **{
            "country": country,
            "channel": channel,
            "category": None,
            "price": Decimal(amount),
            "currency": currency,
            "since": date(2026, 1, 1),
            "is_example": currency == "XTS",
            **more,
        }
    )


def on_whatsapp(category, amount, **more):
    return price("FR", amount, channel="whatsapp", category=category, **more)


class TestATable:
    def test_is_read_as_typed(self):
        kept = read_prices(
            [
                row(*GOOD),
                row(" us ", "WhatsApp", "marketing", "0.025", "usd", "2026-02-01"),
                row("", None, "", "  ", "", ""),
            ]
        )

        assert kept == (
            price(amount="0.0712"),
            price(
                "US",
                "0.025",
                "USD",
                channel="whatsapp",
                category="MARKETING",
                since=date(2026, 2, 1),
            ),
        )

    def test_marks_what_is_in_the_currency_of_tests_as_an_example(self):
        kept = read_prices([row("FR", "sms", "", "1", "xts", "2026-01-01")])

        assert kept[0].is_example

    @pytest.mark.parametrize(
        ("place", "cell", "said"),
        [
            (0, "France", "France is not a country"),
            (0, "", "nothing is not a country"),
            (1, "fax", "the channel is fax"),
            (2, "MARKETING", "an SMS has no category"),
            (2, "NEWS", "NEWS is not a category"),
            (3, "", "the price is missing"),
            (3, "cheap", "the price is cheap"),
            (3, "-0.01", "the price is -0.01"),
            (3, "NaN", "the price is NaN"),
            (3, "0,07", "the price is 0,07"),
            (3, "1000", "the price is 1000"),
            (3, "0.0000001", "the price is 0.0000001"),
            (4, "euro", "the currency is euro"),
            (4, "€", "the currency is €"),
            (5, "1 March", "the day is 1 March"),
            (5, "2026-02-30", "the day is 2026-02-30"),
        ],
    )
    def test_names_the_row_and_what_is_wrong_with_it(self, place, cell, said):
        cells = list(GOOD)
        cells[place] = cell

        with pytest.raises(CampaignError) as refusal:
            read_prices([row("US", *GOOD[1:]), row(*cells)], first_row=2)

        assert "row 3: " in refusal.value.advice
        assert said in refusal.value.advice

    def test_says_a_thing_once(self):
        with pytest.raises(CampaignError) as refusal:
            read_prices([row(*GOOD), row(*GOOD[:3], "0.08", *GOOD[4:])])

        assert "row 2: row 1 has a price for the same" in refusal.value.advice

    def test_that_is_all_wrong_does_not_name_everything(self):
        with pytest.raises(CampaignError) as refusal:
            read_prices([row("nowhere", *GOOD[1:])] * 15)

        assert "And 5 more." in refusal.value.advice

    @given(
        st.lists(
            st.fixed_dictionaries({name: st.none() | st.text(max_size=12) for name in COLUMNS}),
            max_size=5,
        )
    )
    def test_is_read_or_refused_whatever_is_typed(self, rows):
        try:
            read_prices(rows)
        except CampaignError as refusal:
            assert "row " in refusal.advice  # noqa: PT017 - most of what is typed here is refused


class TestThePriceOfADay:
    @pytest.mark.parametrize(
        ("prices", "expected"),
        [
            ((), None),
            ((price("DE"),), None),
            ((price(since=date(2026, 3, 16)),), None),
            ((price(since=TODAY),), "0.07"),
            ((price(), price(amount="0.08", since=date(2026, 3, 1))), "0.08"),
            ((price(amount="0.08", since=date(2026, 3, 1)), price()), "0.08"),
            ((price(), price(amount="9", currency="XTS", since=TODAY)), "0.07"),
        ],
    )
    def test_is_the_latest_and_rather_a_real_one(self, prices, expected):
        found = price_on(prices, country="FR", channel="sms", category="UTILITY", on=TODAY)

        assert (found and str(found.price)) == expected

    @pytest.mark.parametrize(("category", "expected"), [("MARKETING", "0.12"), ("UTILITY", "0.05")])
    def test_is_that_of_the_category_if_it_has_one(self, category, expected):
        prices = (
            on_whatsapp(None, "0.05", since=date(2026, 3, 1)),
            on_whatsapp("MARKETING", "0.12"),
        )

        found = price_on(prices, country="FR", channel="whatsapp", category=category, on=TODAY)

        assert str(found.price) == expected


class TestACost:
    def cost(self, messages, prices):
        return cost_of(messages, prices=prices, channel="sms", on=TODAY)

    def test_keeps_currencies_apart_and_examples_last(self):
        messages = [Charged(c, "UTILITY", 2) for c in ("FR", "FR", "US", "DE")]
        prices = (price(), price("US", "0.01", "USD"), price("DE", "0.09", "XTS"))

        cost = self.cost(messages, prices)

        assert cost.sums == (
            CostSum("EUR", Decimal("0.28"), is_example=False),
            CostSum("USD", Decimal("0.02"), is_example=False),
            CostSum("XTS", Decimal("0.18"), is_example=True),
        )
        assert [(line.price.country, line.messages, line.units) for line in cost.lines] == [
            ("FR", 2, 4),
            ("US", 1, 2),
            ("DE", 1, 2),
        ]

    def test_names_countries_without_a_price(self):
        messages = [Charged("FR", "UTILITY", 1), *[Charged(None, "UTILITY", 3)] * 2]

        cost = self.cost(messages, ())

        assert cost.sums == ()
        assert cost.unpriced == (Unpriced(None, 2, 6), Unpriced("FR", 1, 1))

    @given(
        st.lists(
            st.builds(
                Charged,
                st.sampled_from(["FR", "US", "DE", None]),
                st.sampled_from(["UTILITY", "MARKETING"]),
                st.integers(1, 5),
            )
        )
    )
    def test_counts_every_message_once(self, messages):
        cost = self.cost(messages, (price(), price("US", "0.01", "USD")))

        counted = sum(each.messages for each in (*cost.lines, *cost.unpriced))
        assert counted == len(messages)
        units = sum(each.units for each in (*cost.lines, *cost.unpriced))
        assert units == sum(message.units for message in messages)


class TestTheTableThatIsKept:
    def test_begins_with_examples_that_no_one_takes_for_prices(self, relay):
        shipped = relay.prices()

        assert shipped
        assert all(each.is_example and each.currency == "XTS" for each in shipped)

    def test_is_replaced_whole_and_leaves_a_trace(self, relay):
        before = relay._database.rows("prices.all")  # noqa: SLF001 - what is kept, without examples
        kept = relay.save_prices([row(*GOOD)], actor="ada@example.com")

        assert kept == relay.prices() == [price(amount="0.0712")]
        [entry] = relay.trail(TrailFilter(event="prices.saved"), most=10)
        assert entry.actor == "ada@example.com"
        assert entry.detail == f"{len(before)} -> 1 prices, 0 of them examples"

    def test_stays_as_it_was_when_a_row_is_wrong(self, relay):
        before = relay.prices()

        with pytest.raises(CampaignError):
            relay.save_prices([row(*GOOD), row("nowhere", *GOOD[1:])], actor="test")

        assert relay.prices() == before

    def test_may_be_empty(self, relay):
        assert relay.save_prices([], actor="test") == []
