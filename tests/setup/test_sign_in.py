"""Sign-ins at Zendesk that were begun."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from relay_core.errors import ConfigurationError
from relay_core.setup.sign_in import PATIENCE, BegunSignIns, redirect_uri_at

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def begun():
    numbers = count()
    return BegunSignIns(word=lambda: f"word-{next(numbers)}")


def begin(begun, *, actor="Ada", now=NOW):
    return begun.begin(
        actor=actor,
        zendesk_url="https://acme.zendesk.com",
        client_id="relay",
        redirect_uri="https://relay.acme.example/oauth/zendesk",
        now=now,
    )


class TestASignIn:
    def test_ends_as_it_began(self, begun):
        led = begun.lead(begin(begun), now=NOW)

        assert begun.finish(led.state, browser=led.browser, now=NOW) is led
        assert (led.actor, led.zendesk_url) == ("Ada", "https://acme.zendesk.com")

    def test_tells_nobody_its_secrets(self, begun):
        led = begun.lead(begin(begun), now=NOW)

        assert len({led.state, led.verifier, led.browser}) == 3
        assert "word-" not in repr(led)

    def test_leads_one_browser(self, begun):
        link = begin(begun)

        begun.lead(link, now=NOW)

        assert begun.lead(link, now=NOW) is None

    def test_ends_once(self, begun):
        led = begun.lead(begin(begun), now=NOW)

        begun.finish(led.state, browser=led.browser, now=NOW)

        assert begun.finish(led.state, browser=led.browser, now=NOW) is None

    @pytest.mark.parametrize("browser", ["", "word-99", "é"])
    def test_is_over_when_another_browser_brings_its_state(self, begun, browser):
        led = begun.lead(begin(begun), now=NOW)

        assert begun.finish(led.state, browser=browser, now=NOW) is None
        assert begun.finish(led.state, browser=led.browser, now=NOW) is None

    def test_is_not_ended_by_the_browser_of_another_one(self, begun):
        mine, yours = (begun.lead(begin(begun, actor=who), now=NOW) for who in ("Ada", "Eve"))

        assert begun.finish(mine.state, browser=yours.browser, now=NOW) is None

    def test_is_not_ended_with_its_link(self, begun):
        link = begin(begun)

        assert begun.finish(link, browser=link, now=NOW) is None

    def test_waits_ten_minutes_and_no_longer(self, begun):
        early, late = begin(begun), begin(begun)

        led = begun.lead(early, now=NOW + PATIENCE - MOMENT)

        assert led is not None
        assert begun.lead(late, now=NOW + PATIENCE) is None
        assert begun.finish(led.state, browser=led.browser, now=NOW + PATIENCE) is None

    def test_is_forgotten_when_many_others_were_begun_since(self, begun):
        first, second = begin(begun), begin(begun)

        for _ in range(19):
            begin(begun)

        assert begun.lead(first, now=NOW) is None
        assert begun.lead(second, now=NOW) is not None


class TestTheAddressToComeBackTo:
    @pytest.mark.parametrize(
        ("address", "expected"),
        [
            ("https://relay.acme.example", "https://relay.acme.example/oauth/zendesk"),
            ("http://localhost:8501/setup?x=1", "http://localhost:8501/oauth/zendesk"),
            ("http://[::1]:8501", "http://[::1]:8501/oauth/zendesk"),
            ("http://127.0.0.1:8501", "http://127.0.0.1:8501/oauth/zendesk"),
        ],
    )
    def test_is_relays_own(self, address, expected):
        assert redirect_uri_at(address) == expected

    @pytest.mark.parametrize(
        "address",
        [
            "http://relay.acme.example",
            "ftp://localhost",
            "localhost:8501",
            "",
            "https://",
            "https:///setup",
            "https://[",
            "https://relay.acme.example:port",
            "https://relay.acme.example@evil.example",
        ],
    )
    def test_is_one_that_zendesk_allows(self, address):
        with pytest.raises(ConfigurationError) as refusal:
            redirect_uri_at(address)

        assert "https" in refusal.value.advice
