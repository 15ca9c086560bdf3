"""What a whole journey writes to its log: events with ids, never people, texts or secrets."""

import base64
import json
import re

import pytest

from relay_core.sandbox.credentials import (
    ADMIN_EMAIL,
    API_TOKEN,
    SUNCO_APP_ID,
    SUNCO_KEY_ID,
    SUNCO_KEY_SECRET,
)
from tests.journeys.conftest import RECEIVERS
from tests.journeys.programs import CommandLine, settings_of, until, web_process
from tests.journeys.town import BINDINGS, TEMPLATE, WHATSAPP, neighbours

KEY = (SUNCO_KEY_ID, SUNCO_KEY_SECRET)


@pytest.fixture(scope="module")
def journey(world, tmp_path_factory):
    """A command line that has met every end of a send, with every event written down."""
    folder = tmp_path_factory.mktemp("talkative")
    relay = CommandLine(
        settings_of(
            world,
            folder / "data",
            sunco_pace=50,
            blackout_days=0,
            send_timeout_s=1,
            log_level="DEBUG",
        ),
        folder,
    )
    relay.ask("sync")
    made = ("--template", TEMPLATE, "--integration", WHATSAPP, "--query", "tags:town", *BINDINGS)
    relay.ask("campaign", "create", "Loud", *made)
    world.set_faults(
        error_mix={"429": 0.1, "502": 0.3, "accept_then_timeout": 0.1},
        phones={"failure": 0.3, "reply": 1},
    )
    send = ("send", "Loud", "--set", "monday=Tuesday", "--yes")
    relay.ask(*send, "--receipts", "2")
    assert relay("send", "Loud", "--yes").code == 1
    with web_process(relay):
        secrets = [
            json.loads((folder / "data" / "relay.owner.json").read_text("utf-8"))["token"],
            *(hook["secret"] for hook in webhooks(world)),
        ]
        run = relay.ask(*send)
        until(lambda: relay.ask("report", run["run"])["replied"], within_s=20)
    return relay, secrets


def webhooks(world):
    answer = world.client.get(f"/v1.1/apps/{SUNCO_APP_ID}/webhooks", auth=KEY)
    return answer.raise_for_status().json()["webhooks"]


class TestTheLog:
    def test_tells_what_happened_by_ids(self, journey):
        relay, _ = journey
        events = [
            json.loads(line)
            for text in relay.remarks
            for line in text.splitlines()
            if line.startswith("{")
        ]

        attempts = [event for event in events if event["event"] == "delivery.attempted"]

        assert len(attempts) >= 2 * RECEIVERS
        assert {"Accepted", "OutcomeUnknown"} <= {event["outcome"] for event in attempts}
        assert all(event["lane"] == WHATSAPP for event in attempts)

    def test_holds_no_phone_number(self, journey):
        relay, _ = journey
        numbers = [person["phone"].removeprefix("+31") for person in neighbours(RECEIVERS)]

        written = "\n".join(relay.remarks)

        assert not [number for number in numbers if number in written]
        assert "+316" not in written
        assert not re.search(r"\+\d{7}", written)

    def test_holds_no_name_and_no_text(self, journey, world):
        relay, _ = journey

        written = "\n".join(relay.remarks)

        assert world.sent()
        assert not [each["text"] for each in world.sent() if each["text"] in written]
        assert "Neighbour" not in written
        assert "Tuesday" not in written

    def test_holds_no_secret(self, journey):
        relay, secrets = journey
        basic = [
            base64.b64encode(":".join(pair).encode()).decode()
            for pair in (KEY, (f"{ADMIN_EMAIL}/token", API_TOKEN))
        ]

        written = "\n".join(relay.remarks)

        assert len(secrets) >= 2
        for secret in (API_TOKEN, SUNCO_KEY_SECRET, *secrets, *basic):
            assert secret not in written
