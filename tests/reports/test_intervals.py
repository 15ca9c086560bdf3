"""Shares with their interval."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.reports.intervals import proportion

PARTS = st.integers(0, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


class TestAProportion:
    @pytest.mark.parametrize(
        ("count", "total", "low", "high"),
        [
            # R: prop.test(x, n, correct = FALSE)$conf.int
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ],
    )
    def test_has_the_published_interval(self, count, total, low, high):
        found = proportion(count, total)

        assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)

    @given(PARTS)
    def test_lies_within_its_interval_and_that_between_nothing_and_all(self, part):
        count, total = part
        found = proportion(count, total)

        if total == 0:
            assert found is None
        else:
            assert 0 <= found.low <= found.share <= found.high <= 1

    @given(PARTS.filter(lambda part: 0 < part[0] < part[1]))
    def test_ends_where_a_test_of_the_share_would_just_not_reject_it(self, part):
        count, total = part
        found = proportion(count, total)

        for edge in (found.low, found.high):
            z = abs(found.share - edge) / sqrt(edge * (1 - edge) / total)
            assert z == pytest.approx(1.959964, rel=1e-5)

    @pytest.mark.parametrize("part", [(-1, 3), (4, 3)])
    def test_is_refused_for_what_is_no_part(self, part):
        with pytest.raises(ValueError, match="part"):
            proportion(*part)
