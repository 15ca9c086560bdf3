"""Signing in at Zendesk by OAuth: by a client's secret, or by what a person consented to.

Source: Zendesk, "Using OAuth authentication with your application" and "OAuth Tokens for Grant
Types"; RFC 7636 (PKCE). Documented for confidential clients; that a public client renews without a
secret is RFC 6749, section 6, and unconfirmed for Zendesk.
"""

import base64
import hashlib
import math
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from time import monotonic
from typing import Final
from urllib.parse import urlencode

import httpx

from relay_core.errors import AccessDenied, GatewayError, OutsideUnavailable
from relay_core.gateways.reader import JsonObject, answer, client, unreachable
from relay_core.gateways.renewable import Bearer, BearerAuth
from relay_core.log import log
from relay_core.options.account import Account
from relay_core.sign_in_file import SignedIn, SignInFile, Standing

_NAME: Final = "Zendesk's sign-in"
_SCOPE: Final = "read write"
_MARGIN_S: Final = 60
_SECRETS_LIFE_S: Final = 7200
_CONSENTS_LIFE_S: Final = 86_400
"""Half of what Zendesk allows. Each renewal is a moment at which a lost answer ends the sign-in."""
_REFRESH_LIFE_S: Final = 7_689_600
"""89 days; Zendesk wants less than 90. So long Relay may ask nothing and stay signed in."""
_SIGN_IN: Final = "Open the page Setup and sign in at Zendesk."

_renewing: Final = Lock()
"""What a consent gave is renewed by one thread at a time: the second would use what is used up."""


def by_secret(*, client_id: str, secret: str, url: str, timeout_s: float) -> BearerAuth:
    """Return the sign-in of a client that shows its secret (the client-credentials grant)."""
    grant: JsonObject = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": secret,
        "scope": _SCOPE,
        "expires_in": _SECRETS_LIFE_S,
    }

    def renewed(_old: Bearer | None) -> Bearer:
        return _bearer_of(_granted(grant, url=url, timeout_s=timeout_s))

    return BearerAuth(renewed)


def by_consent(file: SignInFile, *, timeout_s: float) -> BearerAuth:
    """Return the sign-in that a person consented to, as it is kept.

    A renewal uses up both tokens. Where its answer is lost it is asked for again: if Zendesk then
    refuses, the sign-in has ended, which is written down and said from then on.
    """

    def renewed(old: Bearer | None) -> Bearer:
        with _renewing:
            held = _held(file)
            if old is None or held.access_token != old.token:  # kept, or renewed by another client
                return Bearer(held.access_token, math.inf, has_worked=True)
            return _renewed(file, held, timeout_s=timeout_s)

    return BearerAuth(renewed)


def consent_address(
    *, url: str, client_id: str, redirect_uri: str, state: str, verifier: str
) -> str:
    """Return the page of Zendesk that asks a person whether Relay may act in their name."""
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": _SCOPE,
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return f"{url}/oauth/authorizations/new?{urlencode(asked)}"


def exchanged(
    code: str,
    *,
    file: SignInFile,
    redirect_uri: str,
    verifier: str,
    now: datetime,
    timeout_s: float,
) -> SignedIn:
    """Return the tokens for a code, asked for once: a code counts once.

    Raises:
        GatewayError: Zendesk does not accept the code, or did not answer.
    """
    grant: JsonObject = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": file.client_id,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
        "scope": _SCOPE,
        **_lives(),
    }
    given = _granted(grant, url=file.zendesk_url, timeout_s=timeout_s)
    if not given.get("refresh_token"):
        raise GatewayError(
            f"{_NAME}: no refresh token",
            advice="Zendesk gave Relay nothing to stay signed in with. Make a new OAuth client of "
            "the kind public in the Admin Center, and sign in by that.",
        )
    return SignedIn(
        access_token=str(given["access_token"]),
        refresh_token=str(given["refresh_token"]),
        since=now,
    )


def keep_sign_in(file: SignInFile, signed_in: SignedIn) -> None:
    """Keep a new sign-in in place of the one before, once nobody is renewing that.

    Raises:
        OSError: The data folder cannot be written.
    """
    with _renewing:
        file.keep(signed_in)


