"""Calls that are safe to repeat: reads with retries, cursors that stay on their host."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from time import monotonic
from typing import Any, Final, NoReturn, Self, TypeVar
from urllib.parse import urlsplit

import httpx
import stamina
from pydantic import BaseModel, ValidationError
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from relay_core.errors import CursorExpired, GatewayError, OutsideUnavailable
from relay_core.gateways.http_errors import error_of, explanation, retry_after_s
from relay_core.gateways.trust import trusted
from relay_core.log import log

_ATTEMPTS: Final = 6
_PATIENCE_S: Final = 180.0
"""Longest time one read may take with all its retries; a minute's limit fits in twice."""

_CURSORS: Final = frozenset({"page[after]", "cursor"})
_REFUSED_PLACES: Final = frozenset({400, 404, 409, 410, 422})
_TOO_FAR: Final = ("response limits", "invalidpaginationdepth", "pagination depth")

Page = TypeVar("Page", bound=BaseModel)
JsonObject = dict[str, Any]


def _note_retry(details: RetryDetails) -> None:
    """Log a retry without what was asked for: a query may name people."""
    log().info("read.retried", attempt=details.retry_num, wait_s=round(details.wait_for, 1))


# The library's own hooks write every argument and error into the log.
set_on_retry_hooks((_note_retry,))


