"""What a failure means for everything else that waits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.delivery.breaker import (
    LATEST,
    Consequence,
    FailureClass,
    class_of,
    consequence,
    too_many,
)


class TestAFailure:
    @pytest.mark.parametrize(
        ("code", "follows"),
        [
            ("131031", Consequence.STOP_LANE),  # locked
            ("368", Consequence.STOP_LANE),  # restricted
            ("131042", Consequence.STOP_LANE),  # payment
            ("131048", Consequence.STOP_LANE),  # spam
            ("132015", Consequence.STOP_RUN),  # paused
            ("132016", Consequence.STOP_RUN),  # disabled
            ("132001", Consequence.STOP_RUN),  # missing
            ("131049", Consequence.REST),  # enough marketing for this person
            ("130429", Consequence.SLOW_DOWN),
            ("80007", Consequence.SLOW_DOWN),
            ("131026", Consequence.NONE),  # not on WhatsApp
            ("999", Consequence.NONE),
            (None, Consequence.NONE),
        ],
    )
    def test_on_whatsapp_has_the_consequence_that_its_code_asks_for(self, code, follows):
        assert consequence(code, channel="whatsapp") is follows

    def test_of_another_vendor_is_not_read_by_metas_codes(self):
        assert consequence("4", channel="messagebird") is Consequence.NONE

    def test_has_a_class_whatever_its_code(self):
        assert class_of("131026", channel="whatsapp") is FailureClass.NUMBER
        assert class_of("http_400", channel="twilio") is FailureClass.REQUEST
        assert class_of(None, channel="twilio") is FailureClass.OTHER
        assert class_of("6", channel="messagebird") is FailureClass.NUMBER


class TestTheShareOfFailures:
    def test_names_the_class_that_is_too_frequent(self):
        latest = ["132000"] * 20 + ["131026"] * 5 + [""] * 25

        tripped = too_many(latest, channel="whatsapp", most_failures=0.3)

        assert tripped.named is FailureClass.TEMPLATE
        assert (tripped.failed, tripped.looked_at) == (20, 50)

    def test_is_not_judged_by_a_few(self):
        assert too_many(["132000"] * (LATEST - 1), channel="whatsapp", most_failures=0.3) is None

    def test_is_not_judged_where_it_is_off(self):
        assert too_many(["132000"] * LATEST, channel="whatsapp", most_failures=0) is None

    @given(st.lists(st.sampled_from(["", "131026", "132000", None]), min_size=LATEST))
    def test_stops_nothing_while_no_class_is_above_the_limit(self, latest):
        tripped = too_many(latest, channel="whatsapp", most_failures=0.5)

        worst = max(latest.count(code) for code in ("131026", "132000", None))
        assert (tripped is not None) == (worst > len(latest) / 2)
