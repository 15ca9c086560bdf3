"""Who is asking: API tokens, OAuth tokens, or nobody."""

import base64
import binascii
import hmac
from dataclasses import dataclass
from typing import Final

from starlette.requests import HTTPConnection

from relay_core.sandbox.account.records import Record
from relay_core.sandbox.credentials import API_TOKEN
from relay_core.sandbox.support.answers import Refusal, forbidden, unauthenticated
from relay_core.sandbox.world import World

TOKEN_MARK: Final = "/token"
STAFF: Final = frozenset({"agent", "admin"})


@dataclass(frozen=True, slots=True)
class Caller:
    """The user in whose name a request is made."""

    user_id: int
    role: str


def recognise(connection: HTTPConnection, *, path: str, method: str) -> Caller | None:
    """Return who asks, or None when no credentials were given.

    Raises:
        Refusal: The credentials are wrong, or do not cover this request.
    """
    kind, _, secret = connection.headers.get("authorization", "").partition(" ")
    world = World.of(connection)
    match kind.lower():
        case "":
            return None
        case "basic":
            record = _by_api_token(world, secret)
        case "bearer":
            record = _by_oauth(world, secret.strip(), path=path, method=method)
        case _:
            record = None
    if record is None or record["role"] not in STAFF or record["suspended"]:
        raise Refusal(unauthenticated())
    return Caller(user_id=record["id"], role=record["role"])


def caller_id(connection: HTTPConnection) -> int:
    """Return the id of the user in whose name a request is made.

    Raises:
        Refusal: Nobody is.
    """
    caller: Caller | None = connection.scope.get("caller")
    if caller is None:
        raise Refusal(unauthenticated())
    return caller.user_id


def require_admin(connection: HTTPConnection) -> None:
    """Let only administrators go on.

    Raises:
        Refusal: The caller is none.
    """
    caller: Caller | None = connection.scope.get("caller")
    if caller is None or caller.role != "admin":
        raise Refusal(forbidden())


def _by_api_token(world: World, secret: str) -> Record | None:
    try:
        user, _, token = base64.b64decode(secret, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    if not user.endswith(TOKEN_MARK) or not hmac.compare_digest(token, API_TOKEN):
        return None
    return world.directory.user_by_email(user.removesuffix(TOKEN_MARK))


def _by_oauth(world: World, token: str, *, path: str, method: str) -> Record | None:
    grant = world.tokens.grant_of(token)
    if grant is None:
        return None
    resource = path.removeprefix("/api/v2/").partition("/")[0]
    if not grant.allows(method=method, resource=resource):
        raise Refusal(forbidden("The token's scope does not cover this request."))
    person = world.directory.person(grant.user_id)
    return None if person is None else person.record
