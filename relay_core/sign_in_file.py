"""What somebody's consent at Zendesk gave Relay, in a file that only this user can read."""

import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from relay_core.log import log
from relay_core.private_file import replace_privately

FILE_NAME: Final = "relay.sign-in.json"


class Standing(StrEnum):
    """What has become of a consent."""

    NEVER = "never"  # nobody has signed in yet
    HELD = "held"
    ENDED = "ended"  # Zendesk does not accept it any more; only a person can sign in again


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """The tokens of one consent; each renewal replaces both."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    since: datetime
    """When somebody consented."""
    renewing: bool = False
    """A renewal was asked for, and its answer is not written down: it may have been lost."""


@dataclass(frozen=True, slots=True)
class SignInFile:
    """The one sign-in of a data folder, for one client of one account."""

    path: Path
    zendesk_url: str
    """Tokens are sent nowhere else: what another address gave counts as never given."""
    client_id: str

    def read(self) -> tuple[Standing, SignedIn | None]:
        """Return how the sign-in stands, and its tokens while it is held."""
        kept = self._kept()
        if kept is None:
            return Standing.NEVER, None
        if not kept.get("refresh_token"):
            return Standing.ENDED, None
        try:
            signed_in = SignedIn(
                access_token=str(kept["access_token"]),
                refresh_token=str(kept["refresh_token"]),
                since=datetime.fromisoformat(kept["since"]),
                renewing=bool(kept.get("renewing")),
            )
        except (KeyError, ValueError, TypeError):
            return Standing.ENDED, None
        return Standing.HELD, signed_in

    def keep(self, signed_in: SignedIn) -> None:
        """Write tokens down, in place of those before; on the disk when this returns.

        Raises:
            OSError: The folder cannot be written; what it held is as it was.
        """
        self._write(
            {
                "access_token": signed_in.access_token,
                "refresh_token": signed_in.refresh_token,
                "since": signed_in.since.astimezone(UTC).isoformat(),
                "renewing": signed_in.renewing,
            }
        )

    def note_renewing(self, signed_in: SignedIn) -> SignedIn:
        """Write down that a renewal is about to be asked for: it uses up what is kept.

        It is also the proof that its answer can be kept.

        Raises:
            OSError: The folder cannot be written.
        """
        renewing = replace(signed_in, renewing=True)
        self.keep(renewing)
        return renewing

    def end(self) -> None:
        """Forget the tokens, and keep that there were some."""
        with suppress(OSError):  # Zendesk refuses them all the same, the next time too
            self._write({})

    def _kept(self) -> dict[str, Any] | None:
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            log().warning("sign_in.unreadable", error=type(error).__name__)
            return {}
        ours = isinstance(kept, dict) and (kept.get("zendesk_url"), kept.get("client_id")) == (
            self.zendesk_url,
            self.client_id,
        )
        return kept if ours else None

    def _write(self, content: dict[str, object]) -> None:
        ours = {"zendesk_url": self.zendesk_url, "client_id": self.client_id}
        replace_privately(self.path, json.dumps(ours | content).encode())
