"""How often a route answers: a burst, then so many a second, each kind of asker by itself."""

from hypothesis import given
from hypothesis import strategies as st

from relay_core.edge.token_bucket import TokenBucket
from relay_core.edge.turnstile import Turnstile

STEPS = st.lists(st.integers(0, 400), max_size=80)


class Watch:
    """A clock that is moved by hand; milliseconds keep its sums exact enough."""

    def __init__(self):
        self.ms = 0

    def __call__(self):
        return self.ms / 1000


class TestATokenBucket:
    @given(steps=STEPS, rate=st.integers(1, 50), burst=st.integers(1, 20))
    def test_never_lets_more_through_than_its_burst_and_its_rate(self, steps, rate, burst):
        watch = Watch()
        bucket = TokenBucket(rate_per_s=rate, burst=burst, clock=watch)
        passed = []
        for step in steps:
            watch.ms += step
            if bucket.take() == 0:
                passed.append(watch.ms)

        for first, begun in enumerate(passed):
            for last in range(first, len(passed)):
                allowed = burst + rate * (passed[last] - begun) / 1000
                assert last - first + 1 <= allowed + 1e-6

    @given(steps=STEPS, rate=st.integers(1, 50))
    def test_keeps_its_word_on_when_to_come_again(self, steps, rate):
        watch = Watch()
        bucket = TokenBucket(rate_per_s=rate, burst=2, clock=watch)
        for step in steps:
            watch.ms += step
            wait_s = bucket.take()
            assert 0 <= wait_s <= 1 / rate
            if wait_s:
                watch.ms += wait_s * 1000 + 1e-3
                assert bucket.take() == 0


class TestATurnstile:
    def test_puts_off_whoever_knows_the_secret_only_after_a_thousand_at_once(self):
        watch = Watch()
        turnstile = Turnstile("webhook", clock=watch)

        answers = [turnstile.refusal(knows_secret=True) for _ in range(1001)]

        assert answers[:1000] == [None] * 1000
        assert (answers[1000].status_code, answers[1000].headers["Retry-After"]) == (429, "1")
        watch.ms += 2
        assert turnstile.refusal(knows_secret=True) is None

    def test_never_lets_a_stranger_through(self):
        turnstile = Turnstile("webhook", clock=Watch())

        statuses = [turnstile.refusal(knows_secret=False).status_code for _ in range(60)]

        assert statuses == [401] * 40 + [429] * 20
        assert turnstile.refusal(knows_secret=True) is None
