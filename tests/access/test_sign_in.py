"""Who is let in, and from where."""

from datetime import UTC, datetime, timedelta

import pytest

from relay_core.access.sign_in import (
    SignIn,
    ensure_nobody_unknown_reaches,
    state_of,
    verified_email,
)
from relay_core.errors import ConfigurationError, NotAllowed
from relay_core.settings import Settings

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def claims(**said):
    return {"is_logged_in": True, "iat": NOW.timestamp(), "email": "ada@team.example"} | said


class TestASignIn:
    @pytest.mark.parametrize(
        ("said", "state"),
        [
            ({"is_logged_in": False}, SignIn.NEEDED),
            ({}, SignIn.DONE),
            ({"iat": (NOW - timedelta(hours=11, minutes=59)).timestamp()}, SignIn.DONE),
            ({"iat": (NOW - timedelta(hours=12, seconds=1)).timestamp()}, SignIn.AGAIN),
            ({"iat": None}, SignIn.AGAIN),
            ({"iat": "yesterday"}, SignIn.AGAIN),
        ],
    )
    def test_counts_for_the_hours_that_were_set(self, said, state):
        assert state_of(claims(**said), settings=Settings.load(), now=NOW) is state

    @pytest.mark.parametrize("verified", [False, None, "true", 1])
    def test_is_of_nobody_whose_address_was_not_verified(self, verified):
        with pytest.raises(NotAllowed, match="not verified"):
            verified_email(claims(email_verified=verified), settings=Settings.load())

    def test_may_come_from_a_provider_that_is_trusted_and_says_nothing(self):
        trusting = Settings.load(trust_unverified_emails=True)

        assert verified_email(claims(), settings=trusting) == "ada@team.example"
        with pytest.raises(NotAllowed, match="not verified"):
            verified_email(claims(email_verified=False), settings=trusting)


class TestAnAddress:
    @pytest.mark.parametrize("address", ["127.0.0.1", "::1", "localhost", "127.1.2.3"])
    def test_of_this_machine_needs_no_sign_in(self, address):
        ensure_nobody_unknown_reaches(address, people_sign_in=False)

    @pytest.mark.parametrize("address", [None, "0.0.0.0", "::", "10.0.0.1", "relay.example"])  # noqa: S104 - refused
    def test_of_a_network_needs_one(self, address):
        with pytest.raises(ConfigurationError, match="listens on"):
            ensure_nobody_unknown_reaches(address, people_sign_in=False)
        ensure_nobody_unknown_reaches(address, people_sign_in=True)
