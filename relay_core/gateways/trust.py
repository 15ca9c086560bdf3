"""Whose certificates count: the authorities that httpx trusts, read once in a process."""

import ssl
from functools import cache

import httpx


@cache
def trusted() -> ssl.SSLContext:
    """Return the context of every secure connection; reading it takes longer than a request.

    The environment names no other authorities: who may set it may not read along.
    """
    return httpx.create_ssl_context(trust_env=False)
