"""How a control reads what it is given, and how it explains a misuse."""

import json
from collections.abc import Awaitable, Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from relay_core.sandbox.faults import FaultsError

Endpoint = Callable[[Request], Awaitable[Response]]


class ControlError(ValueError):
    """A control was turned in a way that makes no sense; the message says why."""


def explained(endpoint: Endpoint) -> Endpoint:
    """Answer a misused control with 400 and the reason."""

    @wraps(endpoint)
    async def serve(request: Request) -> Response:
        try:
            return await endpoint(request)
        except (ControlError, FaultsError) as error:
            return JSONResponse({"error": str(error)}, HTTPStatus.BAD_REQUEST)

    return serve


async def body_of(request: Request) -> object:
    """Return the JSON of a request; an empty body is an empty object.

    Raises:
        ControlError: It is no JSON.
    """
    body = await request.body()
    try:
        return json.loads(body) if body else {}
    except ValueError:
        raise ControlError("the body is not valid JSON") from None


def an_object(value: object) -> dict[str, Any]:
    """Return a JSON object.

    Raises:
        ControlError: It is something else.
    """
    if not isinstance(value, dict):
        raise ControlError("the body must be a JSON object")
    return value
