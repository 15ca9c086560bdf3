"""What a whole journey writes to its log: events with ids, never people, texts or secrets."""

import base64
import json
import re
from zipfile import ZipFile

import duckdb
import httpx
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
    with web_process(relay) as url:
        secrets = [
            json.loads((folder / "data" / "relay.owner.json").read_text("utf-8"))["token"],
            *(hook["secret"] for hook in webhooks(world)),
        ]
        run = relay.ask(*send)
        until(lambda: relay.ask("report", run["run"])["replied"], within_s=20)
        forged = httpx.post(f"{url}/webhooks/sunco", headers={"X-API-Key": secrets[-1][:-1]})
        assert forged.status_code == 401
        take_everything_away(relay, run["run"], folder)
    return relay, secrets


def take_everything_away(relay, run, folder):
    """Write down all that Relay tells and exports, beside its own file."""
    person = relay.ask("sql", "SELECT person_id FROM report_deliveries LIMIT 1")["rows"][0][
        "person_id"
    ]
    commands = [
        ("doctor",),
        ("doctor", "--json"),
        ("report", run, "--csv"),
        ("report", run, "--html", folder / "report.html"),
        ("person", "export", person, "--to", folder / "person.zip"),
        ("export", folder / "copy.duckdb"),
        ("export", folder / "facts", "--parquet"),
        ("segment", "export"),
        ("campaign", "show", "Loud", "--json"),
    ]
    for number, command in enumerate(commands):
        ended = relay(*command)
        assert "Traceback" not in ended.err
        (folder / f"said-{number}.txt").write_text(ended.out, "utf-8")


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

        assert not [secret for secret in all_of(secrets) if secret in "\n".join(relay.remarks)]


class TestAllThatIsWritten:
    def test_holds_no_secret_but_the_owners_token_for_its_own_user(self, journey):
        relay, secrets = journey
        token = secrets[0].encode()
        written = {
            file.relative_to(relay.folder).as_posix(): file.read_bytes()
            for file in relay.folder.rglob("*")
            if file.is_file() and file.name != "relay.owner.json"
        }
        written |= unpacked(relay.folder)

        assert {"data/relay.duckdb", "report.html", "person.json", "runs"} <= set(written)
        assert token not in b"".join(written.values())
        for secret in all_of(secrets):
            assert not [name for name, content in written.items() if secret.encode() in content]


def unpacked(folder):
    """What a search through the bytes of compressed files would miss."""
    with ZipFile(folder / "person.zip") as packed:
        found = {name: packed.read(name) for name in packed.namelist()}
    with duckdb.connect(str(folder / "copy.duckdb"), read_only=True) as copy:
        tables = copy.sql("SELECT table_name FROM duckdb_tables()").fetchall()
        for (table,) in tables:
            found[table] = str(copy.sql(f'FROM "{table}"').fetchall()).encode()
    return found


def all_of(secrets):
    """Every secret of a rehearsal, in each form in which it travels."""
    basic = [
        base64.b64encode(":".join(pair).encode()).decode()
        for pair in (KEY, (f"{ADMIN_EMAIL}/token", API_TOKEN))
    ]
    assert len(secrets) >= 2
    return [API_TOKEN, SUNCO_KEY_SECRET, *secrets, *basic]
