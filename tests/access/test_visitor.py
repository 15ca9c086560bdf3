"""Who somebody is, as Zendesk says it or said it lately."""

from datetime import UTC, datetime, timedelta

import pytest

from relay_core.access.permissions import EVERYTHING
from relay_core.errors import NotAllowed, OutsideUnavailable

ADMIN = "admin@sandbox.example"
BEGUN = datetime(2026, 11, 2, 9, tzinfo=UTC)


class Silence:
    """A Zendesk that answers nobody, and counts how often it was asked."""

    def __init__(self):
        self.asked = 0

    def staff(self, _email):
        self.asked += 1
        raise OutsideUnavailable("silence", advice="Zendesk does not answer.")

    def close(self):
        pass


@pytest.fixture
def silent(relay):
    """A desk whose Zendesk fell silent after it had told who the administrator is."""
    relay._now = lambda: BEGUN  # noqa: SLF001 - minutes are not waited for
    relay.visitor(ADMIN)
    relay._zendesk.close()  # noqa: SLF001 - nobody else will
    relay.__dict__["_zendesk"] = Silence()
    return relay


def later(relay, **passed):
    relay._now = lambda: BEGUN + timedelta(**passed)  # noqa: SLF001 - the same
    return relay


class TestAVisitor:
    def test_is_known_for_an_hour_though_zendesk_is_silent(self, silent):
        assert later(silent, minutes=59).visitor(ADMIN).permissions == EVERYTHING
        with pytest.raises(OutsideUnavailable):
            later(silent, minutes=61).visitor(ADMIN)

    def test_waits_for_the_same_silence_once_in_two_minutes(self, silent):
        for seconds in (130, 140, 200, 260):
            later(silent, seconds=seconds).visitor(ADMIN)

        assert silent._zendesk.asked == 2  # noqa: SLF001 - its own count

    def test_is_nobody_with_an_address_that_the_team_does_not_have(self, relay):
        with pytest.raises(NotAllowed, match="not of the team"):
            relay.visitor("stranger@example.com")