def client(*, url: str, auth: httpx.Auth | tuple[str, str], timeout_s: float) -> httpx.Client:
    """Return a client for one host.

    httpx searches its pool in quadratic time, so there is one client per lane or purpose with at
    most 32 connections. Idle connections are dropped before servers do, because a request on
    a connection that just closed would end in doubt.
    """
    return httpx.Client(
        base_url=url,
        auth=auth,
        timeout=httpx.Timeout(timeout_s, connect=min(10.0, timeout_s)),
        limits=httpx.Limits(max_connections=32, max_keepalive_connections=32, keepalive_expiry=2.0),
        headers={"User-Agent": "Relay", "Accept": "application/json"},
        follow_redirects=False,
        trust_env=False,
        verify=trusted(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """What reading has waited for, added up since the reader was made."""

    limits: int = 0
    """How often a rate limit was met; rises before the waiting begins."""
    limited_s: float = 0.0
    """Seconds waited because of that; rises when a wait is over."""
    wire_s: float = 0.0
    """Seconds between a request and the end of its answer."""

    def since(self, earlier: Self) -> "Waits":
        """Return what was added since an earlier look."""
        return Waits(
            limits=self.limits - earlier.limits,
            limited_s=self.limited_s - earlier.limited_s,
            wire_s=self.wire_s - earlier.wire_s,
        )


@dataclass(slots=True)
class _Call:
    """One read and all its tries."""

    path: str
    params: Mapping[str, str | int] | None
    limited_since: float | None = None
    """When a rate limit was met, until the next try begins."""


class _Again(Exception):
    """This try did not answer; another may."""

    def __init__(self, error: GatewayError, *, wait_s: float | None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait_s = wait_s


def _when_again(error: Exception) -> bool | float:
    """Tell stamina whether to retry, and after how many seconds when the server named them."""
    if not isinstance(error, _Again):
        return False
    return True if error.wait_s is None else min(error.wait_s, _PATIENCE_S)


class Reader:
    """Reads JSON from one host, politely."""

    def __init__(self, http: httpx.Client, *, name: str) -> None:
        """`name` is how a person knows the other side, e.g. "Zendesk"."""
        self._http = http
        self.name = name
        self._waits = Waits()
        self._counting = Lock()

    @property
    def waits(self) -> Waits:
        """What reading has waited for until now; may be read while it waits."""
        return self._waits

    def get(self, path: str, params: Mapping[str, str | int] | None = None) -> JsonObject:
        """Return the answer's JSON object, retrying what is worth it.

        Raises:
            AccessDenied: Credentials or permissions do not suffice.
            CursorExpired: The request goes on with a listing whose place is forgotten.
            OutsideUnavailable: No answer after the allowed tries.
            GatewayError: Any other refusal, or an answer that is not a JSON object.
        """
        try:
            return self._get(_Call(path, params))
        except _Again as again:
            raise again.error from again

    @stamina.retry(on=_when_again, attempts=_ATTEMPTS, timeout=_PATIENCE_S, wait_max=20.0)
    def _get(self, call: _Call) -> JsonObject:
        began = monotonic()
        if call.limited_since is not None:
            self._count(limited_s=began - call.limited_since)
            call.limited_since = None
        try:
            response = self._http.get(call.path, params=call.params)
        except httpx.TransportError as error:
            raise _Again(unreachable(self.name, error), wait_s=None) from error
        except OutsideUnavailable as error:  # while signing in, which comes first
            raise _Again(error, wait_s=None) from error
        finally:
            self._count(wire_s=monotonic() - began)
        if response.status_code == 429:  # noqa: PLR2004 - HTTP's own number
            self._count(limits=1)
            call.limited_since = monotonic()
        if response.status_code == 429 or response.status_code >= 500:  # noqa: PLR2004 - the same
            raise _Again(error_of(response, what=self.name), wait_s=retry_after_s(response))
        return answer(response, what=self.name)

    def _count(self, *, limits: int = 0, limited_s: float = 0.0, wire_s: float = 0.0) -> None:
        with self._counting:
            self._waits = replace(
                self._waits,
                limits=self._waits.limits + limits,
                limited_s=self._waits.limited_s + limited_s,
                wire_s=self._waits.wire_s + wire_s,
            )

    def pages(
        self,
        path: str,
        params: Mapping[str, str | int],
        *,
        page: type[Page],
        next_url: Callable[[Page], str | None],
    ) -> Iterator[Page]:
        """Follow a listing from page to page, on the same host only.

        Raises:
            GatewayError: As `get`; also a next page on another host, or one that repeats itself.
        """
        seen: set[str] = set()
        content = parsed(page, self.get(path, params), what=self.name)
        yield content
        while (following := next_url(content)) is not None:
            if following in seen:
                raise GatewayError(
                    "a listing repeats its cursor",
                    advice=f"{self.name} keeps sending the same page. Try again later.",
                )
            seen.add(following)
            content = parsed(page, self.get(self._same_host(following)), what=self.name)
            yield content

    def follow(self, url: str) -> JsonObject:
        """Return what a next link leads to, on the same host only.

        Raises:
            GatewayError: As `get`; also a link to another host.
        """
        return self.get(self._same_host(url))

    def _same_host(self, url: str) -> str:
        """Refuse to carry our credentials anywhere else."""
        there, here = urlsplit(url), self._http.base_url
        port = there.port or {"https": 443, "http": 80}.get(there.scheme)
        own_port = here.port or {"https": 443, "http": 80}[here.scheme]
        if (there.scheme, there.hostname, port) != (here.scheme, here.host, own_port):
            raise GatewayError(
                "a cursor points to another host",
                advice=f"{self.name} sent a next page on another host. Relay does not follow it.",
            )
        return url


def answer(response: httpx.Response, *, what: str) -> JsonObject:
    """Return a successful answer's JSON object.

    Raises:
        CursorExpired: The refusal speaks of the cursor that was sent.
        GatewayError: The answer is another refusal, or not a JSON object.
    """
    if not response.is_success:
        raise _place_refused(response, what=what) or error_of(response, what=what)
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        _unreadable(what)
    return body


def _place_refused(response: httpx.Response, *, what: str) -> GatewayError | None:
    """Return the error where a place in a listing was refused: a cursor, or a page too far on.

    The shape of both refusals is not documented, so the vendor's words decide.
    """
    if response.status_code not in _REFUSED_PLACES:
        return None
    words = explanation(response).casefold()
    if "cursor" in words and not _CURSORS.isdisjoint(response.request.url.params.keys()):
        return CursorExpired(
            f"{what}: HTTP {response.status_code} for a cursor",
            advice=f"{what} does not know any more where it was in this list. Start it again.",
        )
    if any(each in words for each in _TOO_FAR):
        return GatewayError(
            f"{what}: HTTP {response.status_code} for a page too far on",
            advice=f"{what} shows only the first records of such a list (1,000 of a search), page "
            "by page. Narrow what you ask for, or read it by an export.",
        )
    return None


def parsed(model: type[Page], body: JsonObject, *, what: str) -> Page:
    """Return the body as `model`.

    Raises:
        GatewayError: A field that Relay needs is missing or of another type; names the fields.
    """
    try:
        return model.model_validate(body)
    except ValidationError as error:
        fields = sorted({".".join(map(str, p["loc"])) for p in error.errors(include_input=False)})
        _unreadable(what, f" Unexpected: {', '.join(fields[:5])}.")


def unreachable(name: str, error: httpx.TransportError) -> OutsideUnavailable:
    """Return the error for a call that got no answer at all."""
    return OutsideUnavailable(
        f"{name}: {type(error).__name__}",
        advice=f"{name} cannot be reached. Check its address and the network, then try again.",
    )


def _unreadable(what: str, detail: str = "") -> NoReturn:
    raise GatewayError(
        f"{what}: unreadable answer",
        advice=f"{what} sent an answer that Relay cannot read.{detail} Nothing was changed.",
    )
