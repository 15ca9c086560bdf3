"""A patient look at something outside: how often, and when not at all."""

import time
from itertools import pairwise
from threading import Event

import pytest

from relay_core.engine.watching import LONGEST_S, Watch, next_pause_s
from relay_core.errors import OutsideUnavailable

FIVE_MINUTES_S = 300.0


class Scene:
    """Something awaited, a clock that only waiting moves, and a record of every look."""

    def __init__(self, *, awaited=True, ends_at_s=4 * 3600.0):
        self.awaited = awaited
        self.now_s = 0.0
        self.looks: list[float] = []
        self.ends_at_s = ends_at_s
        self.over = Event()
        self.at_look = lambda: False
        self.rings_at_s: list[float] = []

    def is_awaited(self):
        return self.awaited

    def look(self):
        self.looks.append(self.now_s)
        return self.at_look()

    def wait(self, bell, seconds):
        if self.now_s + seconds >= self.ends_at_s:
            self.over.set()
            return bell.wait()
        if self.rings_at_s and self.rings_at_s[0] <= self.now_s + seconds:
            self.now_s = self.rings_at_s.pop(0)
            return True
        self.now_s += seconds
        return False

    def play(self, *, shortest_s=FIVE_MINUTES_S):
        watch = Watch(
            name="test",
            is_awaited=self.is_awaited,
            look=self.look,
            shortest_s=shortest_s,
            wait=self.wait,
        )
        watch.start()
        assert self.over.wait(10)
        watch.stop()
        return self.looks


class TestThePause:
    def test_grows_up_to_an_hour(self):
        pauses = [FIVE_MINUTES_S]
        for _ in range(10):
            pauses.append(next_pause_s(pauses[-1], changed=False, shortest_s=FIVE_MINUTES_S))

        assert pauses == sorted(pauses)
        assert pauses[1] == 450.0
        assert pauses[-1] == LONGEST_S

    def test_is_short_again_after_a_change(self):
        assert next_pause_s(LONGEST_S, changed=True, shortest_s=60.0) == 60.0

    def test_is_never_below_what_was_set(self):
        assert next_pause_s(10.0, changed=False, shortest_s=7200.0) == 7200.0


class TestAWatch:
    def test_looks_more_and_more_rarely(self):
        looks = Scene().play()

        between = [after - before for before, after in pairwise(looks)]
        assert looks[0] == FIVE_MINUTES_S
        assert between == sorted(between)
        assert len(looks) < 10

    def test_does_not_look_while_nothing_is_awaited(self):
        assert Scene(awaited=False).play() == []

    def test_rests_once_what_was_awaited_came(self):
        scene = Scene()

        def decided():
            scene.awaited = len(scene.looks) < 2
            return True

        scene.at_look = decided

        assert scene.play() == [FIVE_MINUTES_S, 2 * FIVE_MINUTES_S]

    def test_begins_anew_when_something_new_is_awaited(self):
        scene = Scene(ends_at_s=2000.0)
        scene.rings_at_s = [400.0]

        assert scene.play() == [300.0, 700.0, 1150.0, 1825.0]

    def test_goes_on_after_a_look_that_failed(self):
        scene = Scene(ends_at_s=2000.0)

        def failing():
            raise OutsideUnavailable("HTTP 503", advice="Try again later.")

        scene.at_look = failing

        assert len(scene.play()) == 3

    def test_is_off_when_its_shortest_pause_is_0(self):
        scene = Scene()
        watch = Watch(
            name="test", is_awaited=scene.is_awaited, look=scene.look, shortest_s=0, wait=scene.wait
        )

        watch.start()
        time.sleep(0.02)
        watch.stop()

        assert scene.now_s == 0.0

    @pytest.mark.parametrize("started", [True, False])
    def test_ends_at_once(self, started):
        watch = Watch(name="test", is_awaited=lambda: True, look=lambda: False, shortest_s=3600)
        if started:
            watch.start()
        began = time.monotonic()

        watch.stop()

        assert time.monotonic() - began < 2.0
