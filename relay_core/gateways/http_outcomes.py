"""What an HTTP exchange says about a message: about people, not vendors, so it is shared."""

from typing import Final

import httpx

from relay_core.gateways.http_errors import explanation, retry_after_s
from relay_core.gateways.outcomes import (
    OutcomeUnknown,
    Rejected,
    SendOutcome,
    Throttled,
    Unreachable,
)

_NEVER_LEFT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
)


def outcome_of_failure(error: httpx.TransportError) -> SendOutcome:
    """Judge an exchange that produced no response."""
    reason = type(error).__name__
    return Unreachable(reason) if isinstance(error, _NEVER_LEFT) else OutcomeUnknown(reason)


def outcome_of_refusal(response: httpx.Response) -> SendOutcome:
    """Judge an answer that is not a success.

    Only 429 and the other 4xx say that nothing was sent. A 5xx may come from a gateway in front of
    a service that had already taken the message.
    """
    status = response.status_code
    match status:
        case 429:
            return Throttled(retry_after_s(response))
        case 401 | 403 | 404:
            return Rejected(f"http_{status}", explanation(response), lane_fault=True)
        case 408:
            return OutcomeUnknown("http_408")
        case _ if 400 <= status < 500:  # noqa: PLR2004 - the range of refusals, RFC 9110 section 15.5
            return Rejected(f"http_{status}", explanation(response))
        case _:
            return OutcomeUnknown(f"http_{status}")
