"""What every peer is given: the same messages for the same people of the same world."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Any

from relay_core.sandbox.credentials import SUNCO_APP_ID
from tests.journeys.town import TEMPLATE, WHATSAPP

PATH = f"/v1.1/apps/{SUNCO_APP_ID}/notifications"
GIVEN_BACK_S = 5
"""When Redis gives what a dead worker held to another; an hour if nothing is set."""
IN_FLIGHT = 32
"""As many requests as Relay has under way on a lane."""


@dataclass(frozen=True)
class Work:
    """What is to be sent, and what is noted as done."""

    url: str
    folder: Path

    @property
    def phones(self) -> list[str]:
        return json.loads((self.folder / "phones.json").read_text("utf-8"))

    @property
    def _done(self) -> Path:
        return self.folder / "done.txt"

    def left(self) -> list[str]:
        """Return whom the list of the done does not name yet, as a careful script goes on."""
        done = set(self._done.read_text("utf-8").split()) if self._done.exists() else set()
        return [phone for phone in self.phones if phone not in done]

    def each(self, send: Callable[[str], None], *, at_once: int) -> None:
        """Send to all that are left, and note each one when its answer is there."""

        def one(phone: str) -> str:
            send(phone)
            return phone

        with self._done.open("a", encoding="utf-8") as done, ThreadPool(at_once) as pool:
            for phone in pool.imap_unordered(one, self.left()):
                done.write(f"{phone}\n")
                done.flush()


def body_for(phone: str) -> dict[str, Any]:
    """Return the body of the request, the same as Relay's."""
    values = [{"type": "text", "text": text} for text in ("Neighbour", "Tuesday")]
    return {
        "destination": {"integrationId": WHATSAPP, "destinationId": phone},
        "author": {"role": "appMaker"},
        "messageSchema": "whatsapp",
        "message": {
            "type": "template",
            "template": {
                "name": TEMPLATE,
                "language": {"policy": "deterministic", "code": "en"},
                "components": [{"type": "BODY", "parameters": values}],
            },
        },
    }
