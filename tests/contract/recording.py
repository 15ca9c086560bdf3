"""A reverse proxy on loopback that remembers every exchange it carries."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import httpx
from openapi_core.datatypes import RequestParameters
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from werkzeug.datastructures import Headers, ImmutableMultiDict

from tests.sandbox.stage import serving

HOST = "http://vendor.test"
"""Where the specifications are told to be, since each names hosts of its own."""
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@dataclass(frozen=True)
class RecordedRequest:
    """One request that went through, in the shape that openapi-core asks for."""

    method: str
    path: str
    parameters: RequestParameters
    """Those of the path are filled in by openapi-core."""
    body: bytes
    host_url: str = HOST

    @property
    def content_type(self) -> str:
        return self.parameters.header.get("content-type", "")


@dataclass(frozen=True)
class RecordedResponse:
    """What was answered."""

    status_code: int
    headers: Headers
    data: bytes

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")


@dataclass(frozen=True)
class Exchange:
    """A request and its answer."""

    request: RecordedRequest
    response: RecordedResponse

    def __str__(self) -> str:
        """Return what a failing test shows: no headers, which hold credentials."""
        return f"{self.request.method.upper()} {self.request.path} {self.response.status_code}"


@contextmanager
def recording(target: str) -> Iterator[tuple[str, list[Exchange]]]:
    """Carry requests to `target` and back.

    Yields:
        The proxy's address, and the growing list of what it carried.
    """
    exchanges: list[Exchange] = []
    client = httpx.AsyncClient(base_url=target, timeout=30, trust_env=False)

    async def carry(request: Request) -> Response:
        body = await request.body()
        answer = await client.request(
            request.method,
            request.url.path,
            params=request.url.query,
            content=body,
            # The host among them: cursors are addresses of the host that was asked.
            headers=[(k, v) for k, v in request.headers.items() if k not in _HOP_BY_HOP],
        )
        exchanges.append(
            Exchange(
                RecordedRequest(
                    method=request.method.lower(),
                    path=request.url.path,
                    parameters=RequestParameters(
                        query=ImmutableMultiDict(request.query_params.multi_items()),
                        header=Headers(list(request.headers.items())),
                    ),
                    body=body,
                ),
                RecordedResponse(
                    answer.status_code, Headers(answer.headers.multi_items()), answer.content
                ),
            )
        )
        kept = {
            name: value
            for name, value in answer.headers.items()
            if name not in _HOP_BY_HOP | {"content-encoding"}
        }
        return Response(answer.content, status_code=answer.status_code, headers=kept)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await client.aclose()

    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    app = Starlette(routes=[Route("/{rest:path}", carry, methods=methods)], lifespan=lifespan)
    with serving(app) as url:
        yield url, exchanges
