"""How long to wait before trying again what never left."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.delivery.retries import retry_delay_s


class TestTheWait:
    @given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
    def test_is_never_longer_than_five_minutes(self, attempt, dice):
        assert 0 <= retry_delay_s(attempt, dice=dice) < 300

    @given(st.integers(1, 8), st.floats(0, 1, exclude_max=True))
    def test_doubles_with_each_attempt(self, attempt, dice):
        first, second = (retry_delay_s(n, dice=dice) for n in (attempt, attempt + 1))

        assert second == pytest.approx(2 * first)

    def test_is_spread_evenly_over_all_of_it(self):
        waits = [retry_delay_s(4, dice=n / 100) for n in range(100)]

        assert sum(waits) / len(waits) == pytest.approx(4, rel=0.02)
        assert min(waits) == 0

    def test_refuses_an_attempt_before_the_first(self):
        with pytest.raises(ValueError, match="count from 1"):
            retry_delay_s(0, dice=0.5)
