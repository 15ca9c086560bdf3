"""When a schedule is due: clocks that are put forward and back, and short months."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.campaigns.moments import (
    Repeat,
    instant,
    moments,
    next_after,
    read_zone,
    remarks,
    wall,
)
from relay_core.errors import CampaignError

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ZONES = ("Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")

locals_ = st.datetimes(
    min_value=datetime.fromisoformat("2025-01-01"), max_value=datetime.fromisoformat("2030-12-31")
).map(lambda each: each.replace(second=0, microsecond=0))


def at(text):
    """Return what a clock on the wall shows."""
    return datetime.fromisoformat(text)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestAMoment:
    @pytest.mark.parametrize(
        ("local", "zone", "expected"),
        [
            ("2026-03-01T09:00", "Europe/Amsterdam", "2026-03-01T08:00"),
            ("2026-07-01T09:00", "Europe/Amsterdam", "2026-07-01T07:00"),
            # Clocks skip from 2:00 to 3:00.
            ("2026-03-29T01:59", "Europe/Amsterdam", "2026-03-29T00:59"),
            ("2026-03-29T02:00", "Europe/Amsterdam", "2026-03-29T01:00"),
            ("2026-03-29T02:30", "Europe/Amsterdam", "2026-03-29T01:00"),
            ("2026-03-29T03:00", "Europe/Amsterdam", "2026-03-29T01:00"),
            # Clocks show 2:00 to 3:00 twice.
            ("2026-10-25T02:30", "Europe/Amsterdam", "2026-10-25T00:30"),
            ("2026-10-25T03:00", "Europe/Amsterdam", "2026-10-25T02:00"),
            # By half an hour only.
            ("2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-03T15:30"),
            # A whole day that Samoa left out.
            ("2011-12-30T12:00", "Pacific/Apia", "2011-12-30T10:00"),
        ],
    )
    def test_is_the_one_that_the_clock_shows_or_the_next_that_there_is(self, local, zone, expected):
        assert instant(at(local), ZoneInfo(zone)) == utc(expected)

    @given(locals_, st.sampled_from(ZONES))
    def test_never_shows_less_than_was_asked_for(self, local, zone):
        shown = wall(instant(local, ZoneInfo(zone)), ZoneInfo(zone))

        assert timedelta() <= shown - local <= timedelta(hours=1)

    def test_needs_a_zone_that_there_is(self):
        for wrong in ("Europe/Rotterdam", "", "../etc/passwd", "a\0b"):
            with pytest.raises(CampaignError, match="time zone"):
                read_zone(wrong)


class TestRepeats:
    def test_keep_the_time_on_the_wall_when_clocks_change(self):
        weekly = moments(at("2026-03-23T09:00"), AMSTERDAM, Repeat.WEEKLY)

        assert list(islice(weekly, 2)) == [utc("2026-03-23T08:00"), utc("2026-03-30T07:00")]

    def test_on_the_31st_are_on_the_last_day_of_shorter_months(self):
        monthly = moments(at("2027-12-31T09:00"), ZoneInfo("UTC"), Repeat.MONTHLY)

        assert [f"{each:%y-%m-%d}" for each in islice(monthly, 5)] == [
            "27-12-31",
            "28-01-31",
            "28-02-29",
            "28-03-31",
            "28-04-30",
        ]

    def test_once_come_once(self):
        assert list(moments(at("2026-03-23T09:00"), AMSTERDAM, None)) == [utc("2026-03-23T08:00")]

    @given(locals_, st.sampled_from(ZONES), st.sampled_from(Repeat))
    def test_are_in_order_and_far_apart(self, first, zone, repeat):
        for one, other in pairwise(islice(moments(first, ZoneInfo(zone), repeat), 30)):
            assert other - one > timedelta(days=6, hours=22)

    @given(locals_, st.sampled_from(ZONES), st.sampled_from(Repeat), st.integers(-100, 900))
    def test_go_on_with_the_first_that_is_later(self, first, zone, repeat, days):
        after = instant(first, ZoneInfo(zone)) + timedelta(days=days)

        following = next_after(first, ZoneInfo(zone), repeat, after=after)

        earlier = [m for m in islice(moments(first, ZoneInfo(zone), repeat), 140) if m <= after]
        assert following > after
        assert following == list(islice(moments(first, ZoneInfo(zone), repeat), 141))[len(earlier)]


class TestARemark:
    @pytest.mark.parametrize(
        ("first", "repeat", "said"),
        [
            ("2026-03-01T09:00", None, ()),
            ("2026-03-01T09:00", Repeat.WEEKLY, ()),
            ("2026-01-28T09:00", Repeat.MONTHLY, ()),
            ("2026-01-31T09:00", Repeat.MONTHLY, ("without a day 31",)),
            ("2026-03-29T02:30", None, ("skip 02:30; it is sent at 03:00",)),
            ("2026-03-22T02:30", Repeat.WEEKLY, ("On 29 March 2026", "On 25 October 2026")),
            ("2026-10-25T02:30", None, ("02:30 twice; it is sent the first time",)),
        ],
    )
    def test_says_what_is_peculiar_within_a_year(self, first, repeat, said):
        made = remarks(at(first), AMSTERDAM, repeat)

        assert len(made) == len(said)
        assert all(part in sentence for part, sentence in zip(said, made, strict=True))
