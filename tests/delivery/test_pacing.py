"""How fast a lane may go, whatever the delays."""

from hypothesis import given
from hypothesis import strategies as st

from relay_core.delivery.pacing import Pacer

delays_s = st.lists(st.floats(0, 3, allow_nan=False), min_size=30, max_size=120)


def departures(pacer: Pacer, delays: list[float]) -> list[float]:
    """Let a lane depart once after each delay, on a clock that only it moves."""
    now, left = 100.0, []
    for delay in delays:
        now = max(now + delay, pacer.next_turn(now + delay))
        pacer.departed(now)
        left.append(now)
    return left


def most_in_any(window_s: float, moments: list[float]) -> int:
    return max(sum(1 for m in moments if start <= m < start + window_s) for start in moments)


class TestAPacer:
    @given(delays_s)
    def test_never_lets_more_than_the_limit_leave_in_any_sliding_second(self, delays):
        left = departures(Pacer(per_second=8, guard_s=0.02), delays)

        assert most_in_any(1.0, left) <= 8

    @given(st.floats(0.2, 20), delays_s)
    def test_keeps_any_rate_over_any_longer_stretch(self, rate, delays):
        left = departures(Pacer(per_second=rate, guard_s=0.0), delays)

        assert most_in_any(10.0, left) <= rate * 10 + max(1, int(rate)) + 1

    def test_sustains_almost_the_whole_rate_while_work_is_queued(self):
        left = departures(Pacer(per_second=8, guard_s=0.02), [0.0] * 801)

        assert 800 / (left[-1] - left[0]) >= 8 * 0.97

    def test_makes_up_for_small_delays(self):
        hiccups = [0.06 if n % 10 == 0 else 0.0 for n in range(801)]

        left = departures(Pacer(per_second=8, guard_s=0.02), hiccups)

        assert 800 / (left[-1] - left[0]) >= 8 * 0.97

    def test_waits_as_long_as_the_channel_asks(self):
        pacer = Pacer(per_second=8, guard_s=0.02)
        pacer.departed(100.0)

        pacer.refused(100.1, retry_after_s=17.0)

        assert pacer.next_turn(100.2) == 117.1

    def test_keeps_more_distance_after_a_refusal_and_comes_back_when_all_is_calm(self):
        pacer = Pacer(per_second=8, guard_s=0.02)

        pacer.refused(0.0, retry_after_s=None)
        after_refusal = pacer.guard_s
        departures(pacer, [0.0] * 1000)

        assert after_refusal > 0.02
        assert pacer.guard_s == 0.02


class TestAMessageWhoseTurnHasCome:
    @given(st.floats(0.2, 20), st.lists(st.floats(0, 2), min_size=1, max_size=80))
    def test_never_follows_too_closely_on_others_that_left_late(self, rate, lates):
        pacer = Pacer(per_second=rate, guard_s=0.0)
        left, now = [], 0.0
        for late in lates:
            turn = pacer.next_turn(now)
            pacer.departed(turn)
            now = max(now, turn + late)
            while wait_s := pacer.held_back_s(now):
                now += wait_s
            left.append(now)
            now = turn

        most = max(1, int(rate))
        assert most_in_any(most / rate, sorted(left)) <= most

    def test_that_is_on_time_waits_for_nothing(self):
        pacer, now = Pacer(per_second=8, guard_s=0.02), 0.0

        for _ in range(100):
            now = pacer.next_turn(now)
            pacer.departed(now)

            assert pacer.held_back_s(now) == 0
