"""OAuth at `/oauth`: permission, codes and tokens for the one documented client."""

import hmac
import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from relay_core.sandbox.account.tokens import (
    LONGEST_S,
    REFRESH_DEFAULT_S,
    REFRESH_LONGEST_S,
    REFRESH_SHORTEST_S,
    SHORTEST_S,
    Grant,
)
from relay_core.sandbox.credentials import ADMIN_EMAIL, OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET
from relay_core.sandbox.support.answers import answer
from relay_core.sandbox.world import World

DEFAULT_SCOPE: Final = "read write"


async def authorize(request: Request) -> Response:
    """Say yes in the administrator's name, and send the browser back with a code."""
    wanted = request.query_params
    redirect_uri = wanted.get("redirect_uri", "")
    if wanted.get("client_id") != OAUTH_CLIENT_ID or not redirect_uri:
        return PlainTextResponse("Unknown client, or no redirect_uri.", status_code=400)
    if wanted.get("response_type") != "code":
        return _back(redirect_uri, error="unsupported_response_type", state=wanted.get("state"))
    challenge = wanted.get("code_challenge")
    if challenge and wanted.get("code_challenge_method") != "S256":
        return _back(redirect_uri, error="invalid_request", state=wanted.get("state"))
    world = World.of(request)
    grant = Grant(_administrator(world), wanted.get("scope") or DEFAULT_SCOPE)
    code = world.tokens.new_code(grant, redirect_uri=redirect_uri, challenge=challenge)
    return _back(redirect_uri, code=code, state=wanted.get("state"))


async def give_token(request: Request) -> Response:
    """Exchange a client's secret, a code or a refresh token for tokens."""
    wanted = await _parameters(request)
    if not _is_client(wanted):
        return _refused("invalid_client", "Client authentication failed", 401)
    world = World.of(request)
    grant: Grant | None
    match wanted.get("grant_type"):
        case "client_credentials":
            grant = Grant(_administrator(world), str(wanted.get("scope") or DEFAULT_SCOPE))
        case "authorization_code":
            grant = world.tokens.spend_code(
                str(wanted.get("code")),
                redirect_uri=str(wanted.get("redirect_uri")),
                verifier=wanted.get("code_verifier"),
            )
        case "refresh_token":
            grant = world.tokens.spend_refresh(str(wanted.get("refresh_token")))
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


def _is_client(wanted: Mapping[str, Any]) -> bool:
    return wanted.get("client_id") == OAUTH_CLIENT_ID and hmac.compare_digest(
        str(wanted.get("client_secret")).encode(), OAUTH_CLIENT_SECRET.encode()
    )


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


def _back(redirect_uri: str, **parameters: str | None) -> Response:
    given = {key: value for key, value in parameters.items() if value is not None}
    mark = "&" if "?" in redirect_uri else "?"
    return RedirectResponse(f"{redirect_uri}{mark}{urlencode(given)}", status_code=302)


def _refused(error: str, description: str, status: int = 400) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status_code=status)


routes: Final = [
    Route("/oauth/authorizations/new", authorize, methods=["GET"]),
    Route("/oauth/tokens", give_token, methods=["POST"]),
]
