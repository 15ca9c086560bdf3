"""When somebody may be messaged next, by the clocks and holidays where their number lives."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relay_core.delivery.hours import (
    CAUTION,
    COUNTRIES,
    Hours,
    QuietHours,
    Window,
    quiet_hours_from,
)
from relay_core.delivery.public_holidays import public_holidays
from relay_core.delivery.quiet_hours import Place, is_allowed, next_allowed, next_change, place_of
from relay_core.errors import ConfigurationError

FRENCH = "+33612345678"
DUTCH = "+31612345678"
NEW_YORK = "+12125550123"
AUSTRALIAN_MOBILE = "+61412345678"
ZONES = ("Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def released(text: str, phone: str, country: str) -> str:
    """Return when a message of this moment (UTC) may leave, as the person's own clock says it."""
    place = place_of(phone, country)
    moment = next_allowed(at(text), place, QuietHours().of(country), holidays_of=public_holidays)
    return moment.astimezone(ZoneInfo(place.zones[0])).strftime("%a %d %b %H:%M")


def windows():
    ends = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda w: w[0] < w[1])
    return ends.map(lambda w: Window(opens=w[0], closes=w[1]))


HOURS = st.builds(
    Hours,
    weekdays=windows(),
    saturdays=st.none() | windows(),
    sundays=st.none() | windows(),
    holidays=st.none() | windows(),
    source=st.just(""),
)
# Days around which clocks are put forward and back, and a few others.
MOMENTS = st.builds(
    lambda day, minute: datetime.combine(day, datetime.min.time(), UTC) + timedelta(minutes=minute),
    st.dates(date(2026, 3, 6), date(2026, 4, 7)) | st.dates(date(2026, 10, 1), date(2026, 11, 3)),
    st.integers(0, 1439),
)


class TestAMessage:
    @pytest.mark.parametrize(
        ("moment", "phone", "country", "leaves"),
        [
            # An ordinary Monday.
            ("2026-11-23 09:00", DUTCH, "NL", "Mon 23 Nov 10:00"),
            ("2026-11-23 04:27", DUTCH, "NL", "Mon 23 Nov 08:00"),
            ("2026-11-23 20:00", DUTCH, "NL", "Tue 24 Nov 08:00"),
            ("2026-11-23 19:59", DUTCH, "NL", "Mon 23 Nov 20:59"),
            # Not on a French Sunday, nor on a holiday: 1 May 2026 is a Friday.
            ("2026-11-22 10:00", FRENCH, "FR", "Mon 23 Nov 08:00"),
            ("2026-11-23 20:30", FRENCH, "FR", "Mon 23 Nov 21:30"),
            ("2026-05-01 10:00", FRENCH, "FR", "Sat 02 May 08:00"),
            # Pentecost: a Sunday, then a holiday.
            ("2026-05-23 20:30", FRENCH, "FR", "Tue 26 May 08:00"),
            ("2026-11-22 10:00", DUTCH, "NL", "Sun 22 Nov 11:00"),
            # By the clock of the area code.
            ("2026-11-23 12:59", NEW_YORK, "US", "Mon 23 Nov 08:00"),
            # India begins at ten.
            ("2026-11-23 03:30", "+919812345678", "IN", "Mon 23 Nov 10:00"),
            # The nights on which clocks are changed.
            ("2026-03-29 00:30", DUTCH, "NL", "Sun 29 Mar 08:00"),
            ("2026-10-25 00:30", DUTCH, "NL", "Sun 25 Oct 08:00"),
        ],
    )
    def test_leaves_inside_the_hours_of_the_country(self, moment, phone, country, leaves):
        assert released(moment, phone, country) == leaves

    def test_leaves_when_it_is_day_in_every_zone_that_the_number_may_be_in(self):
        place = place_of(AUSTRALIAN_MOBILE, "AU")

        moment = next_allowed(at("2026-11-23 00:00"), place, CAUTION, holidays_of=public_holidays)

        assert len(place.zones) > 3
        assert moment == at("2026-11-23 01:30")  # eight o'clock on the Cocos Islands

    def test_finds_an_hour_for_a_number_that_may_be_anywhere_in_north_america(self):
        place = place_of("+18005550123", "US")

        moment = next_allowed(
            at("2026-11-23 03:00"), place, COUNTRIES["US"], holidays_of=public_holidays
        )

        assert 8 <= moment.astimezone(ZoneInfo("America/New_York")).hour < 21
        assert 8 <= moment.astimezone(ZoneInfo("America/Los_Angeles")).hour < 21

    @given(at=MOMENTS, zones=st.sets(st.sampled_from(ZONES), min_size=1, max_size=3), hours=HOURS)
    @settings(max_examples=80, deadline=None)
    def test_is_always_released_at_the_earliest_minute_that_is_allowed(self, at, zones, hours):
        place = Place("FR", tuple(sorted(zones)))

        moment = next_allowed(at, place, hours, holidays_of=public_holidays)

        assert moment >= at
        assert is_allowed(moment, place, hours, holidays_of=public_holidays)
        minutes = int((moment - at) / timedelta(minutes=1))
        # Every minute of a day before, and a sample of those before that.
        earlier = {*range(max(0, minutes - 1500), minutes), *range(0, minutes, 97)}
        assert not any(
            is_allowed(at + timedelta(minutes=n), place, hours, holidays_of=public_holidays)
            for n in earlier
        )

    @given(at=MOMENTS, zone=st.sampled_from(ZONES), hours=HOURS)
    @settings(max_examples=60, deadline=None)
    def test_may_leave_at_any_minute_before_the_next_change(self, at, zone, hours):
        place = Place("FR", (zone,))
        moment = next_allowed(at, place, hours, holidays_of=public_holidays)

        change = next_change(moment, place, hours)

        assert change > moment
        minutes = int((change - moment) / timedelta(minutes=1))
        if minutes > 0 and zone == "UTC":
            assert is_allowed(
                change - timedelta(minutes=1), place, hours, holidays_of=public_holidays
            )


