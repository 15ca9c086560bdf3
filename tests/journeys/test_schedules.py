"""Later, by programs: made and steered on the command line, kept by whichever process sends.

What counts is the sandbox's own record of what reached phones.
"""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from relay_core.audience.conditions.definition import ByQuery
from relay_core.campaigns.bindings import FromField, Static
from relay_core.campaigns.schedules import ScheduleState, Wanted
from relay_core.relay import open_relay
from relay_core.settings import Settings
from tests.journeys.conftest import RECEIVERS
from tests.journeys.programs import until
from tests.journeys.town import BINDINGS, TAG, TEMPLATE, WHATSAPP

KILLS = 2
_SENDER = (
    "import sys; from relay_core.serving import front_desk; from relay_core.settings import"
    " Settings\nwith front_desk(Settings.load(), sending=True): sys.stdin.read()"
)


def folder_of(command):
    return Path(command.environment["RELAY_DATA_DIR"])


@contextmanager
def desk_of(command, world):
    """Be the owner of the command's file for a moment, by its rules, without sending."""
    blackout_days = command.environment["RELAY_BLACKOUT_DAYS"]
    desk = open_relay(
        Settings.load(
            data_dir=folder_of(command), sandbox_url=world.url, blackout_days=blackout_days
        )
    )
    try:
        yield desk
    finally:
        desk.close()


def overdue(command, world, name, *, minutes):
    """Return a schedule of a new campaign to everybody in town, whose time is over by now."""
    with desk_of(command, world) as desk:
        desk.refresh_templates()
        desk.create_campaign(
            name,
            template_id=desk.template(TEMPLATE).id,
            integration_id=WHATSAPP,
            definition=ByQuery(f"tags:{TAG}"),
            bindings={"clarice": FromField("first_name"), "monday": Static()},
            actor="anna",
        )
        at = desk._now().replace(second=0, microsecond=0) - timedelta(minutes=minutes)  # noqa: SLF001 - the same clock
        desk._now = lambda: at - timedelta(hours=1)  # noqa: SLF001 - when it was made
        texts = {"monday": "{{weekday}}"}
        wanted = Wanted(at=at.replace(tzinfo=None), zone="UTC", static_values=texts)
        return desk.schedule_campaign(name, wanted, actor="anna").id


@contextmanager
def sending(command):
    """Run a process that sends whatever is due; ready once it answers commands."""
    owner = folder_of(command) / "relay.owner.json"
    with subprocess.Popen(
        [sys.executable, "-c", _SENDER],
        cwd=command.folder,
        env=command.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        until(lambda: owner.exists() and str(process.pid) in owner.read_text(), within_s=30)
        try:
            yield process
        finally:
            process.kill()


class TestOnTheCommandLine:
    def test_a_schedule_is_made_skipped_and_cancelled(self, command):
        made = ("--template", TEMPLATE, "--integration", WHATSAPP, "--query", f"tags:{TAG}")
        command.ask("campaign", "create", "Weekly", *made, *BINDINGS)
        when = ("--at", "2028-01-31 09:00", "--zone", "Europe/Amsterdam", "--repeat", "weekly")

        added = command.ask(
            "schedule", "add", "Weekly", *when, "--set", "monday={{weekday}}", "--yes"
        )
        skipped = command.ask("schedule", "skip", added["id"])
        cancelled = command("schedule", "cancel", added["id"])

        assert added["next_at"] == "2028-01-31T08:00:00Z"
        assert skipped["next_at"] == "2028-02-07T08:00:00Z"
        assert cancelled.code == 0, cancelled.err
        assert command("schedule", "list").out.strip() == "Nothing is scheduled."

    def test_what_was_missed_is_sent_when_somebody_says_so(self, command, world):
        schedule = overdue(command, world, "Missed", minutes=60)
        before = len(world.sent())

        run = command.ask("schedule", "fire", schedule, "--yes")

        assert (run["state"], run["accepted"]) == ("finished", RECEIVERS)
        assert len(world.sent()) - before == RECEIVERS
        with desk_of(command, world) as desk:
            after = desk.schedule(schedule)
        assert (after.state, after.last_run) == (ScheduleState.DONE, run["run"])


class TestAKilledProcess:
    def test_keeps_a_promise_once(self, command, world):
        dice = random.Random(seed := random.SystemRandom().randrange(10**6))
        print(f"seed {seed}")
        schedule = overdue(command, world, "Perilous", minutes=2)
        before = len(world.sent())

        for _ in range(KILLS):
            with sending(command) as process:
                time.sleep(dice.uniform(0, 0.6))
                process.send_signal(signal.SIGKILL)
        with sending(command) as process:
            until(lambda: len(world.sent()) > before, within_s=30, look_s=0.005)
            process.send_signal(signal.SIGKILL)
        with desk_of(command, world) as desk:
            kept = desk.schedule(schedule)
            runs = [run.run for run in desk.runs() if run.campaign == "Perilous"]
        status = command.ask("run", "resume", kept.last_run, "--receipts", "0")

        reached = Counter(each["destination"] for each in world.sent()[before:])
        assert (kept.state, runs) == (ScheduleState.DONE, [kept.last_run])
        assert (status["state"], status["planned"]) == ("finished", RECEIVERS)
        assert set(reached.values()) == {1}
        assert RECEIVERS - reached.total() <= status["unknown"]
