"""How Zendesk and Sunshine Conversations say no: five JSON shapes, HTML from proxies, headers."""

import math
from email.utils import parsedate_to_datetime
from typing import Any, Final

import httpx

from relay_core.errors import AccessDenied, GatewayError, NoSuchRecord, OutsideUnavailable
from relay_core.gateways.withheld import without_credentials

_LONGEST: Final = 200
_LONGEST_WAIT_S: Final = 3600.0
"""No vendor asks for more in earnest; beyond it the header is a mistake."""


def explanation(response: httpx.Response) -> str:
    """Return the vendor's own words, one line, at most 200 characters; "" when there are none.

    Reads `{"error": "…", "description": "…"}`, `{"error": {"title" | "code", "message" |
    "description"}}` and `{"errors": [{"title", "detail"}]}`. HTML and anything else is ignored.
    """
    try:
        body = response.json()
    except ValueError:
        return ""
    words = without_credentials(" ".join(_words(body).split()), response.request)
    return words[:_LONGEST]


def retry_after_s(response: httpx.Response) -> float | None:
    """Return the seconds of a `Retry-After` header, if there is a usable one.

    Source: RFC 9110, section 10.2.3 (seconds, or a date).
    """
    value = response.headers.get("retry-after", "")
    try:
        return _sensible(float(value))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
        now = parsedate_to_datetime(response.headers["date"])
        return _sensible((moment - now).total_seconds())
    except (ValueError, KeyError, TypeError):  # TypeError: one of the two has no time zone
        return None


def _sensible(seconds: float) -> float | None:
    return min(max(0.0, seconds), _LONGEST_WAIT_S) if math.isfinite(seconds) else None


def error_of(response: httpx.Response, *, what: str) -> GatewayError:
    """Return the error for a read or a set-up call that was refused.

    Args:
        response: The refusal.
        what: What was asked for, e.g. "Zendesk users"; shown to a person.
    """
    status, words = response.status_code, explanation(response)
    said = f" It said: {words}" if words else ""
    log = f"{what}: HTTP {status}"
    if status in {401, 403}:
        return AccessDenied(
            log, advice=f"{what} refused Relay's credentials (HTTP {status}). Check them.{said}"
        )
    if status == 429 or status >= 500:  # noqa: PLR2004 - HTTP's own numbers
        return OutsideUnavailable(
            log, advice=f"{what} cannot answer just now (HTTP {status}). Try again later.{said}"
        )
    refusal = NoSuchRecord if status == 404 else GatewayError  # noqa: PLR2004 - the same
    return refusal(log, advice=f"{what} did not accept the request (HTTP {status}).{said}")


def _words(body: Any) -> str:  # noqa: ANN401 - JSON from outside
    match body:
        case {"error": str(code), "description": str(text)}:
            return f"{text} ({code})"
        case {"error": str(code)}:
            return code
        case {"error": dict(inner)}:
            return str(inner.get("message") or inner.get("description") or inner.get("title") or "")
        case {"errors": [dict(first), *_]}:
            return ": ".join(str(first[key]) for key in ("title", "detail") if first.get(key))
        case _:
            return ""
