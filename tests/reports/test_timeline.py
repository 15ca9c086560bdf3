"""Buckets that suit a run's length."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.reports.timeline import WIDTHS_S, bucket_width_s, timeline


class TestABucket:
    @pytest.mark.parametrize(
        ("length", "width_s"),
        [
            (timedelta(), 1),  # one message
            (timedelta(seconds=60), 1),
            (timedelta(seconds=125), 5),  # a thousand people at 8 a second
            (timedelta(minutes=45), 60),
            (timedelta(hours=12), 900),
            (timedelta(days=2), 3600),
            (timedelta(days=30), 86_400),
            (timedelta(days=900), 604_800),
        ],
    )
    def test_is_as_wide_as_the_run_is_long(self, length, width_s):
        assert bucket_width_s(length) == width_s

    @given(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=400)))
    def test_is_the_narrowest_that_keeps_an_axis_readable(self, length):
        width_s = bucket_width_s(length)

        assert length.total_seconds() / width_s <= 60
        assert all(length.total_seconds() / w > 60 for w in WIDTHS_S if w < width_s)


class TestATimeline:
    def test_shows_the_buckets_in_which_nothing_happened(self):
        rows = [
            {"event": "accepted", "bucket": 100, "messages": 3},
            {"event": "failed", "bucket": 102, "messages": 1},
        ]

        buckets = timeline(rows, width_s=10).buckets

        assert [(b.start.timestamp(), b.accepted, b.failed) for b in buckets] == [
            (1000, 3, 0),
            (1010, 0, 0),
            (1020, 0, 1),
        ]
