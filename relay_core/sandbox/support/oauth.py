"""OAuth at `/oauth/tokens`: tokens for a client's secret, a code or a refresh token."""

import hmac
import json
from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relay_core.sandbox.account.oauth_clients import Kind, OAuthClient
from relay_core.sandbox.account.tokens import (
    LONGEST_S,
    REFRESH_DEFAULT_S,
    REFRESH_LONGEST_S,
    REFRESH_SHORTEST_S,
    SHORTEST_S,
    Grant,
)
from relay_core.sandbox.credentials import ADMIN_EMAIL
from relay_core.sandbox.support.answers import answer
from relay_core.sandbox.world import World

DEFAULT_SCOPE: Final = "read write"


async def give_token(request: Request) -> Response:
    """Exchange a client's secret, a code or a refresh token for tokens."""
    wanted = await _parameters(request)
    world = World.of(request)
    client = world.oauth_clients.known(str(wanted.get("client_id")))
    if client is None or not _is_who_they_say(client, wanted):
        return _refused("invalid_client", "Client authentication failed", 401)
    grant: Grant | None
    match wanted.get("grant_type"):
        case "client_credentials":
            if client.kind is Kind.PUBLIC:
                return _refused("unauthorized_client", "Only for confidential clients")
            scope = str(wanted.get("scope") or DEFAULT_SCOPE)
            grant = Grant(_administrator(world), client.identifier, scope)
        case "authorization_code":
            grant = world.tokens.spend_code(
                str(wanted.get("code")),
                client_id=client.identifier,
                redirect_uri=str(wanted.get("redirect_uri")),
                verifier=wanted.get("code_verifier"),
            )
        case "refresh_token":
            grant = world.tokens.spend_refresh(
                str(wanted.get("refresh_token")), client_id=client.identifier
            )
        case _:
            return _refused("unsupported_grant_type", "The grant type is not supported")
    if grant is None:
        return _refused("invalid_grant", "The grant is invalid, expired or revoked")
    expires_in_s = _within(wanted.get("expires_in"), SHORTEST_S, LONGEST_S, LONGEST_S)
    refresh_in_s = _within(
        wanted.get("refresh_token_expires_in"),
        REFRESH_SHORTEST_S,
        REFRESH_LONGEST_S,
        REFRESH_DEFAULT_S,
    )
    if expires_in_s is None or refresh_in_s is None:
        return _refused("invalid_request", "An expiry lies outside its bounds")
    pair = world.tokens.issue(grant, expires_in_s=expires_in_s, refresh_expires_in_s=refresh_in_s)
    return answer(
        {
            "access_token": pair.access_token,
            "refresh_token": pair.refresh_token,
            "token_type": "bearer",
            "scope": pair.scope,
            "expires_in": pair.expires_in_s,
            "refresh_token_expires_in": pair.refresh_expires_in_s,
        },
        201,
    )


async def _parameters(request: Request) -> Mapping[str, Any]:
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        form = await request.form()
        return dict(form)
    try:
        found = json.loads(await request.body() or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _is_who_they_say(client: OAuthClient, wanted: Mapping[str, Any]) -> bool:
    """Whether a client showed its secret, unless it can keep none and showed none."""
    given = wanted.get("client_secret")
    if given is None and client.kind is Kind.PUBLIC:
        return True
    return hmac.compare_digest(str(given).encode(), client.secret.encode())


def _administrator(world: World) -> int:
    record = world.directory.user_by_email(ADMIN_EMAIL)
    if record is None:
        raise LookupError("the world lost its administrator")
    return int(record["id"])


def _within(value: object, least: int, most: int, default: int) -> int | None:
    """Return a number of seconds, or None when it lies outside its bounds."""
    if value is None:
        return default
    try:
        wanted = int(str(value))
    except ValueError:
        return None
    return wanted if least <= wanted <= most else None


def _refused(error: str, description: str, status: int = 400) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status_code=status)


routes: Final = [Route("/oauth/tokens", give_token, methods=["POST"])]
