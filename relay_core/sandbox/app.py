"""The stand-in world as one web application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from relay_core.sandbox.account.records import RecordError
from relay_core.sandbox.controls import routes as controls
from relay_core.sandbox.controls.faulty_answers import FaultyAnswers
from relay_core.sandbox.media import routes as media
from relay_core.sandbox.sunco import routes as sunco
from relay_core.sandbox.support import routes as support
from relay_core.sandbox.support.answers import Refusal, invalid_endpoint
from relay_core.sandbox.support.gate import Gate
from relay_core.sandbox.world import World


def build(world: World) -> Starlette:
    """Return the application that plays a world; its messages move while it runs."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        world.messaging.start()
        try:
            yield
        finally:
            await world.messaging.stop()

    app = Starlette(
        routes=[*controls.routes, *media.routes, *support.routes, *sunco.routes],
        middleware=[Middleware(FaultyAnswers), Middleware(Gate)],
        exception_handlers={
            Refusal: _refused,
            RecordError: _misshapen,
            ClientDisconnect: _gone,
            404: _missing,
            405: _missing,
        },
        lifespan=lifespan,
    )
    app.state.world = world
    return app


async def _refused(_request: Request, error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    return error.response


async def _misshapen(_request: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=400)


async def _gone(_request: Request, _error: Exception) -> Response:
    """Answer a caller that was killed while it was asking; nobody reads it."""
    return Response(status_code=400)


async def _missing(request: Request, error: Exception) -> Response:
    if request.url.path.startswith("/api/"):
        return invalid_endpoint()
    status = error.status_code if isinstance(error, HTTPException) else 404
    code = {"code": "not_found", "title": "Resource not found"}
    return JSONResponse({"errors": [code]}, status_code=status)
