"""Days, durations and time zones."""

from datetime import UTC, date, datetime

import pytest

from relay_core.audience.conditions.times import (
    Duration,
    Unit,
    anniversaries,
    instants,
    shifted,
    shifted_day,
)
from tests.audience.population import AMSTERDAM


class TestADay:
    @pytest.mark.parametrize(
        ("day", "begin", "hours"),
        [
            (date(2026, 3, 8), datetime(2026, 3, 7, 23, tzinfo=UTC), 24),
            (date(2026, 3, 29), datetime(2026, 3, 28, 23, tzinfo=UTC), 23),  # clocks go forward
            (date(2026, 10, 25), datetime(2026, 10, 24, 22, tzinfo=UTC), 25),  # and back
        ],
    )
    def test_lasts_from_midnight_to_midnight_where_the_account_is(self, day, begin, hours):
        began, ended = instants(day, zone=AMSTERDAM)

        assert began == begin
        assert (ended - began).total_seconds() == hours * 3600


class TestADuration:
    @pytest.mark.parametrize(
        ("amount", "unit", "expected"),
        [
            (1, Unit.MONTHS, date(2026, 2, 28)),  # there is no 31 February
            (1, Unit.YEARS, date(2025, 3, 31)),
            (25, Unit.MONTHS, date(2024, 2, 29)),
            (2, Unit.WEEKS, date(2026, 3, 17)),
        ],
    )
    def test_counts_calendar_months(self, amount, unit, expected):
        assert shifted_day(date(2026, 3, 31), Duration(amount, unit), sign=-1) == expected

    def test_of_days_keeps_the_time_on_the_clock_and_of_hours_does_not(self):
        monday = datetime(2026, 3, 30, 10, tzinfo=UTC)  # the day after clocks went forward

        days = shifted(monday, Duration(2, Unit.DAYS), sign=-1, zone=AMSTERDAM)
        hours = shifted(monday, Duration(48, Unit.HOURS), sign=-1, zone=AMSTERDAM)

        assert days == datetime(2026, 3, 28, 11, tzinfo=UTC)
        assert hours == datetime(2026, 3, 28, 10, tzinfo=UTC)

    def test_shorter_than_a_day_makes_no_day(self):
        with pytest.raises(ValueError, match="do not make a day"):
            shifted_day(date(2026, 3, 1), Duration(3, Unit.HOURS), sign=1)


class TestAnniversaries:
    def test_go_past_the_new_year(self):
        assert anniversaries(date(2026, 12, 30), Duration(3, Unit.DAYS)) == [101, 102, 1230, 1231]

    def test_of_29_february_are_kept_on_the_28th(self):
        assert anniversaries(date(2026, 2, 27), Duration(1, Unit.DAYS)) == [227, 228, 229]
        assert anniversaries(date(2028, 2, 27), Duration(1, Unit.DAYS)) == [227, 228]

    def test_are_every_day_once_the_window_is_a_year(self):
        assert len(anniversaries(date(2026, 5, 5), Duration(9, Unit.YEARS))) == 366