class TestAPlace:
    def test_without_a_known_zone_goes_by_the_worlds(self):
        assert place_of("+88312345", None).zones == ("UTC",)

    @pytest.mark.parametrize("country", ["NL", "FR", "XX", "", "EU"])
    def test_has_holidays_or_none(self, country):
        assert isinstance(public_holidays(country, 2026), frozenset)


class TestWhatAnOperatorWrites:
    def test_stands_instead_of_the_table_and_leaves_the_rest(self):
        hours = quiet_hours_from(
            {"NL": {"weekdays": "9-17:30", "sundays": None}}, channels=frozenset({"sms"})
        )

        assert hours.of("NL").weekdays == Window(opens=540, closes=1050)
        assert hours.of("NL").sundays is None
        assert hours.of("NL").saturdays == CAUTION.saturdays
        assert hours.of("FR") == COUNTRIES["FR"]

    def test_can_stand_for_all_other_countries(self):
        hours = quiet_hours_from({"*": {"weekdays": "0:00-24:00"}}, channels=frozenset())

        assert hours.of("BE").weekdays == Window(opens=0, closes=1440)
        assert hours.of("FR") == COUNTRIES["FR"]

    @pytest.mark.parametrize(
        "wrong", ["8", "21:00-8:00", "8:00-25:00", "8:61-9:00", "a-b", "8-9-10"]
    )
    def test_is_refused_when_it_cannot_be_read(self, wrong):
        with pytest.raises(ConfigurationError) as refusal:
            quiet_hours_from({"NL": {"weekdays": wrong}}, channels=frozenset())

        assert "NL" in refusal.value.advice

    def test_is_refused_when_nobody_could_ever_be_messaged(self):
        never = {"weekdays": None, "saturdays": None, "sundays": None}

        with pytest.raises(ConfigurationError, match="quiet hours"):
            quiet_hours_from({"NL": never}, channels=frozenset())
