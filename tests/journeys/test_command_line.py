"""The whole way on the command line, over real HTTP, counted against the sandbox's own record."""

import csv
import io
import json
import signal
import stat
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from tests.journeys.conftest import RECEIVERS
from tests.journeys.programs import CommandLine, Sandbox, until, web_process
from tests.journeys.town import BINDINGS, LEFT_OUT, TAG, TEMPLATE, TWILIO, WHATSAPP

MATCHED = RECEIVERS + sum(LEFT_OUT.values())
PHONES = [f"+31612{300_000 + n}" for n in range(RECEIVERS)]
LONGEST_PARTING_S = 10
TUESDAY = ("--set", "monday=Tuesday")


@pytest.fixture
def campaign(command: CommandLine, request: pytest.FixtureRequest) -> str:
    """A campaign of this test's own to everybody in town, over WhatsApp."""
    return prepared(command, request.node.name)


@pytest.fixture
def newly_sent(world: Sandbox) -> Callable[[], list[dict[str, str]]]:
    """What reached phones since this test began."""
    before = len(world.sent())
    return lambda: world.sent()[before:]


@pytest.fixture
def slow(command: CommandLine, world: Sandbox) -> CommandLine:
    """A command whose runs send slowly, and wait for tomorrow before their last message.

    However late a test looks, the run that it began is not over.
    """
    today = sum(each["integration_id"] == WHATSAPP for each in world.accepted())
    held = {"RELAY_SUNCO_PACE": "5", "RELAY_DAILY_QUOTA": str(today + RECEIVERS - 1)}
    return replace(command, environment={**command.environment, **held})


@pytest.fixture(scope="module")
def run(command: CommandLine) -> dict[str, Any]:
    """A run that is over, as `relay send` left it."""
    return command.ask("send", prepared(command, "Over"), *TUESDAY, "--yes")


@pytest.fixture(scope="module")
def refused_campaigns(command: CommandLine) -> None:
    """Campaigns that cannot be sent as they are."""
    prepared(command, "Refused")
    prepared(command, "Nobody", query="tags:nobody")


def prepared(command: CommandLine, name: str, *, query: str = f"tags:{TAG}") -> str:
    made = ("--template", TEMPLATE, "--integration", WHATSAPP, "--query", query, *BINDINGS)
    assert command.ask("campaign", "create", name, *made)["name"] == name
    return name


class TestSync:
    def test_says_how_many_people_there_are_and_how_many_can_be_reached(self, command):
        synced = command.ask("sync", "--anew")

        assert synced == {
            "fetched": MATCHED + 1,  # the administrator
            "end_users": MATCHED - 1,  # all but the agent
            "reachable": MATCHED - 3,  # neither the agent nor who has no usable number
            "deleted": 0,
        }


class TestMirror:
    def test_makes_the_objects_once_and_tells_everything(self, command):
        on = {"RELAY_MIRROR_TO_ZENDESK": "true"}

        assert "Switched off" in command("mirror").out
        assert command("mirror", "make").code == 1
        assert "Made relay_mirror_message.person." in command("mirror", "make", **on).out
        assert "Nothing was missing" in command("mirror", "make", **on).out
        assert command("audience", "save", "Mirrored", "--query", "tags:vip").code == 0
        told = command("mirror", "now", **on)
        assert told.code == 0, told.err
        assert command.ask("mirror")["told"]["segment"] == 1


