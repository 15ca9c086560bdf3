"""How a command uses the front desk of the process that owns the file.

The owner writes its address and a token beside the file, readable by its user only. A command
posts a method's name and arguments; the answer is the method's return value, both as JSON by the
methods' own types. So every method of `Relay` works the same from both sides.
"""

import hmac
import inspect
import json
import os
import secrets
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast, get_type_hints

import httpx
from pydantic import TypeAdapter

from relay_core import errors
from relay_core.errors import OwnerGone, RelayError
from relay_core.log import log
from relay_core.relay import Relay

_FILE: Final = "relay.owner.json"
_OWNERS_ONLY: Final = frozenset(
    {
        "close",
        "compact",
        "finish_sign_in",
        "hand_over",
        "hear",
        "lead_to_zendesk",
        "start_sending",
        "sync_people_reporting",
    }
)
_PATIENCE_S: Final = 600.0
"""Longest answer to a command; a first sync of a large account takes minutes."""
_TRUSTING_NOBODY: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""The owner speaks plain HTTP on this machine; reading whom to trust would take a command 20 ms."""
_MISFIT: Final = "This command does not fit the Relay that is running. Use one version for both."


def _public_methods() -> dict[str, Callable[..., Any]]:
    return {
        name: member
        for name, member in inspect.getmembers(Relay, inspect.isfunction)
        if not name.startswith("_") and name not in _OWNERS_ONLY
    }


def _hints(method: Callable[..., Any]) -> dict[str, Any]:
    return get_type_hints(method, include_extras=True)


class ControlDesk:
    """The owner's side."""

    def __init__(self, relay: Relay, *, folder: Path) -> None:
        """Make a token; nobody knows of it before `announce`."""
        self.relay = relay
        self._path = folder / _FILE
        self._token = secrets.token_urlsafe(32)
        self._methods = _public_methods()

    def announce(self, url: str) -> None:
        """Write where this process listens, for commands of the same user."""
        prefix = self.relay.settings.path_prefix
        self._path.unlink(missing_ok=True)
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"url": url + prefix, "token": self._token, "pid": os.getpid()}, file)

    def withdraw(self) -> None:
        """Remove the announcement."""
        self._path.unlink(missing_ok=True)

    def opens(self, token: str) -> bool:
        """Whether this is the token, compared in constant time."""
        return hmac.compare_digest(token.encode(), self._token.encode())

    def serve(self, body: bytes) -> tuple[int, bytes]:
        """Do what a command asks.

        Returns:
            HTTP status and JSON: the return value, or an error with its advice.
        """
        try:
            asked = json.loads(body)
            method = self._methods[asked["method"]]
            hints = _hints(method)
            arguments = {
                name: TypeAdapter(hints[name]).validate_python(value)
                for name, value in asked["arguments"].items()
            }
            inspect.signature(method).bind(self.relay, **arguments)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return 400, json.dumps({"error": "RelayError", "advice": _MISFIT}).encode()
        try:
            returned = method(self.relay, **arguments)
        except RelayError as error:
            refusal = {"error": type(error).__name__, "what": str(error), "advice": error.advice}
            return 409, json.dumps(refusal).encode()
        except Exception:  # noqa: BLE001 - the command shall hear of it, not hang
            log().error("control.broke", exc_info=True)
            return 500, b'{"error": "RelayError", "advice": "Relay failed at this. See its log."}'
        return 200, TypeAdapter(hints["return"]).dump_json(returned)


class _RemoteRelay:
    """The command's side: looks like `Relay`."""

    def __init__(self, *, url: str, token: str) -> None:
        self._http = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=_PATIENCE_S,
            trust_env=False,
            verify=_TRUSTING_NOBODY,
        )
        self._methods = _public_methods()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = self._methods.get(name)
        if method is None:
            raise AttributeError(name)
        return self._caller(name, method)

    def close(self) -> None:
        self._http.close()

    def _caller(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        hints, signature = _hints(method), inspect.signature(method)

        def call(*args: object, **kwargs: object) -> Any:  # noqa: ANN401 - as the method says
            bound = signature.bind(None, *args, **kwargs).arguments
            arguments = {
                key: TypeAdapter(hints[key]).dump_python(value, mode="json")
                for key, value in bound.items()
                if key != "self"
            }
            try:
                response = self._http.post(
                    "/control", json={"method": name, "arguments": arguments}
                )
            except httpx.TransportError as error:
                raise OwnerGone(
                    type(error).__name__,
                    advice="The Relay that was asked has ended. Try again.",
                ) from error
            if response.status_code != 200:  # noqa: PLR2004 - HTTP's own number
                _raise_again(response)
            return TypeAdapter(hints["return"]).validate_json(response.content)

        return call


def ask_owner(folder: Path, *, sending: bool) -> Relay | None:
    """Return the front desk of the process that owns this folder's file.

    Args:
        folder: The data folder.
        sending: Only an owner that sends will do.

    Returns:
        Something with every method of `Relay`; None when nobody has announced itself or the
        announcement is left over from a process that was killed.
    """
    try:
        owner = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        # Without the token: another program may have taken the port of a process that was killed.
        health = httpx.get(
            f"{owner['url']}/healthz", timeout=5.0, trust_env=False, verify=_TRUSTING_NOBODY
        ).json()
        is_owner = health["pid"] == owner["pid"] and (health["sending"] or not sending)
    except (OSError, ValueError, KeyError, TypeError, httpx.HTTPError):
        return None
    return cast("Relay", _RemoteRelay(url=owner["url"], token=owner["token"])) if is_owner else None


def _raise_again(response: httpx.Response) -> None:
    try:
        refusal = response.json()
    except ValueError:
        refusal = {}
    kind = getattr(errors, str(refusal.get("error")), RelayError)
    if not (isinstance(kind, type) and issubclass(kind, RelayError)):
        kind = RelayError
    raise kind(
        str(refusal.get("what", f"HTTP {response.status_code}")),
        advice=str(refusal.get("advice", "The running Relay could not answer. See its log.")),
    )