def signed_in(account: Account, *, timeout_s: float) -> httpx.Auth:
    """Return how a client of the account signs in."""
    if account.zendesk_oauth:
        client_id, secret = account.zendesk_oauth
        return by_secret(
            client_id=client_id, secret=secret, url=account.zendesk_url, timeout_s=timeout_s
        )
    if account.zendesk_sign_in:
        return by_consent(account.zendesk_sign_in, timeout_s=timeout_s)
    return httpx.BasicAuth(*(account.zendesk_basic or ("", "")))


def with_token(token: str) -> httpx.Auth:
    """Return the sign-in with one token, while it lasts."""
    return BearerAuth(lambda _old: Bearer(token, math.inf))


def _held(file: SignInFile) -> SignedIn:
    standing, held = file.read()
    if held is not None:
        return held
    if standing is Standing.ENDED:
        raise AccessDenied("sign-in ended", advice=f"Relay's sign-in at Zendesk ended. {_SIGN_IN}")
    raise AccessDenied(
        "never signed in", advice=f"Nobody has signed Relay in at Zendesk yet. {_SIGN_IN}"
    )


def _renewed(file: SignInFile, held: SignedIn, *, timeout_s: float) -> Bearer:
    answer_was_lost = held.renewing
    try:
        file.note_renewing(held)
    except OSError as error:
        raise OutsideUnavailable(
            f"sign-in not kept: {type(error).__name__}",
            advice="Relay cannot write to its data folder, and so does not renew its sign-in at "
            "Zendesk: it could not keep the new one. Make room, or let it write there.",
        ) from error
    grant: JsonObject = {
        "grant_type": "refresh_token",
        "refresh_token": held.refresh_token,
        "client_id": file.client_id,
        "scope": _SCOPE,
        **_lives(),
    }
    given = _granted(
        grant,
        url=file.zendesk_url,
        timeout_s=timeout_s,
        refused=lambda: _end(file, answer_was_lost),
    )
    try:
        file.keep(
            SignedIn(
                access_token=str(given["access_token"]),
                refresh_token=str(given.get("refresh_token") or held.refresh_token),
                since=held.since,
            )
        )
    except OSError as error:  # good until it ends or Relay stops; then somebody has to sign in
        log().error("sign_in.not_kept", error=type(error).__name__)
    return _bearer_of(given)


def _end(file: SignInFile, answer_was_lost: bool) -> AccessDenied:  # noqa: FBT001 - a fact, not a switch
    file.end()
    log().error("sign_in.ended", answer_was_lost=answer_was_lost)
    why = (
        "The answer to a renewal may have been lost, and what it used up cannot be used again."
        if answer_was_lost
        else "Somebody revoked it there, a copy of Relay's data folder has used it up, or Relay "
        "asked Zendesk nothing for three months."
    )
    return AccessDenied(
        "sign-in ended", advice=f"Relay's sign-in at Zendesk ended. {why} {_SIGN_IN}"
    )


def _lives() -> dict[str, int]:
    return {"expires_in": _CONSENTS_LIFE_S, "refresh_token_expires_in": _REFRESH_LIFE_S}


def _granted(
    grant: JsonObject,
    *,
    url: str,
    timeout_s: float,
    refused: Callable[[], AccessDenied] | None = None,
) -> JsonObject:
    """Return Zendesk's answer to a grant, with a token in it.

    Args:
        grant: What is asked for, and by what right.
        url: Of Zendesk.
        timeout_s: Seconds to wait for an answer.
        refused: What follows where the right itself is refused, as the error to raise.
    """
    with client(url=url, auth=httpx.Auth(), timeout_s=timeout_s) as http:
        try:
            response = http.post("/oauth/tokens", json=grant)
        except httpx.TransportError as error:
            raise unreachable(_NAME, error) from error
    if refused is not None and _is_invalid_grant(response):
        raise refused()
    given = answer(response, what=_NAME)
    if not isinstance(given.get("access_token"), str) or not given["access_token"]:
        raise GatewayError(
            f"{_NAME}: no token", advice="Zendesk answered without a token. Try again later."
        )
    return given


def _is_invalid_grant(response: httpx.Response) -> bool:
    try:
        said = response.json()
    except ValueError:
        return False
    return (
        response.is_client_error and isinstance(said, dict) and said.get("error") == "invalid_grant"
    )


def _bearer_of(given: JsonObject) -> Bearer:
    lifetime = given.get("expires_in")
    ends = monotonic() + float(lifetime) - _MARGIN_S if lifetime else math.inf
    return Bearer(str(given["access_token"]), ends)