class TestDoctor:
    def test_finds_everything_in_order(self, command):
        checks = {check["name"]: check["verdict"] for check in command.ask("doctor")}

        assert checks == {
            "Settings": "ok",
            "Way in": "ok",
            "Zendesk": "ok",
            "Plan": "ok",
            "Sunshine Conversations": "ok",
            "WhatsApp Sandbox": "ok",
            "Twilio Sandbox": "ok",
            "MessageBird Sandbox": "ok",
            "Talk access": "ok",
            "Talk Text trigger": "warning",  # nobody has made it
            "Receipts": "warning",  # nobody listens while nothing is sent
            "Default region": "ok",
            "Consent": "ok",
            "Opt-out": "ok",
            "Caps and pace": "ok",
            "Records": "ok",  # switched off
            "Data folder": "ok",
        }

    def test_says_the_same_as_steps(self, command):
        said = command("setup").out

        headings = ("1. Zendesk", "2. Sunshine Conversations", "3. Receipts", "5. Rules")
        assert all(heading in said for heading in headings)
        assert command("setup", "reload").out.strip() == "Nothing has changed."

    def test_ends_with_1_when_something_must_be_corrected(self, command, tmp_path):
        ended = command("doctor", RELAY_SANDBOX_URL="", RELAY_DATA_DIR=str(tmp_path))

        assert ended.code == 1
        assert "RELAY_ZENDESK_SUBDOMAIN" in ended.out
        assert "Traceback" not in ended.err


class TestTalk:
    def test_lists_the_lines_that_can_text_and_what_they_lack(self, command):
        lines = command.ask("talk", "lines")

        assert [line["lane"] for line in lines] == ["talk:17", "talk:18"]
        assert "relay talk setup --number 17" in lines[0]["faults"][0]

    def test_sets_up_one_line_and_names_triggers_that_need_a_look(self, command):
        ended = command("talk", "setup", "--number", 18)

        assert ended.code == 0
        assert "The trigger of +12025550143 is made." in ended.out
        assert "Notify requester and CCs of received request" in ended.err

    def test_refuses_a_line_that_is_not_there(self, command):
        ended = command("talk", "setup", "--number", 99)

        assert ended.code == 1
        assert "relay talk lines" in ended.err


class TestAudiencePreview:
    def test_decides_about_everybody_whom_a_query_finds(self, command):
        seen = command.ask("audience", "preview", "--query", f"tags:{TAG}")

        assert (seen["matched"], seen["will_receive"]) == (MATCHED, RECEIVERS)
        assert those_left_out(seen) == LEFT_OUT
        assert seen["complete"]
        decisions = Counter(person["decision"] for person in seen["people"])
        assert decisions == {"will_receive": RECEIVERS, **LEFT_OUT}

    def test_comes_to_the_same_people_by_conditions_and_by_segment(self, command, tmp_path):
        conditions = tmp_path / "conditions.json"
        wanted = {"field": "tags", "op": "has_any_of", "value": [TAG]}
        conditions.write_text(json.dumps({"version": 1, "all": [wanted]}), "utf-8")
        saved = command("audience", "save", "Everybody", "--conditions", conditions)

        by_conditions = command.ask("audience", "preview", "--conditions", conditions)
        by_segment = command.ask("audience", "preview", "--segment", "Everybody")

        assert saved.code == 0
        assert by_conditions == by_segment
        assert by_conditions["will_receive"] == RECEIVERS
        never_asked_for = {"staff", "suspended"}
        assert those_left_out(by_conditions) == {
            reason: people for reason, people in LEFT_OUT.items() if reason not in never_asked_for
        }


class TestTemplateList:
    def test_names_values_and_the_status_on_each_integration(self, command):
        listed = {
            (each["name"], each["language"]): each for each in command.ask("template", "list")
        }

        reminder = listed[TEMPLATE, "en"]
        assert reminder["values"] == ["clarice", "monday"]
        statuses = {each["id"]: (each["type"], each["status"]) for each in reminder["integrations"]}
        assert statuses[WHATSAPP] == ("whatsapp", "APPROVED")
        assert statuses[TWILIO] == ("twilio", "READY")
        assert listed["fault_found", "en"]["values"] == []


