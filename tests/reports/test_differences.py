"""The difference of two shares with its interval."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.reports.differences import difference
from relay_core.reports.intervals import proportion

SHARES = st.integers(1, 3000).flatmap(
    lambda total: st.integers(0, total).map(lambda count: proportion(count, total))
)


class TestADifference:
    @pytest.mark.parametrize(
        ("one", "other", "low", "high"),
        [
            # Newcombe (1998), table II, method 10.
            ((56, 70), (48, 80), 0.0524, 0.3339),
            ((9, 10), (3, 10), 0.1705, 0.8090),
            ((6, 7), (2, 7), 0.0582, 0.8062),
            ((5, 56), (0, 29), -0.0381, 0.1926),
            ((0, 10), (0, 20), -0.1611, 0.2775),
            ((0, 10), (0, 10), -0.2775, 0.2775),
            ((10, 10), (0, 20), 0.6791, 1.0),
            ((10, 10), (0, 10), 0.6075, 1.0),
        ],
    )
    def test_has_the_published_interval(self, one, other, low, high):
        found = difference(proportion(*one), proportion(*other))

        assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)

    @given(SHARES, SHARES)
    def test_lies_within_its_interval_whichever_way_it_is_taken(self, one, other):
        found, turned = difference(one, other), difference(other, one)

        assert -1 - 1e-9 <= found.low <= found.difference <= found.high <= 1 + 1e-9
        assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))

    @given(SHARES)
    def test_of_a_share_and_itself_is_not_shown(self, one):
        assert not difference(one, one).is_shown
