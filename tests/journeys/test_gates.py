"""Gates on the way of real programs: what waits survives, and nothing leaves twice."""

import json
import re
import signal
from collections import Counter
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.journeys.programs import CommandLine, sandbox_process, settings_of, until
from tests.journeys.town import BINDINGS, TAG, TEMPLATE, WHATSAPP, people_file

PEOPLE = 16
SEND = ("send", "Careful", "--set", "monday=Tuesday", "--yes")


@contextmanager
def office(tmp_path, **more: object):
    """A world of a few people, and a command line with a campaign to all of them."""
    file = tmp_path / "people.json"
    file.write_text(json.dumps(people_file(receivers=PEOPLE)), "utf-8")
    with sandbox_process("--people", str(file), "--speed", "20") as world:
        settings = settings_of(world, tmp_path / "data", sunco_pace=50, **more)
        command = CommandLine(settings, tmp_path)
        command.ask("sync")
        made = ("--template", TEMPLATE, "--integration", WHATSAPP, "--query", f"tags:{TAG}")
        command.ask("campaign", "create", "Careful", *made, *BINDINGS)
        yield world, command


def closed_now() -> str:
    """Return hours in which it is not at present in the Netherlands."""
    morning = datetime.now(ZoneInfo("Europe/Amsterdam")).hour < 12
    hours = "13:00-23:00" if morning else "1:00-11:00"
    days = ("weekdays", "saturdays", "sundays", "holidays")
    return json.dumps({"*": dict.fromkeys(days, hours)})


class TestQuietHours:
    def test_hold_a_run_through_the_death_of_its_process_and_lose_nothing(self, tmp_path):
        quiet = {"quiet_hours": "true", "quiet_hours_by_country": closed_now()}
        with office(tmp_path, **quiet) as (world, command):
            review = command("send", "Careful", "--set", "monday=Tuesday", "--receipts", "0")
            with command.started(*SEND, "--receipts", "0") as sender:
                until(lambda: "wait for the hours" in command("run", "status", 1).out, within_s=30)
                sender.send_signal(signal.SIGKILL)
                sender.wait()

            left = world.count_accepted()
            ended = command("run", "resume", 1, "--receipts", "0", RELAY_QUIET_HOURS="false")
            status = command.ask("run", "status", 1)

            assert "wait for the hours" in review.out + review.err
            assert left == 0
            assert ended.code == 0, ended.err
            assert status["state"] == "finished"
            assert status["accepted"] == PEOPLE
            assert set(Counter(each["destination"] for each in world.sent()).values()) == {1}


class TestTheFirstMessages:
    def test_stop_a_run_whose_receipts_tell_of_failures_until_a_person_resumes_it(self, tmp_path):
        with office(tmp_path, canary_size=4, canary_wait_s=60) as (world, command):
            world.set_faults(phones={"failure": 1, "reply": 0, "stop": 0})

            command(*SEND, "--receipts", "0")
            stopped = command.ask("run", "status", 1)
            first = world.count_accepted()
            command("run", "resume", 1, "--receipts", "0")
            resumed = command.ask("run", "status", 1)

            assert stopped["state"] == "paused"
            # With enough failures among three, the fourth need not be heard of.
            assert re.search(r"Of the first [34] messages", stopped["note"])
            assert first in {3, 4}
            assert resumed["planned"] - resumed["queued"] == PEOPLE
            assert world.count_accepted() == PEOPLE