class TestSend:
    def test_reaches_each_person_once_with_their_own_text(self, command, campaign, newly_sent):
        run = command.ask("send", campaign, *TUESDAY, "--yes")

        assert run["state"] == "finished"
        assert run["planned"] == run["accepted"] == run["delivered"] == RECEIVERS
        assert run["failed"] == run["unknown"] == run["queued"] == run["sending"] == 0
        assert run["skipped"] == LEFT_OUT
        assert sorted(each["destination"] for each in newly_sent()) == PHONES
        assert {each["destination"]: each["text"] for each in newly_sent()} == {
            phone: f"Hello Neighbour {n:04d}, your appointment is on Tuesday. "
            "Reply to this message to change it."
            for n, phone in enumerate(PHONES)
        }

    def test_sends_nothing_when_nobody_is_there_to_agree(self, command, campaign, newly_sent):
        ended = command("send", campaign, *TUESDAY)

        assert ended.code == 1
        assert "Say --yes" in ended.err
        assert newly_sent() == []

    def test_says_what_failed_and_why(self, command, campaign, world, newly_sent):
        world.set_faults(phones={"failure": 1})
        try:
            run = command.ask("send", campaign, *TUESDAY, "--yes", "--receipts", "3")
        finally:
            world.set_faults(phones={"failure": 0})

        report = command.ask("report", run["run"])
        assert report["failed"] == RECEIVERS
        assert sum(cause["deliveries"] for cause in report["failures"]) == RECEIVERS
        assert all(cause["advice"] for cause in report["failures"])
        assert newly_sent() == []


class TestARunThatIsOver:
    def test_is_told_the_same_by_status_list_and_resume(self, command, run, newly_sent):
        status = command.ask("run", "status", run["run"])
        listed = {each["run"]: each for each in command.ask("run", "list")}
        resumed = command.ask("run", "resume", run["run"])

        assert status == listed[run["run"]] == resumed == run
        assert newly_sent() == []

    def test_is_reported_with_the_same_figures(self, command, run):
        report = command.ask("report", run["run"])

        assert report["campaign"] == "Over"
        assert [step["messages"] for step in report["funnel"]] == [RECEIVERS] * 3 + [0]
        assert {each["reason"]: each["people"] for each in report["skipped"]} == LEFT_OUT
        assert report["pace"]["messages"] == RECEIVERS

    def test_is_written_as_a_page_for_the_printer(self, command, run, tmp_path):
        file = tmp_path / "report.html"

        ended = command("report", run["run"], "--html", file)

        assert ended.code == 0
        assert f"{RECEIVERS} (100%)" in file.read_text(encoding="utf-8")

    def test_is_not_written_where_nothing_can_be(self, command, run, tmp_path):
        ended = command("report", run["run"], "--html", tmp_path / "nowhere" / "report.html")

        assert ended.code == 1
        assert "Choose another place" in " ".join(ended.err.split())

    def test_is_listed_person_by_person_as_csv_without_whole_numbers(self, command, run):
        ended = command("report", run["run"], "--csv")

        lines = list(csv.DictReader(io.StringIO(ended.out.removeprefix("\ufeff"))))
        assert ended.code == 0
        assert len(lines) == RECEIVERS
        assert {line["state"] for line in lines} == {"delivered"}
        assert not any(phone in ended.out for phone in PHONES)

    def test_is_told_to_a_person_as_text(self, command, run):
        status = command("run", "status", run["run"])
        report = command("report", run["run"])

        assert f"Run {run['run']}, Over: finished" in status.out
        assert "left out: 2, Opted out" in status.out
        assert "Delivered" in report.out


