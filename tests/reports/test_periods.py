"""A period of a run is whole steps of its timeline, and its figures are their sum."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from relay_core.reports.narrowing import Period
from relay_core.reports.periods import edges, happened_within, whole_steps
from relay_core.reports.timeline import Bucket, Timeline
from tests.reports.story import at

STEP_S = 5
STEPS = [(0, 1, 0, 0), (3, 2, 1, 0), (0, 0, 0, 0), (2, 1, 0, 4)]
"""Sent, delivered, failed and replied in each step."""
NOTHING = Timeline(bucket_s=STEP_S, buckets=(), later=None)


def a_run():
    names = ("sent", "delivered", "failed", "replied")
    buckets = tuple(
        Bucket(start=at(number * STEP_S), **dict(zip(names, counts, strict=True)))
        for number, counts in enumerate(STEPS)
    )
    return Timeline(bucket_s=STEP_S, buckets=buckets, later=None)


class TestAPeriod:
    def test_reaches_to_the_edges_of_the_steps_that_it_touches(self):
        assert whole_steps(a_run(), Period(at(6), at(11))) == Period(at(5), at(15))

    def test_that_ends_where_a_step_begins_leaves_that_step_out(self):
        assert whole_steps(a_run(), Period(at(5), at(10))) == Period(at(5), at(10))

    def test_without_length_is_the_step_that_it_lies_in(self):
        assert whole_steps(a_run(), Period(at(10), at(10))) == Period(at(10), at(15))

    def test_beside_the_run_is_none(self):
        assert whole_steps(a_run(), Period(at(20), at(90))) is None
        assert whole_steps(NOTHING, Period(at(0), at(90))) is None

    def test_has_the_figures_of_its_steps(self):
        assert happened_within(a_run(), Period(at(5), at(20))) == Bucket(
            start=at(5), sent=5, delivered=3, failed=1, replied=4
        )

    @given(st.floats(-10, 40), st.floats(0, 40))
    def test_of_whole_steps_stays_as_it_is(self, start_s, length_s):
        wanted = Period(at(start_s), at(start_s) + timedelta(seconds=length_s))

        once = whole_steps(a_run(), wanted)

        assert once is None or whole_steps(a_run(), once) == once
        assert once is None or {once.start, once.end} <= set(edges(a_run()))
