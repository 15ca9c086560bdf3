"""How many messages a lane may send in a day, and when its next day begins."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.delivery.quota import Quota, day_of

FIRST = date(2026, 3, 1)


class TestAQuota:
    def test_is_none_unless_it_is_set(self):
        assert not Quota().is_set
        assert Quota().on(FIRST, first_day=FIRST) is None

    @pytest.mark.parametrize(
        ("age", "most"), [(0, 50), (1, 100), (2, 200), (4, 800), (5, 1000), (3000, 1000)]
    )
    def test_grows_from_the_first_day_until_it_is_what_is_usual(self, age, most):
        quota = Quota(per_day=1000, warm_up_start=50, warm_up_growth=2)

        assert quota.on(FIRST + timedelta(days=age), first_day=FIRST) == most

    def test_never_grows_where_it_shall_not(self):
        quota = Quota(warm_up_start=50, warm_up_growth=1)

        assert quota.on(FIRST + timedelta(days=9999), first_day=FIRST) == 50

    @given(st.integers(1, 10**9), st.floats(1, 100), st.integers(0, 20_000), st.integers(0, 10**9))
    def test_is_never_more_than_what_is_usual(self, start, growth, age, usual):
        quota = Quota(per_day=usual, warm_up_start=start, warm_up_growth=growth)

        most = quota.on(FIRST + timedelta(days=age), first_day=FIRST)

        assert most is None if usual == 0 and most is None else most > 0
        assert usual == 0 or most <= usual


class TestADay:
    @pytest.mark.parametrize(
        ("moment", "hours"), [("2026-03-29 12:00", 23), ("2026-10-25 12:00", 25)]
    )
    def test_is_as_long_as_the_clock_makes_it(self, moment, hours):
        day = day_of(datetime.fromisoformat(moment + "+00:00"), ZoneInfo("Europe/Paris"))

        assert day.ends_at - day.begins_at == timedelta(hours=hours)

    def test_is_the_accounts_own(self):
        day = day_of(datetime(2026, 3, 1, 23, 30, tzinfo=UTC), ZoneInfo("Asia/Tokyo"))

        assert day.date == date(2026, 3, 2)
        assert day.begins_at == datetime(2026, 3, 1, 15, tzinfo=UTC)
