"""The way of a browser to Zendesk's page of consent, and back with what it was given."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from relay_core.control import ControlDesk
from relay_core.desk.signing_in import Lead
from relay_core.edge.posting import OneMethod, too_many
from relay_core.edge.token_bucket import TokenBucket
from relay_core.errors import RelayError
from relay_core.log import log
from relay_core.setup.sign_in import LINK_PATH, PATIENCE, SIGN_IN_PATH

_COOKIE: Final = "relay_sign_in"
_A_SECOND: Final = 5
"""Requests that begin or end nothing and are told so; people make a few a year."""
_LONGEST: Final = 2000
"""Letters of anything that is read from an address; Zendesk's codes have 64."""
_NEXT: Final = "Go back to the page Setup, and press “Sign in at Zendesk” again."
_NOT_BEGUN: Final = (
    "This sign-in was not begun in this browser, was ended already, or was begun more than "
    f"{PATIENCE.seconds // 60} minutes ago."
)


def consent_routes(
    desks: Callable[[], Sequence[ControlDesk]], *, clock: Callable[[], float]
) -> list[Route]:
    """Return the routes of signing in at Zendesk.

    Args:
        desks: The control desks of all accounts; each knows what was begun there.
        clock: Seconds that never run backwards, for the limit on how often.
    """
    strangers = TokenBucket(rate_per_s=_A_SECOND, burst=4 * _A_SECOND, clock=clock)

    def not_begun() -> Response:
        if wait_s := strangers.take():
            return too_many(wait_s)
        log().warning("sign_in.refused")
        return _said(_NOT_BEGUN)

    async def begin(request: Request) -> Response:
        """Lead to Zendesk whoever opens a link first."""
        link = _given(request, "link")
        for desk in desks():
            lead = await anyio.to_thread.run_sync(desk.relay.lead_to_zendesk, link)
            if lead is not None:
                return _led(lead)
        return not_begun()

    async def end(request: Request) -> Response:
        """Take the code that Zendesk gave to the browser which was led there."""
        for desk in desks():
            finish = partial(
                desk.relay.finish_sign_in,
                state=_given(request, "state"),
                browser=request.cookies.get(_COOKIE, "")[:_LONGEST],
                code=_given(request, "code"),
                error=_given(request, "error"),
            )
            try:
                is_done = await anyio.to_thread.run_sync(finish)
            except RelayError as error:
                log().warning("sign_in.failed", error=type(error).__name__)
                return _ended(_said(error.advice))
            if is_done:
                alias = desk.relay.settings.alias
                page = f"/setup?account={alias}" if alias else "/setup"
                return _ended(RedirectResponse(page, status_code=303))
        return not_begun()

    return [Route(LINK_PATH, _get_only(begin)), Route(SIGN_IN_PATH, _get_only(end))]


def _led(lead: Lead) -> Response:
    answer = RedirectResponse(lead.address, status_code=303)
    answer.set_cookie(
        _COOKIE,
        lead.cookie,
        max_age=int(PATIENCE.total_seconds()),
        path=SIGN_IN_PATH,
        secure=lead.is_secure,
        httponly=True,
        samesite="lax",  # Zendesk's redirect has to bring it
    )
    return answer


def _ended(answer: Response) -> Response:
    answer.delete_cookie(_COOKIE, path=SIGN_IN_PATH)
    return answer


def _get_only(answer: Callable[[Request], Awaitable[Response]]) -> OneMethod:
    async def unkept(request: Request) -> Response:
        found = await answer(request)
        found.headers["Cache-Control"] = "no-store"
        return found

    return OneMethod("GET", unkept)


def _given(request: Request, name: str) -> str:
    """Return what an address says once; what it says twice is nobody's word."""
    said = request.query_params.getlist(name)
    return said[0] if len(said) == 1 and len(said[0]) <= _LONGEST else ""


def _said(sentence: str) -> Response:
    return PlainTextResponse(f"{sentence}\n\n{_NEXT}\n", status_code=400)
