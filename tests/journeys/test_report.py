"""A run in a world that refuses, doubles and delays, and its report beside that world's record."""

import json
from collections import Counter
from dataclasses import dataclass

import pytest

from relay_core.relay import Relay, open_relay
from relay_core.reports.people_behind import Group
from relay_core.reports.run_report import RunReport
from relay_core.serving import owning
from relay_core.settings import Settings
from tests.journeys.programs import Sandbox, sandbox_process, until
from tests.journeys.town import campaign_for, left_out, neighbours, people_file

RECEIVERS = 100
ASTRAY = {"duplicates": 0.5, "disorder": 0.3, "delay_ms": 4_000, "unknown": 0.2, "forged": 0.2}
ANSWERS = ("Thank you!", "STOP", "Who is this?", "Thanks", "stop", "ok")


@dataclass(frozen=True)
class Told:
    """Both sides of one run."""

    relay: Relay
    world: Sandbox
    run: int
    answered: dict[int, str]
    """Who answered, and how first."""

    @property
    def report(self) -> RunReport:
        return self.relay.report(self.run)

    def people(self, group: Group) -> set[int]:
        return set(self.relay.people_behind(self.run, group=group)["person_id"].to_pylist())


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("told")
    file = folder / "people.json"
    file.write_text(json.dumps(people_file(receivers=RECEIVERS, others=left_out())), "utf-8")
    with sandbox_process("--people", str(file), "--speed", "20") as world:
        world.set_faults(phones={"failure": 0.2, "reply": 0, "stop": 0}, webhooks=ASTRAY)
        world.set_faults(error_mix={"400": 0.1})
        settings = Settings.load(
            data_dir=folder / "data", sandbox_url=world.url, sunco_pace=50, canary_size=0
        )
        relay = open_relay(settings)
        with owning(relay, sending=True):
            yield live_through(relay, world)


def live_through(relay: Relay, world: Sandbox) -> Told:
    """Send, let some people answer, and wait until the world has nothing more to tell."""
    relay.sync_people()
    relay.refresh_templates()
    campaign = campaign_for(relay)
    run = relay.send(
        campaign,
        static_values={"monday": "Tuesday"},
        request_id="one",
        actor="anna",
        accepted=True,
    ).run
    until(lambda: relay.run(run).queued + relay.run(run).sending == 0, within_s=60)
    until(lambda: world.state()["still_to_happen"] == 0, within_s=60)
    answered = dict(zip(sorted(ids_of(world.sent())), ANSWERS, strict=False))
    for person, text in [*answered.items(), (min(answered), "And again")]:
        said = {"destination": phone_of(person), "text": text}
        world.client.post("/_sandbox/replies", json=said).raise_for_status()
    until(lambda: world.state()["still_to_happen"] == 0, within_s=60)
    until(lambda: relay.report(run).replied == len(answered), within_s=30)
    return Told(relay, world, run, answered)


def ids_of(messages) -> set[int]:
    """The people behind the numbers of a record."""
    known = {each["phone"]: each["id"] for each in neighbours(RECEIVERS)}
    return {known[each["destination"]] for each in messages}


def phone_of(person: int) -> str:
    [found] = [each["phone"] for each in neighbours(RECEIVERS) if each["id"] == person]
    return found


class TestAReport:
    def test_names_the_people_that_the_outside_has_on_record(self, told):
        taken = told.world.accepted()
        failed = [each for each in taken if each["failure"]]
        everybody = {each["id"] for each in neighbours(RECEIVERS)}

        assert told.people(Group.PLANNED) == everybody
        assert told.people(Group.SENT) == ids_of(taken)
        assert told.people(Group.DELIVERED) == ids_of(told.world.sent())
        assert told.people(Group.FAILED) == ids_of(failed) | (everybody - ids_of(taken))
        assert told.people(Group.REPLIED) == set(told.answered)
        assert told.people(Group.OPTED_OUT) == {
            person for person, text in told.answered.items() if text.lower() == "stop"
        }

    def test_counts_what_the_outside_has_on_record(self, told):
        report, taken, shown = told.report, told.world.accepted(), told.world.sent()
        bounced = Counter(str(each["failure"]) for each in taken if each["failure"])

        assert (report.planned, report.sent) == (RECEIVERS, len(taken))
        assert report.delivered == report.accepted == len(shown)
        assert report.failed == RECEIVERS - len(shown)
        assert (report.unknown, report.unconfirmed, report.receipts.expected) == (0, 0, 0)
        assert (report.replied, report.opted_out) == (len(ANSWERS), 2)
        refused = RECEIVERS - len(taken)
        causes = {cause.code: cause.deliveries for cause in report.failures}
        assert causes == {**bounced, "http_400": refused}
        assert [step.messages for step in report.funnel] == [
            RECEIVERS,
            len(taken),
            len(shown),
            len(ANSWERS),
        ]
        assert sum(part.people for part in report.skipped) == len(left_out())

    def test_has_each_message_once_wherever_it_is_cut(self, told):
        report = told.report
        shown = len(told.world.sent())
        buckets = [*report.timeline.buckets, report.timeline.later]
        happened = [each for each in buckets if each]

        assert sum(each.delivered for each in happened) == shown
        assert sum(each.sent for each in happened) == len(told.world.accepted())
        assert sum(each.failed for each in happened) == RECEIVERS - shown
        assert sum(each.replied for each in happened) == len(ANSWERS)
        assert report.delivery_times.messages == shown
        assert report.reply_times.messages == len(ANSWERS)
        for parts in (report.by_country, report.by_template, report.by_integration):
            assert sum(part.delivered for part in parts) == shown

    def test_is_of_a_run_that_met_every_kind_of_trouble(self, told):
        posts = told.world.state()["posts"]

        assert len(told.world.sent()) < len(told.world.accepted()) < RECEIVERS
        assert posts["delivered"] > 2 * len(told.world.accepted())
