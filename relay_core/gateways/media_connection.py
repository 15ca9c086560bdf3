"""Connections that only ever reach addresses which were looked at, and end at their deadline."""

import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

import httpcore

from relay_core.gateways.public_addresses import is_public

Resolver = Callable[[str, int], list[str]]
"""From host and port to its addresses as text.

Raises:
    OSError: The name has none.
"""
_MOST_ADDRESSES: Final = 4
_CONNECT_S: Final = 3.0


class PrivateAddress(Exception):
    """The host lies, or also lies, in a network of somebody's own."""


class UnknownHost(Exception):
    """The host's name leads to no address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAtBackend(httpcore.NetworkBackend):
    """Opens connections for httpcore, which leaves names to it.

    A name is resolved once, all its addresses are judged, and the connection goes to one of
    those very addresses: a name that answers differently a moment later gains nothing.
    """

    resolve: Resolver
    is_vouched_for: bool
    """Whether this host may be private."""
    deadline_s: float
    """By `time.monotonic`; no read, write or handshake goes on after it."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline stands in for it
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of the host's addresses that answers.

        Raises:
            PrivateAddress: One of its addresses is not public.
            UnknownHost: It has no address.
            httpcore.NetworkError: None of them answers.
            httpcore.TimeoutException: None of them answers in time.
        """
        try:
            addresses = list(dict.fromkeys(self.resolve(host, port)))[:_MOST_ADDRESSES]
        except (OSError, UnicodeError) as error:
            raise UnknownHost from error
        if not addresses:
            raise UnknownHost
        if not self.is_vouched_for and not all(map(is_public, addresses)):
            raise PrivateAddress
        for address in addresses[:-1]:
            try:
                return self._connected(address, port, local_address, socket_options)
            except (httpcore.NetworkError, httpcore.TimeoutException):
                continue
        return self._connected(addresses[-1], port, local_address, socket_options)

    def _connected(
        self,
        address: str,
        port: int,
        local_address: str | None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None,
    ) -> httpcore.NetworkStream:
        stream = httpcore.SyncBackend().connect_tcp(
            address,
            port,
            timeout=min(_CONNECT_S, _left_s(self.deadline_s)),
            local_address=local_address,
            socket_options=socket_options,
        )
        return _Deadlined(stream, self.deadline_s)


@dataclass(frozen=True, slots=True)
class _Deadlined(httpcore.NetworkStream):
    """A stream whose waits share one deadline, however slowly its bytes drip."""

    stream: httpcore.NetworkStream
    deadline_s: float

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - as above
        return self.stream.read(max_bytes, timeout=_left_s(self.deadline_s))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - as above
        self.stream.write(buffer, timeout=_left_s(self.deadline_s))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - as above
    ) -> httpcore.NetworkStream:
        left_s = _left_s(self.deadline_s)
        secured = self.stream.start_tls(ssl_context, server_hostname, timeout=left_s)
        return _Deadlined(secured, self.deadline_s)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as httpcore declares it
        return self.stream.get_extra_info(info)


def _left_s(deadline_s: float) -> float:
    """Return what is left.

    Raises:
        httpcore.ReadTimeout: Nothing is.
    """
    left_s = deadline_s - monotonic()
    if left_s <= 0:
        raise httpcore.ReadTimeout
    return left_s
