"""OAuth: clients, consent, three grants, PKCE, scopes and expiry."""

from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from relay_core.sandbox.account.tokens import challenge_of
from tests.sandbox.small_account import ADMIN, Account, account_of, user

CLIENT = {"client_id": "relay", "client_secret": "sandbox-secret"}
REDIRECT = "https://relay.example/back"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-x"


PUBLIC = {
    "name": "Relay <b>",
    "identifier": "phone-app",
    "kind": "public",
    "redirect_uri": [REDIRECT],
}


@pytest.fixture
def account() -> Account:
    made = account_of(
        {"users": [user("Ann", id=50), user("Ed", role="agent", email="ed@a.example")]}
    )
    made.ask("POST", "/api/v2/oauth/clients", json={"client": PUBLIC})
    return made


def token(account: Account, **wanted: object):
    return account.ask("POST", "/oauth/tokens", auth=None, json={**CLIENT, **wanted})


def public_token(account: Account, **wanted: object):
    asked = {"client_id": "phone-app", **wanted}
    return account.ask("POST", "/oauth/tokens", auth=None, json=asked)


def status(account: Account, access_token: str, path: str = "/api/v2/users/50") -> int:
    bearer = {"Authorization": f"Bearer {access_token}"}
    return account.ask("GET", path, auth=None, headers=bearer).status_code


def asked_for(**changes: str | None) -> dict[str, str]:
    wanted = {
        "response_type": "code",
        "client_id": "phone-app",
        "redirect_uri": REDIRECT,
        "scope": "read",
        "state": "s1",
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
        **changes,
    }
    return {name: value for name, value in wanted.items() if value is not None}


def decided(account: Account, decision: str = "allow", email: str = ADMIN[0], **changes):
    """Press a button of the page, as who the page says is signed in."""
    return account.ask(
        "POST",
        "/oauth/authorizations/new",
        auth=None,
        params=asked_for(**changes),
        data={"decision": decision, "email": email.removesuffix("/token")},
    )


def sent_back(answer: httpx.Response) -> dict[str, str]:
    """What the client is told by the address that the browser is sent back to."""
    assert answer.status_code == 302
    target = urlsplit(answer.headers["location"])
    assert f"{target.scheme}://{target.netloc}{target.path}" == REDIRECT
    return dict(parse_qsl(target.query))


def code(account: Account, **changes) -> str:
    return sent_back(decided(account, **changes))["code"]


class TestAClient:
    def test_that_is_made_is_told_its_secret_once(self, account) -> None:
        [*_, listed] = account.get("/api/v2/oauth/clients")["clients"]

        assert (listed["identifier"], listed["kind"]) == ("phone-app", "public")
        assert "secret" not in listed

    @pytest.mark.parametrize(
        "wrong",
        [
            {"redirect_uri": ["http://relay.example/back"]},
            {"redirect_uri": ["/back"]},
            {"redirect_uri": "https://relay.example/back"},
            {"identifier": "phone-app"},
            {"kind": "secretive"},
        ],
    )
    def test_is_refused_that_cannot_be(self, account, wrong) -> None:
        client = PUBLIC | {"identifier": "new"} | wrong

        made = account.ask("POST", "/api/v2/oauth/clients", json={"client": client})

        assert made.status_code == 422

    def test_is_made_by_administrators_only(self, account) -> None:
        made = account.ask(
            "POST",
            "/api/v2/oauth/clients",
            json={"client": PUBLIC | {"identifier": "new"}},
            auth=("ed@a.example/token", ADMIN[1]),
        )

        assert made.status_code == 403


