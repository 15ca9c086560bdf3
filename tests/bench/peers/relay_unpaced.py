"""Relay without its limit: `python -m tests.bench.peers.relay_unpaced`, settings from outside.

Everything else is as it is used: gates, intents, outcomes, one file. Started again, it goes on.
"""

import time

from relay_core.options import sending
from relay_core.relay import open_relay
from relay_core.settings import Settings
from tests.journeys.town import BINDINGS, TEMPLATE, WHATSAPP

NAME = "Peers"
_PER_SECOND = 1e5
_LOOK_S = 0.05


def send() -> None:
    """Press the same button again, and wait until nothing is left to be sent."""
    sending.PACE_CEILING = _PER_SECOND
    relay = open_relay(Settings.load(sunco_pace=_PER_SECOND))
    try:
        relay.start_sending(own_url="http://127.0.0.1:1")
        run = relay.send(
            NAME,
            static_values={"monday": "Tuesday"},
            request_id="once",
            actor="bench",
            accepted=True,
        )
        while relay.run(run.run).is_active:
            time.sleep(_LOOK_S)
    finally:
        relay.close()


def create(tag: str) -> tuple[str, ...]:
    """Return the command that makes the campaign for everybody with a tag."""
    said = ("--template", TEMPLATE, "--integration", WHATSAPP, "--query", f"tags:{tag}")
    return ("campaign", "create", NAME, *said, *BINDINGS)


if __name__ == "__main__":
    send()
