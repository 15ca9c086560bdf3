"""How fast a run goes, from what was seen of it."""

from datetime import UTC, datetime, timedelta

import pytest

from pages._pace import Reading, left_s, rate_per_s, recent

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


def readings(*pairs):
    return [Reading(NOON + timedelta(seconds=second), settled) for second, settled in pairs]


class TestRate:
    def test_is_not_guessed_from_one_reading(self):
        assert rate_per_s(readings((0, 5))) is None

    def test_is_not_guessed_from_readings_of_one_moment(self):
        assert rate_per_s(readings((0, 5), (0.2, 6))) is None

    def test_is_what_was_settled_by_the_time_it_took(self):
        assert rate_per_s(readings((0, 0), (2, 15), (4, 32))) == pytest.approx(8)

    def test_forgets_what_is_older_than_half_a_minute(self):
        kept = recent(readings((0, 0), (20, 100)), Reading(NOON + timedelta(seconds=40), 260))

        assert rate_per_s(kept) == pytest.approx(8)


class TestTimeLeft:
    def test_goes_by_the_lanes_pace_until_something_was_seen(self):
        assert left_s(80, rate=None, pace=8) == 10

    def test_goes_by_the_lanes_pace_while_nothing_moves(self):
        assert left_s(80, rate=0, pace=8) == 10

    def test_goes_by_what_was_seen(self):
        assert left_s(80, rate=4, pace=8) == 20