class TestThePageOfConsent:
    def test_says_who_wants_what(self, account) -> None:
        page = account.ask("GET", "/oauth/authorizations/new", auth=None, params=asked_for())

        assert "Allow Relay &lt;b&gt; to access" in page.text
        assert "able to: read." in page.text

    def test_tells_a_no_and_gives_back_the_state(self, account) -> None:
        assert sent_back(decided(account, "deny")) == {"error": "access_denied", "state": "s1"}

    @pytest.mark.parametrize("method", ["GET", "POST"])
    @pytest.mark.parametrize(
        "wrong",
        [
            {"redirect_uri": f"{REDIRECT}/"},
            {"redirect_uri": f"{REDIRECT}?next=elsewhere"},
            {"redirect_uri": "https://elsewhere.example/back"},
            {"redirect_uri": None},
            {"client_id": "nobody"},
            {"client_id": "relay"},
        ],
    )
    def test_sends_nobody_to_an_address_that_is_not_registered(
        self, account, method, wrong
    ) -> None:
        answer = account.ask(
            method,
            "/oauth/authorizations/new",
            auth=None,
            params=asked_for(**wrong),
            data={"decision": "allow", "email": "admin@sandbox.example"},
        )

        assert answer.status_code == 400
        assert "location" not in answer.headers

    @pytest.mark.parametrize(
        ("wrong", "error"),
        [
            ({"code_challenge_method": "plain"}, "invalid_request"),
            ({"code_challenge_method": None}, "invalid_request"),
            ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
            ({"response_type": "token"}, "unsupported_response_type"),
        ],
    )
    def test_takes_nothing_but_a_code_with_pkce(self, account, wrong, error) -> None:
        assert sent_back(decided(account, **wrong)) == {"error": error, "state": "s1"}

    @pytest.mark.parametrize("email", ["nobody@a.example", "ann@example.com", ""])
    def test_lets_only_the_team_say_yes(self, account, email) -> None:
        assert decided(account, email=email).status_code == 401

    def test_gives_what_whoever_said_yes_may_do(self, account) -> None:
        given = public_token(
            account,
            grant_type="authorization_code",
            code=code(account, email="ed@a.example"),
            redirect_uri=REDIRECT,
            code_verifier=VERIFIER,
        ).json()

        bearer = {"Authorization": f"Bearer {given['access_token']}"}
        me = account.ask("GET", "/api/v2/users/me", auth=None, headers=bearer).json()
        assert me["user"]["email"] == "ed@a.example"


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
        wanted = {name: value for name, value in wanted.items() if value is not None}
        return public_token(account, grant_type="authorization_code", **wanted)

    def test_becomes_a_token_once(self, account) -> None:
        given = code(account)

        first = self.exchange(account, given)
        second = self.exchange(account, given)

        assert first.status_code == 201
        assert status(account, first.json()["access_token"]) == 200
        assert (second.status_code, second.json()["error"]) == (400, "invalid_grant")

    @pytest.mark.parametrize(
        "changes",
        [
            {"code_verifier": "other"},
            {"code_verifier": None},
            {"code_verifier": challenge_of(VERIFIER)},
            {"redirect_uri": "https://elsewhere.example"},
            CLIENT,
        ],
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

    def test_is_the_clients_alone(self, account) -> None:
        given = token(account, grant_type="client_credentials").json()["refresh_token"]

        stolen = public_token(account, grant_type="refresh_token", refresh_token=given)
        own = token(account, grant_type="refresh_token", refresh_token=given)

        assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
        assert own.status_code == 201


class TestAPublicClient:
    def test_renews_without_a_secret(self, account) -> None:
        exchanged = TestACode().exchange(account, code(account)).json()

        new = public_token(
            account, grant_type="refresh_token", refresh_token=exchanged["refresh_token"]
        )

        assert status(account, new.json()["access_token"]) == 200

    def test_gets_nothing_by_its_name_alone(self, account) -> None:
        assert public_token(account, grant_type="client_credentials").status_code == 400

    def test_does_not_get_away_with_a_wrong_secret(self, account) -> None:
        given = public_token(account, grant_type="refresh_token", client_secret="wrong")

        assert given.status_code == 401
