"""OAuth: three grants, PKCE, scopes and expiry."""

from urllib.parse import parse_qs, urlsplit

import pytest

from relay_core.sandbox.account.tokens import challenge_of
from tests.sandbox.small_account import Account, account_of, user

CLIENT = {"client_id": "relay", "client_secret": "sandbox-secret"}
REDIRECT = "https://relay.example/back"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-x"


@pytest.fixture
def account() -> Account:
    return account_of({"users": [user("Ann", id=50)]})


def token(account: Account, **wanted: object):
    return account.ask("POST", "/oauth/tokens", auth=None, json={**CLIENT, **wanted})


def status(account: Account, access_token: str, path: str = "/api/v2/users/50") -> int:
    bearer = {"Authorization": f"Bearer {access_token}"}
    return account.ask("GET", path, auth=None, headers=bearer).status_code


def code(account: Account, **changes: str) -> str:
    params = {
        "response_type": "code",
        "client_id": "relay",
        "redirect_uri": REDIRECT,
        "scope": "read",
        "state": "s1",
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
        **changes,
    }
    answer = account.ask("GET", "/oauth/authorizations/new", auth=None, params=params)
    assert answer.status_code == 302
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["state"] == ["s1"]
    return query["code"][0]


class TestClientCredentials:
    def test_give_a_token_that_works(self, account) -> None:
        given = token(account, grant_type="client_credentials", scope="read", expires_in=600)

        assert given.status_code == 201
        assert given.json()["token_type"] == "bearer"
        assert given.json()["expires_in"] == 600
        assert status(account, given.json()["access_token"]) == 200

    def test_must_be_right(self, account) -> None:
        given = token(account, grant_type="client_credentials", client_secret="wrong")

        assert (given.status_code, given.json()["error"]) == (401, "invalid_client")

    @pytest.mark.parametrize("seconds", [299, 172_801, "soon"])
    def test_expire_within_bounds(self, account, seconds) -> None:
        given = token(account, grant_type="client_credentials", expires_in=seconds)

        assert given.status_code == 400

    def test_end_when_they_expire(self, account) -> None:
        given = token(account, grant_type="client_credentials", expires_in=300).json()

        account.ask("POST", "/_sandbox/clock", json={"advance_s": 300})

        assert status(account, given["access_token"]) == 401


class TestAScope:
    @pytest.mark.parametrize(
        ("scope", "path", "expected"),
        [
            ("read", "/api/v2/users/50", 200),
            ("users:read", "/api/v2/users/50", 200),
            ("users:read", "/api/v2/groups", 403),
            ("write", "/api/v2/users/50", 403),
            ("raed", "/api/v2/users/50", 403),  # misspelt: a token, and nothing to do with it
        ],
    )
    def test_decides_what_may_be_read(self, account, scope, path, expected) -> None:
        given = token(account, grant_type="client_credentials", scope=scope).json()

        assert status(account, given["access_token"], path) == expected


class TestACode:
    def exchange(self, account, given, **changes):
        wanted = {"code": given, "redirect_uri": REDIRECT, "code_verifier": VERIFIER, **changes}
        return token(account, grant_type="authorization_code", **wanted)

    def test_becomes_a_token_once(self, account) -> None:
        given = code(account)

        first = self.exchange(account, given)
        second = self.exchange(account, given)

        assert first.status_code == 201
        assert status(account, first.json()["access_token"]) == 200
        assert (second.status_code, second.json()["error"]) == (400, "invalid_grant")

    @pytest.mark.parametrize(
        "changes", [{"code_verifier": "other"}, {"redirect_uri": "https://elsewhere.example"}]
    )
    def test_is_good_only_for_who_asked(self, account, changes) -> None:
        assert self.exchange(account, code(account), **changes).status_code == 400

    def test_is_good_for_two_minutes(self, account) -> None:
        given = code(account)

        account.ask("POST", "/_sandbox/clock", json={"advance_s": 120})

        assert self.exchange(account, given).status_code == 400


class TestARefresh:
    def test_rotates_both_tokens(self, account) -> None:
        old = token(account, grant_type="client_credentials").json()

        new = token(account, grant_type="refresh_token", refresh_token=old["refresh_token"])
        again = token(account, grant_type="refresh_token", refresh_token=old["refresh_token"])

        assert new.status_code == 201
        assert status(account, new.json()["access_token"]) == 200
        assert status(account, old["access_token"]) == 401
        assert again.status_code == 400