class TestAnInterruptedSend:
    @pytest.mark.parametrize(("ending", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
    def test_records_what_is_in_flight_and_can_be_resumed(
        self, command, slow, campaign, world, newly_sent, ending, code
    ):
        world.set_faults(latency_ms=400)
        try:
            with slow.started("send", campaign, *TUESDAY, "--yes") as process:
                until(lambda: len(newly_sent()) >= RECEIVERS // 3, within_s=30)
                process.send_signal(ending)
                ended = process.wait(30)
        finally:
            world.set_faults(latency_ms=0)
        said = command.remarks[-1]
        stopped = command.ask("run", "list")[0]
        before = len(newly_sent())
        resumed = command.ask("run", "resume", stopped["run"], "--receipts", "0")

        assert ended == code
        assert f"relay run resume {stopped['run']}" in said
        assert "Traceback" not in said
        assert stopped["campaign"] == campaign
        assert stopped["unknown"] == 0
        assert stopped["accepted"] == before < RECEIVERS
        assert resumed["accepted"] == RECEIVERS
        assert sorted(each["destination"] for each in newly_sent()) == PHONES


class TestARefusal:
    @pytest.mark.parametrize(
        ("arguments", "advice"),
        [
            (("send", "Unknown", "--yes"), "Unknown"),
            (("send", "Refused", "--yes"), "monday has no text"),
            (("send", "Refused", "--yes", *TUESDAY, "--set", "x=y"), "the run has no value x"),
            (("send", "Refused", "--yes", "--set", "monday"), "KEY=VALUE"),
            (("send", "Nobody", "--yes", *TUESDAY), "Nobody would receive"),
            (("run", "status", "999999"), "relay run list"),
            (("run", "resume", "999999"), "relay run list"),
            (("report", "999999"), "relay run list"),
            (("audience", "preview"), "exactly one of"),
            (("audience", "preview", "--query", "x", "--segment", "y"), "exactly one of"),
            (("audience", "preview", "--segment", "Unknown"), "Unknown"),
            (("audience", "preview", "--query", "type:ticket"), "type:"),
            (("audience", "preview", "--query", 'name:"Neigh'), "never closed"),
        ],
    )
    @pytest.mark.usefixtures("refused_campaigns")
    def test_says_what_to_do_and_ends_with_1(self, command, newly_sent, arguments, advice):
        ended = command(*arguments)

        assert ended.code == 1
        assert ended.out == ""
        assert advice in " ".join(ended.err.split())
        assert "Traceback" not in ended.err
        assert "leaked" not in ended.err  # DuckDB's binding complains when it is torn down askew
        assert newly_sent() == []

    def test_names_the_account_whose_folder_it_is(self, command):
        other = {
            "RELAY_SANDBOX_URL": "",
            "RELAY_ZENDESK_SUBDOMAIN": "acme",
            "RELAY_ZENDESK_EMAIL": "admin@acme.example",
            "RELAY_ZENDESK_TOKEN": "t0ken",
            "RELAY_SUNCO_APP_ID": "0123456789abcdef01234567",
            "RELAY_SUNCO_KEY_ID": "app_key",
            "RELAY_SUNCO_KEY_SECRET": "s3cret",
        }

        ended = command("run", "list", **other)

        assert ended.code == 1
        assert "sandbox" in ended.err
        assert "RELAY_DATA_DIR" in ended.err
        assert "Traceback" not in ended.err
        assert "t0ken" not in ended.err
        assert "s3cret" not in ended.err


class TestBesideTheWebProcess:
    def test_a_command_is_done_by_the_owner_and_makes_one_run(self, command, campaign, newly_sent):
        owner_file = command.folder / "data" / "relay.owner.json"
        runs_before = len(command.ask("run", "list"))

        with web_process(command) as url:
            announced = json.loads(owner_file.read_text("utf-8"))
            run = command.ask("send", campaign, *TUESDAY, "--yes")
            until(
                lambda: command.ask("run", "status", run["run"])["delivered"] == RECEIVERS,
                within_s=30,
            )
            mode = stat.S_IMODE(owner_file.stat().st_mode)

        assert announced["url"] == url
        assert mode == 0o600
        assert run["state"] == "finished"
        assert len(command.ask("run", "list")) == runs_before + 1
        assert sorted(each["destination"] for each in newly_sent()) == PHONES
        assert not owner_file.exists()


class TestTheWebProcess:
    def test_tells_how_it_does_and_ends_in_order_with_a_page_open(
        self, command, slow, campaign, world, newly_sent
    ):
        world.set_faults(latency_ms=400)
        try:
            with web_process(slow) as url, opened_page(url):
                ready = httpx.get(f"{url}/readyz", trust_env=False)
                with slow.started("send", campaign, *TUESDAY, "--yes") as following:
                    until(lambda: len(newly_sent()) >= RECEIVERS // 3, within_s=30)
                    figures = httpx.get(f"{url}/metrics", trust_env=False).text
                    following.kill()
                begun = time.monotonic()
            took_s = time.monotonic() - begun
        finally:
            world.set_faults(latency_ms=0)
        run = command.ask("run", "list")[0]
        command("run", "cancel", run["run"])

        assert ready.json() == {"ready": True}
        assert 'relay_deliveries{state="queued"}' in figures
        assert "relay_sending 1.0" in figures
        assert not [line for line in figures.splitlines() if "+31" in line or campaign in line]
        assert took_s < LONGEST_PARTING_S
        assert (run["unknown"], run["sending"], run["queued"] > 0) == (0, 0, True)
        assert run["accepted"] == len(newly_sent()) < RECEIVERS


class TestBesideAnotherSendingCommand:
    def test_both_campaigns_are_sent_each_once(self, command, campaign, world, newly_sent):
        second = prepared(command, "Second")
        world.set_faults(latency_ms=300)
        try:
            with command.started("send", campaign, *TUESDAY, "--yes", "--json") as first:
                until(newly_sent, within_s=30)
                run = command.ask("send", second, "--set", "monday=Friday", "--yes")
                first_run = json.loads(first.communicate(timeout=60)[0])
        finally:
            world.set_faults(latency_ms=0)

        runs = {each["run"]: each for each in command.ask("run", "list")}
        for number in (run["run"], first_run["run"]):
            assert runs[number]["state"] == "finished"
            assert runs[number]["accepted"] == RECEIVERS
        reached = Counter((each["destination"], day(each["text"])) for each in newly_sent())
        assert reached == {(phone, on): 1 for phone in PHONES for on in ("Tuesday", "Friday")}


class TestABackupInTheMiddleOfARun:
    def test_comes_back_with_everything_waiting_and_says_what_may_leave_twice(
        self, command, campaign, newly_sent, tmp_path
    ):
        slow = replace(command, environment={**command.environment, "RELAY_SUNCO_PACE": "10"})
        file = tmp_path / "backup"
        with slow.started("send", campaign, *TUESDAY, "--yes", "--receipts", "0") as process:
            until(newly_sent, within_s=30)
            command.ask("backup", file)
            process.wait(30)
        reached = len(newly_sent())

        back = command.ask("restore", file, "--yes")
        run = command.ask("run", "list")[0]  # whoever opens the file sends nothing of it
        waited = len(newly_sent())
        command.ask("run", "resume", run["run"], "--receipts", "0")

        assert reached == waited == RECEIVERS
        assert (run["state"], "Restored from a backup of" in run["note"]) == ("paused", True)
        assert 0 < run["queued"] < RECEIVERS
        assert back["held"]["runs"] == {str(run["run"]): run["queued"]}
        assert back["in_doubt"] == run["unknown"]
        assert Path(back["kept_as"]).is_file()
        each = Counter(each["destination"] for each in newly_sent())
        assert Counter(each.values()) == {1: RECEIVERS - run["queued"], 2: run["queued"]}


@contextmanager
def opened_page(url: str) -> Iterator[None]:
    """Hold a page's connection to the web process; it may end before we let go."""
    with connect(f"ws{url.removeprefix('http')}/_stcore/stream", subprotocols=["streamlit"]):
        yield


def those_left_out(seen: dict[str, Any]) -> dict[str, int]:
    return {reason: people for reason, people in seen["left_out"].items() if people}


def day(text: str) -> str:
    return "Tuesday" if "on Tuesday" in text else "Friday"
