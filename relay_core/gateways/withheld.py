"""What a vendor's words may not repeat: the credentials that its request was made with."""

import json
from base64 import b64decode
from collections.abc import Iterator
from typing import Final

import httpx

_SECRETS: Final = ("client_secret", "code", "code_verifier", "refresh_token")
"""Fields of a grant that open an account (RFC 6749, sections 4 and 6; RFC 7636, section 4.5)."""
_LEAST: Final = 4
"""Characters; anything shorter is no secret, and would tear holes into words."""


def without_credentials(words: str, request: httpx.Request) -> str:
    """Return words from outside without any credential of the request that they answer.

    Some servers and proxies quote what they refuse; words are shown, kept and exported.
    """
    for secret in sorted(_credentials(request), key=len, reverse=True):
        if len(secret) >= _LEAST:
            words = words.replace(secret, "(withheld)")
    return words


def _credentials(request: httpx.Request) -> Iterator[str]:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    yield given
    if scheme == "Basic":
        pair = b64decode(given).decode()
        yield from (pair, pair.partition(":")[2])
    try:
        body = json.loads(request.content)
    except (httpx.RequestNotRead, ValueError):
        return
    if isinstance(body, dict):
        yield from (str(body[name]) for name in _SECRETS if body.get(name))
