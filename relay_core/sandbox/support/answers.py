"""Zendesk's answers in JSON: the pages it gives and the four shapes its errors take."""

import json
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from relay_core.sandbox.account.records import Record


class Refusal(Exception):
    """An answer that ends a request early: caught by the app and sent as it is."""

    def __init__(self, response: Response) -> None:
        """Keep the answer to send."""
        super().__init__(str(response.status_code))
        self.response = response


def answer(body: Mapping[str, object], status: int = 200) -> Response:
    """Return a JSON answer, accents as they are."""
    return Response(
        json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
        status_code=status,
        media_type="application/json",
    )


def unauthenticated() -> Response:
    """Return the answer to wrong or missing credentials (401)."""
    return JSONResponse({"error": "Couldn't authenticate you"}, status_code=401)


def forbidden(message: str = "You do not have access to this page.") -> Response:
    """Return the answer to a caller who may not do this (403)."""
    return titled("Forbidden", message, status=403)


def not_found() -> Response:
    """Return the answer for a record that does not exist (404)."""
    return JSONResponse(
        {"error": "RecordNotFound", "description": "Not found"},
        status_code=404,
    )


def invalid_endpoint() -> Response:
    """Return the answer for a path that does not exist (404)."""
    return JSONResponse(
        {"error": "InvalidEndpoint", "description": "Not found"},
        status_code=404,
    )


def invalid_record(attribute: str, description: str, error: str = "InvalidValue") -> Response:
    """Return the answer to a record that breaks a rule (422)."""
    return JSONResponse(
        {
            "error": "RecordInvalid",
            "description": "Record validation errors",
            "details": {attribute: [{"description": description, "error": error}]},
        },
        status_code=422,
    )


def titled(title: str, message: str, status: int = 400) -> Response:
    """Return an error whose `error` is an object with a title."""
    return JSONResponse({"error": {"title": title, "message": message}}, status_code=status)


def coded(code: str, title: str, detail: str, status: int = 400) -> Response:
    """Return an error in the list form that newer endpoints use."""
    return JSONResponse(
        {"errors": [{"code": code, "title": title, "detail": detail}]},
        status_code=status,
    )


def invalid_search(description: str, status: int = 422) -> Response:
    """Return the search service's own refusal."""
    return JSONResponse(
        {"error": "invalid", "description": f"Invalid search: {description}"},
        status_code=status,
    )


async def object_in(request: Request, name: str | None) -> Record:
    """Return the object in a request's body: the one under `name`, or the whole body.

    Raises:
        Refusal: The body is no JSON object, or has no object of that name.
    """
    try:
        found = json.loads(await request.body() or b"{}")
    except ValueError:
        raise Refusal(titled("Unprocessable Entity", "The body is no JSON.", 422)) from None
    if isinstance(found, dict) and name is not None:
        found = found.get(name)
    if not isinstance(found, dict):
        raise Refusal(titled("Invalid attribute", f"{name or 'The body'} must be an object"))
    return found


def path_id(request: Request, name: str) -> int:
    """Return an id in a path.

    Raises:
        Refusal: It is none, so that nothing can be found.
    """
    text = str(request.path_params[name])
    if not text.isdecimal():
        raise Refusal(not_found())
    return int(text)
