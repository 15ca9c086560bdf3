"""The key that opens the webhook and, for a while after a change, the one before it.

What was on its way when the key was changed, or is posted again after an error, still brings the
former key, and a refusal would lose it for good. Of former keys only fingerprints are noted, beside
the file: a restart forgets none, and nobody can read a key there.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from relay_core.log import log
from relay_core.private_file import replace_privately

FORMER_KEY_COUNTS: Final = timedelta(minutes=20)
"""Longer than an event is on its way.

Source: Sunshine Conversations, webhooks: up to five attempts within 15 minutes, 20 s for each.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Former:
    sha256: str
    until: AwareDatetime

    def counts(self, now: datetime) -> bool:
        """Whether it still opens; a clock that is set back prolongs nothing."""
        return timedelta() < self.until - now <= FORMER_KEY_COUNTS


_FORMERS: Final = TypeAdapter(list[_Former])


class WebhookKey:
    """What an event has to bring along."""

    def __init__(self, *, note: Path, now: Callable[[], datetime]) -> None:
        """Know the former keys that were noted, and no other until `change`.

        Args:
            note: Where former keys are noted.
            now: The clock, with a time zone.
        """
        self.current: str | None = None
        """What Sunshine Conversations puts into `X-API-Key`; None until the webhook is known."""
        self._note = note
        self._now = now
        self._former = _noted(note)

    def change(self, key: str) -> None:
        """Let this key open from now on, and the one before it for `FORMER_KEY_COUNTS`.

        Raises:
            OSError: The former one could not be noted, so it stays the current one.
        """
        if self.current and self.current != key:
            now = self._now()
            former = _Former(sha256=_fingerprint(self.current), until=now + FORMER_KEY_COUNTS)
            self._keep([*(each for each in self._former if each.counts(now)), former])
        self.current = key

    def opens(self, given: str) -> bool:
        """Whether this is a key that counts now, found in a time that tells nothing of any."""
        now = self._now()
        counting = [each.sha256 for each in self._former if each.counts(now)]
        if self.current:
            counting.append(_fingerprint(self.current))
        fits = [hmac.compare_digest(_fingerprint(given), each) for each in counting]
        return any(fits)

    def _keep(self, former: list[_Former]) -> None:
        replace_privately(self._note, _FORMERS.dump_json(former))
        self._former = former


def _noted(note: Path) -> list[_Former]:
    try:
        return _FORMERS.validate_json(note.read_bytes())
    except FileNotFoundError:
        return []
    except (OSError, ValidationError) as error:
        log().warning("webhook.former_keys_unreadable", error=type(error).__name__)
        return []


def _fingerprint(key: str) -> str:
    # A key is 160 bits of chance: there is no trying out what fits a fingerprint.
    return sha256(key.encode()).hexdigest()
