"""Looking at a media file that WhatsApp will fetch: is it there, of which type, how large?

The address is written by whoever writes templates, and asked for from inside the operator's
network. So only the open internet is asked: http or https on their usual ports, without
credentials, never an address of somebody's own network, at each redirect again. Nothing but the
headers is read, nothing is kept between requests, and proxies of the environment are not used:
a proxy would look names up by itself, after the check.
"""

import socket
import ssl
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic
from typing import Final

import httpcore
import httpx

from relay_core.errors import GatewayError
from relay_core.gateways.media_connection import (
    LookedAtBackend,
    PrivateAddress,
    Resolver,
    UnknownHost,
)
from relay_core.gateways.trust import trusted

MOST_REDIRECTS: Final = 5
PATIENCE_S: Final = 6.0
"""For everything together, but the operating system's own wait for names."""

_PORTS: Final = {"http": 80, "https": 443}
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_ASKING: Final = (
    (b"User-Agent", b"Relay"),
    (b"Accept", b"*/*"),
    (b"Accept-Encoding", b"identity"),  # else the length may be that of a compressed copy
    (b"Connection", b"close"),
)


class MediaFault(StrEnum):
    """Why a media file could not be looked at."""

    ADDRESS = "address"  # not an address that Relay asks for
    PRIVATE = "private"  # in a network of somebody's own
    UNKNOWN_HOST = "unknown_host"
    UNREACHABLE = "unreachable"  # no connection, no answer in time, or not HTTP
    CERTIFICATE = "certificate"  # https that cannot be trusted
    REDIRECTS = "redirects"  # too many, or in a circle
    NOT_FOUND = "not_found"
    REFUSED = "refused"  # only some people may see it
    BROKEN = "broken"  # the site has a problem of its own, or too many visitors
    NO_HEAD = "no_head"  # the site does not answer this kind of question


class MediaError(GatewayError):
    """A media file could not be looked at."""

    def __init__(self, fault: MediaFault, *, advice: str) -> None:
        """Keep what is wrong in a form that rules can decide on."""
        super().__init__(f"media: {fault.value}", advice=advice)
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaLook:
    """What a site says of a file, without handing it out."""

    content_type: str | None
    """In lower case and without parameters, e.g. `image/jpeg`."""
    bytes: int | None
    final_url: str
    """Where the file lies after all redirects."""
    is_vouched_for: bool = False
    """Whether its origin was let through by name, as in a rehearsal."""


def system_addresses(host: str, port: int) -> list[str]:
    """Return a host's addresses as the operating system finds them.

    Raises:
        OSError: The name has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in found]


def look(
    url: str,
    *,
    allowed: Collection[str] = (),
    resolve: Resolver = system_addresses,
    patience_s: float = PATIENCE_S,
) -> MediaLook:
    """Ask a site about a file with `HEAD`, and follow at most five redirects.

    Args:
        url: Where the file lies.
        allowed: Origins, e.g. `http://127.0.0.1:8801`, that may be private and on any port; the
            stand-in's own in a rehearsal, otherwise none.
        resolve: How names become addresses.
        patience_s: For all of it.

    Raises:
        MediaError: There is no such look; `fault` says why and `advice` what to do.
    """
    deadline_s = monotonic() + patience_s
    vouched = {_origin(_parsed(origin)) for origin in allowed}
    at = _parsed(url)
    seen: set[str] = set()
    while str(at) not in seen and len(seen) <= MOST_REDIRECTS:
        seen.add(str(at))
        is_vouched_for = _origin(at) in vouched
        _require_plain(at, is_vouched_for=is_vouched_for)
        backend = LookedAtBackend(
            resolve=resolve, is_vouched_for=is_vouched_for, deadline_s=deadline_s
        )
        status, headers = _asked(at, backend)
        if status in _MOVED and headers.get("location"):
            at = _parsed(headers["location"], after=at)
            continue
        _require_success(status)
        return MediaLook(
            content_type=_content_type(headers.get("content-type", "")),
            bytes=_length(headers.get("content-length", "")),
            final_url=str(at),
            is_vouched_for=is_vouched_for,
        )
    raise MediaError(
        MediaFault.REDIRECTS,
        advice="This address leads from one to the next without end. Give the file's own address.",
    )


def _parsed(url: str, *, after: httpx.URL | None = None) -> httpx.URL:
    try:
        parsed = httpx.URL(url) if after is None else after.join(url)
        return parsed.copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError) as error:
        raise _no_address("This is not a web address. Write one like https://…") from error


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.host}:{url.port or _PORTS.get(url.scheme)}"


def _require_plain(url: httpx.URL, *, is_vouched_for: bool) -> None:
    if url.scheme not in _PORTS or not url.host:
        raise _no_address("Give an address that begins with https:// and names a site.")
    if url.userinfo:
        raise _no_address(
            "Take the user name and password out of the address; WhatsApp must reach the file "
            "without them."
        )
    if not is_vouched_for and url.port not in {None, _PORTS[url.scheme]}:
        raise _no_address(
            f"Put the file on a site without a port of its own; this one is {url.port}."
        )


def _no_address(advice: str) -> MediaError:
    return MediaError(MediaFault.ADDRESS, advice=advice)


def _asked(url: httpx.URL, backend: LookedAtBackend) -> tuple[int, httpx.Headers]:
    asked = httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )
    asking = [(b"Host", url.netloc), *_ASKING]
    try:
        with httpcore.ConnectionPool(ssl_context=trusted(), network_backend=backend) as pool:
            response = pool.request("HEAD", asked, headers=asking)
    except PrivateAddress as error:
        raise MediaError(
            MediaFault.PRIVATE,
            advice="This address lies in a private network, where WhatsApp cannot fetch it and "
            "Relay does not look. Put the file on a public site.",
        ) from error
    except UnknownHost as error:
        raise MediaError(
            MediaFault.UNKNOWN_HOST,
            advice=f"There is no site named {url.host}. Correct the address.",
        ) from error
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
        raise _unreachable(url, error) from error
    return response.status, httpx.Headers(response.headers)


def _unreachable(url: httpx.URL, error: Exception) -> MediaError:
    if isinstance(error.__context__, ssl.SSLError):  # httpcore drops the cause, not the context
        return MediaError(
            MediaFault.CERTIFICATE,
            advice=f"The secure connection to {url.host} cannot be trusted. Renew the site's "
            "certificate, or put the file on another site.",
        )
    return MediaError(
        MediaFault.UNREACHABLE,
        advice=f"{url.host} does not answer. Check the address, and that the site is up and open "
        "to everybody.",
    )


def _require_success(status: int) -> None:
    match status:
        case _ if 200 <= status < 300:  # noqa: PLR2004 - HTTP's own numbers
            return
        case 404 | 410:
            fault = MediaFault.NOT_FOUND
            advice = "There is no file at this address. Check it, or upload the file again."
        case 405 | 501:
            fault = MediaFault.NO_HEAD
            advice = (
                "This site does not tell about its files, so this one could not be checked. Open "
                "the address in a private browser window to be sure."
            )
        case 429 | 500 | 502 | 503 | 504:
            fault = MediaFault.BROKEN
            advice = f"The site cannot show the file just now (HTTP {status}). Try again later."
        case _:
            fault = MediaFault.REFUSED
            advice = (
                f"The site does not show the file to everybody (HTTP {status}). Make it public."
            )
    raise MediaError(fault, advice=advice)


def _content_type(header: str) -> str | None:
    return header.partition(";")[0].strip().lower() or None


def _length(header: str) -> int | None:
    return int(header) if header.isascii() and header.isdigit() else None
