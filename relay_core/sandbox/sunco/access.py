"""The door of the stand-in Sunco API: who may come in, and the two ways in which it says no."""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable
from enum import StrEnum
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from relay_core.sandbox.credentials import SUNCO_APP_ID, SUNCO_KEY_ID, SUNCO_KEY_SECRET

LARGEST_BODY_BYTES: Final = 100_000

Endpoint = Callable[[Request], Awaitable[Response]]


class Dialect(StrEnum):
    """The two shapes of an error."""

    V1 = "v1.1"
    V2 = "v2"

    def error(self, status: HTTPStatus, code: str, text: str) -> JSONResponse:
        """Say what is wrong in this dialect."""
        match self:
            case Dialect.V1:
                return JSONResponse({"error": {"code": code, "description": text}}, status)
            case Dialect.V2:
                return JSONResponse({"errors": [{"code": code, "title": text}]}, status)


class SuncoError(Exception):
    """The request is refused with this status, code and sentence."""

    def __init__(self, status: HTTPStatus, code: str, text: str) -> None:
        """Keep the three parts of the refusal."""
        super().__init__(text)
        self.status: Final = status
        self.code: Final = code
        self.text: Final = text


def bad_request(text: str) -> SuncoError:
    """Return the refusal of a request that makes no sense."""
    return SuncoError(HTTPStatus.BAD_REQUEST, "bad_request", text)


def not_found(text: str) -> SuncoError:
    """Return the refusal of a request for something that is not there."""
    return SuncoError(HTTPStatus.NOT_FOUND, "not_found", text)


def guarded(dialect: Dialect) -> Callable[[Endpoint], Endpoint]:
    """Let an endpoint serve only the known key and app, and say its refusals in one dialect."""

    def guard(endpoint: Endpoint) -> Endpoint:
        @wraps(endpoint)
        async def serve(request: Request) -> Response:
            if not is_authorized(request.headers.get("Authorization", "")):
                # the check stands before the versions part, so its answer has one shape
                return Dialect.V2.error(
                    HTTPStatus.UNAUTHORIZED, "unauthorized", "Authorization is required"
                )
            if request.path_params["app_id"] != SUNCO_APP_ID:
                return dialect.error(HTTPStatus.NOT_FOUND, "app_not_found", "App not found")
            try:
                return await endpoint(request)
            except SuncoError as refusal:
                return dialect.error(refusal.status, refusal.code, refusal.text)

        return serve

    return guard


async def json_object(request: Request) -> dict[str, Any]:
    """Return the body of a request.

    Raises:
        SuncoError: too large, or no JSON object.
    """
    body = await request.body()
    if len(body) > LARGEST_BODY_BYTES:
        raise SuncoError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "payload_too_large", "Request entity too large"
        )
    try:
        value = json.loads(body)
    except ValueError as error:
        raise bad_request("The body is not valid JSON") from error
    if not isinstance(value, dict):
        raise bad_request("The body must be a JSON object")
    return value


def whole_number(request: Request, name: str, *, default: int, least: int, most: int) -> int:
    """Return a query parameter.

    Raises:
        SuncoError: it is not a whole number within its range.
    """
    written = request.query_params.get(name, str(default))
    if not written.isdecimal() or not least <= int(written) <= most:
        raise bad_request("Invalid query parameters")
    return int(written)


def is_authorized(header: str) -> bool:
    """Tell whether an Authorization header holds the app's key, as Basic or as a signed token."""
    scheme, _, credentials = header.partition(" ")
    match scheme.lower():
        case "basic":
            return _is_key(credentials.strip())
        case "bearer":
            return _is_signed(credentials.strip())
        case _:
            return False


def _is_key(credentials: str) -> bool:
    try:
        given = base64.b64decode(credentials, validate=True)
    except (binascii.Error, ValueError):
        return False
    return hmac.compare_digest(given, f"{SUNCO_KEY_ID}:{SUNCO_KEY_SECRET}".encode())


def _is_signed(token: str) -> bool:
    """Verify a JSON Web Token (RFC 7519) signed with HMAC SHA-256 by the app's secret."""
    try:
        head, claims, signature = token.split(".")
        header = json.loads(_unpadded(head))
        payload = json.loads(_unpadded(claims))
        given = _unpadded(signature)
    except ValueError:
        return False
    if not isinstance(header, dict) or not isinstance(payload, dict):
        return False
    if (header.get("alg"), header.get("kid")) != ("HS256", SUNCO_KEY_ID):
        return False
    signed = f"{head}.{claims}".encode()
    expected = hmac.digest(SUNCO_KEY_SECRET.encode(), signed, hashlib.sha256)
    expires_at = payload.get("exp", time.time() + 1)
    return (
        hmac.compare_digest(given, expected)
        and payload.get("scope") in {"app", "account"}
        and isinstance(expires_at, int | float)
        and expires_at > time.time()
    )


def _unpadded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
