"""An alarm clock: rings when the time has come, never before, and outlives what goes wrong."""

import time
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from relay_core.engine.alarm import AGAIN_S, LONGEST_S, Alarm
from relay_core.errors import OutsideUnavailable

START = datetime(2026, 3, 15, 12, tzinfo=UTC)


class Scene:
    """Moments that are due, a clock that only waiting moves, and a record of every ring."""

    def __init__(self, *due_s, ends_at_s=600.0):
        self.due_s = sorted(due_s)
        self.now_s = 0.0
        self.ends_at_s = ends_at_s
        self.rings = []
        self.over = Event()
        self.at_ring = lambda: True
        self.rung_early_at_s = []

    def clock(self):
        return START + timedelta(seconds=self.now_s)

    def next_at(self):
        return START + timedelta(seconds=self.due_s[0]) if self.due_s else None

    def ring(self):
        self.rings.append(self.now_s)
        done = self.at_ring()
        if done:
            self.due_s = [each for each in self.due_s if each > self.now_s]
        return done

    def wait(self, bell, seconds):
        assert seconds <= LONGEST_S
        if self.now_s + seconds >= self.ends_at_s:
            self.over.set()
            return bell.wait()
        if self.rung_early_at_s and self.rung_early_at_s[0] <= self.now_s + seconds:
            self.now_s = self.rung_early_at_s.pop(0)
            return True
        self.now_s += seconds
        return False

    def play(self):
        alarm = Alarm(
            name="test", next_at=self.next_at, ring=self.ring, clock=self.clock, wait=self.wait
        )
        alarm.start()
        assert self.over.wait(10)
        alarm.stop()
        return self.rings


class TestAnAlarm:
    def test_rings_at_each_moment_and_at_no_other(self):
        assert Scene(7.5, 100.0, 100.0, 431.25).play() == [7.5, 100.0, 431.25]

    def test_rings_at_once_for_what_was_due_before_it_began(self):
        assert Scene(-3600.0).play() == [0.0]

    def test_rests_while_nothing_is_due(self):
        assert Scene().play() == []

    def test_does_not_ring_before_the_time_when_it_is_woken(self):
        scene = Scene(20.0)
        scene.rung_early_at_s = [3.0, 19.9]

        assert scene.play() == [20.0]

    def test_notices_a_clock_that_was_set(self):
        scene = Scene(500.0)
        waited = scene.wait

        def wait(bell, seconds):
            rang = waited(bell, seconds)
            if 60 <= scene.now_s < 500:
                scene.now_s += 450
            return rang

        scene.wait = wait

        assert scene.play() == [510.0]

    @pytest.mark.parametrize(
        "trouble", [OutsideUnavailable("no", advice="Try later."), ZeroDivisionError()]
    )
    def test_tries_again_in_a_while_after_what_went_wrong(self, trouble):
        scene = Scene(10.0)

        def failing():
            if len(scene.rings) < 3:
                raise trouble
            return True

        scene.at_ring = failing

        assert scene.play() == [10.0, 10.0 + AGAIN_S, 10.0 + 2 * AGAIN_S]

    def test_tries_again_what_was_not_done(self):
        scene = Scene(10.0)
        scene.at_ring = lambda: len(scene.rings) == 2

        assert scene.play() == [10.0, 10.0 + AGAIN_S]

    @pytest.mark.parametrize("started", [True, False])
    def test_ends_at_once(self, started):
        scene = Scene(3600.0)
        alarm = Alarm(name="test", next_at=scene.next_at, ring=scene.ring, clock=scene.clock)
        if started:
            alarm.start()
        began = time.monotonic()

        alarm.stop()
        alarm.start()

        assert time.monotonic() - began < 2.0
        assert scene.rings == []
