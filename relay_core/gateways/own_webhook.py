"""A call to Relay's own webhook, the way Sunshine Conversations makes it."""

import httpx

from relay_core.errors import OutsideUnavailable


def call_webhook(address: str, *, secret: str, body: bytes, timeout_s: float) -> int:
    """Post a body with the webhook's secret, once; return the HTTP status of the answer.

    Raises:
        OutsideUnavailable: Nobody answered there.
    """
    headers = {"X-API-Key": secret, "Content-Type": "application/json"}
    try:
        response = httpx.post(
            address,
            content=body,
            headers=headers,
            timeout=timeout_s,
            follow_redirects=False,
            trust_env=False,
        )
    except httpx.TransportError as error:
        raise OutsideUnavailable(
            f"own webhook: {type(error).__name__}",
            advice=f"Nobody answers at {address}. Let your proxy pass it on to Relay, and look at "
            "the certificate and the firewall.",
        ) from error
    return response.status_code
