"""When the messages of a run leave, foreseen by the rules of the gates."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from relay_core.delivery.gates import CanaryChoice, GateRules
from relay_core.delivery.hours import QuietHours
from relay_core.delivery.public_holidays import public_holidays
from relay_core.delivery.quiet_hours import is_allowed, place_of
from relay_core.delivery.quota import Quota
from relay_core.delivery.timeline import LaneToday, timeline

DUTCH, FRENCH = ("+31612345678", "NL"), ("+33612345678", "FR")
LANE = LaneToday(zone=ZoneInfo("Europe/Amsterdam"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def foreseen(numbers, start, *, lane=LANE, **rules):
    return timeline(
        numbers,
        rules=GateRules(**rules),
        channel="sms",
        per_second=8,
        start=at(start),
        lane=lane,
    )


class TestATimeline:
    def test_is_as_long_as_the_pace_makes_it(self):
        told = foreseen([DUTCH] * 20_000, "2026-11-23 03:00")

        assert told.ends_at == at("2026-11-23 03:00") + timedelta(seconds=2500)
        assert [each.messages for each in told.stretches] == [20_000]
        assert told.waits == ()

    def test_waits_for_the_morning_and_goes_on_the_next_one(self):
        told = foreseen([DUTCH] * 20_000, "2026-11-23 19:50", quiet_hours=QuietHours())

        assert [each.messages for each in told.stretches] == [4_800, 15_200]
        assert told.waits[0].begins_at == at("2026-11-23 20:00")
        assert told.waits[0].ends_at == at("2026-11-24 07:00")
        assert told.waits[0].messages == 15_200
        assert told.ends_at == at("2026-11-24 07:31:40")

    def test_leaves_a_country_for_later_while_another_goes_on(self):
        # A Sunday.
        told = foreseen([FRENCH, DUTCH] * 8, "2026-11-22 10:00", quiet_hours=QuietHours())

        assert [each.messages for each in told.stretches] == [8, 8]
        assert told.ends_at == at("2026-11-23 07:00:01")

    def test_spreads_what_is_too_much_for_a_day(self):
        lane = LaneToday(zone=ZoneInfo("Europe/Amsterdam"), messages=40)

        told = foreseen([DUTCH] * 250, "2026-11-23 12:00", lane=lane, quota=Quota(per_day=100))

        assert [each.messages for each in told.stretches] == [60, 100, 90]
        assert told.waits[0].ends_at == at("2026-11-23 23:00")

    def test_knows_how_a_new_sender_is_warmed_up(self):
        quota = Quota(warm_up_start=50, warm_up_growth=2)

        told = foreseen([DUTCH] * 400, "2026-11-23 12:00", quota=quota)

        assert [each.messages for each in told.stretches] == [50, 100, 200, 50]

    def test_includes_the_wait_for_what_becomes_of_the_first(self):
        canary = CanaryChoice(size=80, wait_s=300, most_failures=0.2)

        told = foreseen([DUTCH] * 160, "2026-11-23 12:00", canary=canary)

        assert [each.messages for each in told.stretches] == [80, 80]
        assert told.ends_at == at("2026-11-23 12:05:20")

    def test_gives_up_after_a_year(self):
        assert foreseen([DUTCH] * 500, "2026-11-23 12:00", quota=Quota(per_day=1)).ends_at is None

    def test_of_nobody_is_empty(self):
        assert foreseen([], "2026-11-23 12:00").stretches == ()

    @given(
        numbers=st.lists(
            st.sampled_from([DUTCH, FRENCH, ("+12125550123", "US"), ("+61412345678", "AU")]),
            max_size=300,
        ),
        minutes=st.integers(0, 60 * 24 * 14),
        per_day=st.integers(0, 200),
    )
    @settings(max_examples=40, deadline=None)
    def test_lets_everybody_leave_once_and_never_outside_the_hours(self, numbers, minutes, per_day):
        start = at("2026-11-16 00:00") + timedelta(minutes=minutes)

        told = timeline(
            numbers,
            rules=GateRules(quiet_hours=QuietHours(), quota=Quota(per_day=per_day)),
            channel="sms",
            per_second=1,
            start=start,
            lane=LANE,
        )

        if told.ends_at is not None:
            assert sum(each.messages for each in told.stretches) == len(numbers)
        places = {place_of(*number) for number in numbers}
        for each in told.stretches:
            assert any(
                is_allowed(
                    each.begins_at,
                    place,
                    QuietHours().of(place.country),
                    holidays_of=public_holidays,
                )
                for place in places
            )
        edges = [edge for each in told.stretches for edge in (each.begins_at, each.ends_at)]
        assert edges == sorted(edges)
        assert all(wait.ends_at > wait.begins_at for wait in told.waits)
