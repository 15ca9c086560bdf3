"""A run's first messages: who goes first, and whether the rest may follow."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.delivery.canary import CanaryState, Candidate, Figures, decide, leaders

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        st.integers(1, 10_000),
        st.sampled_from(["NL", "FR", "US", None]),
        st.booleans(),
    ),
    unique_by=lambda each: each.delivery_id,
    max_size=60,
)


def figures(**known) -> Figures:
    nothing = {"waiting": 0, "sent": 0, "delivered": 0, "failed": 0, "unheard": 0}
    return Figures(**{**nothing, "last_change": NOW, **known})


class TestWhoGoesFirst:
    def test_is_spread_over_the_countries(self):
        many = [Candidate(n, "NL", may_leave=True) for n in range(1, 1000)]
        few = [Candidate(n, "FR", may_leave=True) for n in range(1000, 1003)]

        chosen = leaders([*many, *few], 10)

        assert len(chosen) == 10
        assert {1000, 1001, 1002} <= chosen

    @given(CANDIDATES, st.integers(0, 70), st.randoms())
    def test_does_not_depend_on_the_order_in_which_they_are_found(self, them, size, chance):
        shuffled = list(them)
        chance.shuffle(shuffled)

        assert leaders(shuffled, size) == leaders(them, size)
        assert len(leaders(them, size)) == min(size, len(them))

    @given(CANDIDATES, st.integers(1, 70))
    def test_is_whoever_may_leave_now_before_those_who_may_not(self, them, size):
        chosen = leaders(them, size)

        ready = {each.delivery_id for each in them if each.may_leave}
        assert chosen <= ready or ready <= chosen


class TestTheRest:
    @pytest.mark.parametrize(
        ("known", "after_s", "state"),
        [
            ({"waiting": 3, "sent": 7, "unheard": 7}, 999, CanaryState.LEADING),
            ({"sent": 10, "delivered": 9, "unheard": 1}, 10, CanaryState.LEADING),
            ({"sent": 10, "delivered": 9, "unheard": 1}, 60, CanaryState.PASSED),
            ({"sent": 10, "delivered": 10}, 0, CanaryState.PASSED),
            ({"sent": 10, "delivered": 8, "failed": 2}, 0, CanaryState.PASSED),
            ({"sent": 10, "delivered": 7, "failed": 3}, 0, CanaryState.STOPPED),
            # It need not wait for all of them once too many have failed.
            ({"waiting": 2, "sent": 8, "failed": 3}, 0, CanaryState.STOPPED),
            # All of them were cancelled in time.
            ({"last_change": None}, 0, CanaryState.PASSED),
        ],
    )
    def test_follows_or_waits_by_what_became_of_the_first(self, known, after_s, state):
        decided = decide(
            figures(**known),
            wait_s=60,
            most_failures=0.2,
            now=NOW + timedelta(seconds=after_s),
        )

        assert decided is state
