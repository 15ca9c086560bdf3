"""Buckets that suit a run's length."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.reports.timeline import WIDTHS_S, bucket_width_s, shown_until, timeline


def moment(epoch_s):
    return datetime.fromtimestamp(epoch_s, UTC)


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
            {"event": "sent", "bucket": 100, "messages": 3},
            {"event": "failed", "bucket": 102, "messages": 1},
        ]

        buckets = timeline(rows, replies=[], width_s=10, until=moment(1025)).buckets

        assert [(b.start.timestamp(), b.sent, b.failed) for b in buckets] == [
            (1000, 3, 0),
            (1010, 0, 0),
            (1020, 0, 1),
        ]

    def test_counts_what_came_late_without_drawing_it(self):
        rows = [
            {"event": "sent", "bucket": 100, "messages": 3},
            {"event": "delivered", "bucket": 170, "messages": 2},
        ]

        told = timeline(rows, replies=[moment(1015), moment(9000)], width_s=10, until=moment(1019))

        assert [(b.sent, b.replied) for b in told.buckets] == [(3, 0), (0, 1)]
        assert (told.later.delivered, told.later.replied) == (2, 1)
        assert told.later.start == moment(1020)

    def test_reaches_for_all_but_the_slowest_replies(self):
        replies = [moment(n) for n in (*range(100, 190, 10), 99_999)]

        assert shown_until(moment(50), replies) == moment(180)
        assert shown_until(moment(500), replies) == moment(500)
        assert shown_until(moment(50), []) == moment(50)
