"""OAuth clients at `/api/v2/oauth/clients`: making one, and listing them."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relay_core.sandbox.account.oauth_clients import ClientError, Kind, OAuthClient
from relay_core.sandbox.account.records import HOME, Record
from relay_core.sandbox.clock import stamp
from relay_core.sandbox.support.answers import Refusal, answer, invalid_record, object_in
from relay_core.sandbox.support.callers import caller_id, require_admin
from relay_core.sandbox.support.pages import listing
from relay_core.sandbox.world import World


async def list_clients(request: Request) -> Response:
    """List all clients, without their secrets."""
    require_admin(request)
    known = World.of(request).oauth_clients.all()
    owner = caller_id(request)
    return answer(listing(request, "clients", [_record(each, owner) for each in known]))


async def create_client(request: Request) -> Response:
    """Make a client; its secret is told now and never again."""
    require_admin(request)
    given = await object_in(request, "client")
    redirect_uris = given.get("redirect_uri") or []
    if not isinstance(redirect_uris, list):
        raise Refusal(invalid_record("redirect_uri", "redirect_uri is a list of addresses"))
    try:
        made = World.of(request).oauth_clients.add(
            str(given.get("identifier") or ""),
            name=str(given.get("name") or ""),
            kind=str(given.get("kind") or Kind.CONFIDENTIAL),
            redirect_uris=[str(each) for each in redirect_uris],
        )
    except ClientError as error:
        raise Refusal(invalid_record("base", str(error))) from None
    return answer({"client": _record(made, caller_id(request)) | {"secret": made.secret}}, 201)


def _record(client: OAuthClient, owner: int) -> Record:
    return {
        "id": client.id,
        "url": f"{HOME}/oauth/clients/{client.id}",
        "identifier": client.identifier,
        "name": client.name,
        "kind": client.kind,
        "redirect_uri": list(client.redirect_uris),
        "global": False,
        "user_id": owner,
        "created_at": stamp(client.created_at),
        "updated_at": stamp(client.created_at),
    }


routes: Final = [
    Route("/api/v2/oauth/clients", list_clients, methods=["GET"]),
    Route("/api/v2/oauth/clients", create_client, methods=["POST"]),
]
