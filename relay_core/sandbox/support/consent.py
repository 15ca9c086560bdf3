"""The page at `/oauth/authorizations/new`, where a person lets a client act in their name."""

from html import escape
from typing import Final
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from relay_core.sandbox.account.oauth_clients import Kind, OAuthClient
from relay_core.sandbox.account.tokens import Grant
from relay_core.sandbox.credentials import ADMIN_EMAIL
from relay_core.sandbox.support.callers import STAFF
from relay_core.sandbox.support.oauth import DEFAULT_SCOPE
from relay_core.sandbox.world import World

PAGE: Final = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Zendesk sandbox</title></head>
<body>
<main>
<h1>Allow {client} to access your Zendesk account?</h1>
<p>It will be able to: {scope}.</p>
<form method="post">
<label>Signed in as <input name="email" type="email" value="{email}"></label>
<button name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>
</form>
</main>
</body>
</html>
"""


async def ask(request: Request) -> Response:
    """Show who wants what, or say why that cannot be asked for."""
    client = _client(request)
    if client is None:
        return _nowhere()
    if wrong := _fault(request, client):
        return _back(request, error=wrong)
    return HTMLResponse(
        PAGE.format(
            client=escape(client.name), scope=escape(_scope(request)), email=escape(ADMIN_EMAIL)
        )
    )


async def decide(request: Request) -> Response:
    """Send the browser back with a code, or with a no."""
    client = _client(request)
    if client is None:
        return _nowhere()
    if wrong := _fault(request, client):
        return _back(request, error=wrong)
    said = parse_qs((await request.body()).decode())
    if said.get("decision") != ["allow"]:
        return _back(request, error="access_denied")
    world, asked = World.of(request), request.query_params
    person = world.directory.user_by_email(said.get("email", [""])[0])
    if person is None or person["role"] not in STAFF or person["suspended"]:
        return PlainTextResponse("Nobody of the team has this address.", status_code=401)
    grant = Grant(user_id=person["id"], client_id=client.identifier, scope=_scope(request))
    code = world.tokens.new_code(
        grant, redirect_uri=asked["redirect_uri"], challenge=asked.get("code_challenge")
    )
    return _back(request, code=code)


def _client(request: Request) -> OAuthClient | None:
    """Return who asks, if the browser may be sent back to where they say."""
    asked = request.query_params
    client = World.of(request).oauth_clients.known(asked.get("client_id", ""))
    if client is None or asked.get("redirect_uri") not in client.redirect_uris:
        return None
    return client


def _fault(request: Request, client: OAuthClient) -> str | None:
    asked = request.query_params
    if asked.get("response_type") != "code":
        return "unsupported_response_type"
    challenge = asked.get("code_challenge")
    if challenge and asked.get("code_challenge_method") != "S256":
        return "invalid_request"
    if not challenge and client.kind is Kind.PUBLIC:
        return "invalid_request"
    return None


def _scope(request: Request) -> str:
    return request.query_params.get("scope") or DEFAULT_SCOPE


def _nowhere() -> Response:
    return PlainTextResponse("Unknown client, or no redirect_uri of it.", status_code=400)


def _back(request: Request, **parameters: str) -> Response:
    asked = request.query_params
    if "state" in asked:
        parameters["state"] = asked["state"]
    redirect_uri = asked["redirect_uri"]
    mark = "&" if "?" in redirect_uri else "?"
    return RedirectResponse(f"{redirect_uri}{mark}{urlencode(parameters)}", status_code=302)


routes: Final = [
    Route("/oauth/authorizations/new", ask, methods=["GET"]),
    Route("/oauth/authorizations/new", decide, methods=["POST"]),
]
