"""How a file of the shelf is asked for, and what is answered."""

import asyncio
from contextlib import suppress
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relay_core.sandbox.media.shelf import SHELF, MediaFile, Quirk

SLOW_S: Final = 30.0
"""Real seconds that a slow file takes."""


async def hand_out(request: Request) -> Response:
    """Give a file, or what its quirk makes of it; anybody may ask."""
    file = SHELF.get(request.path_params["name"])
    if file is None:
        return Response("There is no such file.", HTTPStatus.NOT_FOUND)
    match file.quirk:
        case Quirk.MOVED:
            return Response(status_code=HTTPStatus.FOUND, headers={"Location": file.moved_to})
        case Quirk.NO_HEAD if request.method == "HEAD":
            return Response(status_code=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "GET"})
        case Quirk.SLOW:
            await _dawdle(request)
        case _:
            pass
    return _told(file) if request.method == "HEAD" else _given(file)


def _given(file: MediaFile) -> Response:
    return Response(file.content, media_type=file.content_type)


def _told(file: MediaFile) -> Response:
    headers = {"Content-Length": str(file.size_bytes)}
    return Response(headers=headers, media_type=file.content_type)


async def _dawdle(request: Request) -> None:
    """Wait for as long as a slow file takes, or until the caller hangs up."""
    with suppress(TimeoutError):
        async with asyncio.timeout(SLOW_S):
            while (await request.receive())["type"] != "http.disconnect":
                pass


routes: Final = [Route("/media/{name}", hand_out, methods=["GET", "HEAD"])]
