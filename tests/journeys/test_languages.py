"""French and English people get their own text, each once, even when the sender is killed."""

import json
import signal

import pytest

from tests.journeys.programs import CommandLine, sandbox_process, settings_of, until
from tests.journeys.town import TAG, WHATSAPP, people_file

CAMPAIGN = "Orders"
PEOPLE = 60
BINDINGS = ("--bind", "clarice=field:name", "--bind", "a_1042=static")
LOCALES = ("fr", "en-US", "fr-CA", "de")
"""In turns; to write to a German there is nothing, so English stands in."""


def readers() -> list[dict[str, object]]:
    return [
        {
            "id": 3000 + n,
            "name": f"Reader {n:04d}",
            "phone": f"+31612{400_000 + n}",
            "locale": LOCALES[n % len(LOCALES)],
            "tags": [TAG],
        }
        for n in range(PEOPLE)
    ]


@pytest.fixture
def world_and_command(tmp_path):
    """A world whose phones always get their messages, and a campaign in two languages."""
    file = tmp_path / "people.json"
    file.write_text(json.dumps(people_file(receivers=0, others=readers())), "utf-8")
    with sandbox_process("--people", str(file), "--speed", "20") as world:
        world.set_faults(phones={"failure": 0, "reply": 0, "stop": 0}, latency_ms=50)
        settings = settings_of(world, tmp_path / "data", sunco_pace=50)
        command = CommandLine(settings, tmp_path)
        command.ask("sync")
        made = ("--template", "commande_prete:en", "--integration", WHATSAPP)
        whom = ("--query", f"tags:{TAG}", *BINDINGS, "--language", "en")
        command.ask("campaign", "create", CAMPAIGN, *made, *whom)
        yield world, command


class TestACampaignInTwoLanguages:
    def test_is_shown_with_its_languages_and_how_many_people_get_each(self, world_and_command):
        _, command = world_and_command

        shown = command.ask("campaign", "show", CAMPAIGN)
        seen = command.ask("campaign", "review", CAMPAIGN, "--set", "a_1042=B-7")

        assert shown["languages"] == ["en"]
        assert shown["variants"] == ["en", "fr"]
        people = {share["language"]: share["people"] for share in seen["variants"]}
        assert people == {"en": PEOPLE / 2, "fr": PEOPLE / 2}

    def test_reaches_everybody_once_in_their_own_though_the_sender_is_killed(
        self, world_and_command
    ):
        world, command = world_and_command
        send = ("send", CAMPAIGN, "--set", "a_1042=B-7", "--yes", "--receipts", "0")
        with command.started(*send) as sender:
            until(lambda: world.count_accepted() >= PEOPLE // 4, within_s=60, look_s=0.005)
            sender.send_signal(signal.SIGKILL)
        (run,) = command.ask("run", "list")

        ended = command.ask("run", "resume", run["run"], "--receipts", "2")

        assert ended["state"] == "finished"
        expected = {
            person["phone"]: "Bonjour" if str(person["locale"]).startswith("fr") else "Hello"
            for person in readers()
        }
        reached = {}
        for message in world.sent():
            assert message["destination"] not in reached
            reached[message["destination"]] = json.dumps(message, ensure_ascii=False)
        assert len(reached) >= ended["accepted"] >= PEOPLE / 2
        assert [p for p, said in reached.items() if f"{expected[p]} Reader" not in said] == []


class TestPrices:
    def test_are_replaced_by_a_file_and_used_at_once(self, world_and_command, tmp_path):
        _, command = world_and_command
        file = tmp_path / "prices.csv"
        file.write_text(
            "country,channel,category,price,currency,since\nNL,whatsapp,,0.05,EUR,2020-01-01\n",
            "utf-8",
        )

        said = command("prices", "import", str(file))
        seen = command.ask("campaign", "review", CAMPAIGN, "--set", "a_1042=B-7")

        assert said.code == 0
        assert [each["country"] for each in command.ask("prices", "list")] == ["NL"]
        assert seen["cost"]["sums"] == [
            {"currency": "EUR", "amount": f"{PEOPLE * 0.05:.2f}", "is_example": False}
        ]

    def test_that_are_wrong_are_refused_by_row(self, world_and_command, tmp_path):
        _, command = world_and_command
        file = tmp_path / "prices.csv"
        file.write_text(
            "country,channel,category,price,currency,since\nNL,fax,,0.05,EUR,2020-01-01\n", "utf-8"
        )

        said = command("prices", "import", str(file))

        assert said.code == 1
        assert "row 2: the channel is fax" in said.err


class TestTheDoctor:
    def test_measures_everybodys_sms(self, world_and_command):
        _, command = world_and_command

        found = command.ask("campaign", "doctor", CAMPAIGN, "--set", "a_1042=B-7")

        assert found["people"] == PEOPLE
        assert sum(share["people"] for share in found["shares"]) == PEOPLE
        assert {each["character"] for each in found["forcing"]} == {"À", "ô"}
