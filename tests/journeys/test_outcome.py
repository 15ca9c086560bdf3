"""Who was held out got nothing, and the figures of tickets are those of Zendesk's own record."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from relay_core.relay import open_relay
from relay_core.reports.differences import difference
from relay_core.reports.intervals import proportion
from relay_core.reports.outcomes import Verdict
from relay_core.serving import owning
from relay_core.settings import Settings
from tests.journeys.programs import sandbox_process, until
from tests.journeys.town import campaign_for, people_file

RECEIVERS = 120
LATER = timedelta(days=4)
ANSWERING = 3


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A run with a control group, the tickets that people opened since, and both records."""
    folder = tmp_path_factory.mktemp("outcome")
    file = folder / "people.json"
    file.write_text(json.dumps(people_file(receivers=RECEIVERS)), "utf-8")
    with sandbox_process("--people", str(file)) as world:
        relay = open_relay(
            Settings.load(
                data_dir=folder / "data", sandbox_url=world.url, sunco_pace=50, canary_size=0
            )
        )
        with owning(relay, sending=True):
            yield live_through(relay, world), relay, world


def live_through(relay, world):
    """Send, let people write, and look again when the windows are over."""
    relay.sync_people()
    relay.refresh_templates()
    campaign = campaign_for(relay, hold_out=40)
    run = relay.send(
        campaign, static_values={"monday": "Tuesday"}, request_id="one", actor="anna"
    ).run
    until(lambda: relay.run(run).delivered == relay.run(run).planned, within_s=60)
    reached = {message["destination"] for message in world.sent()}
    received = [n for n in range(RECEIVERS) if f"+31612{300_000 + n}" in reached]
    spared = [n for n in range(RECEIVERS) if n not in received]
    # Of the recipients one in twenty writes, of the others every other one; somebody writes twice.
    writing = [*received[::20], *spared[::2], spared[0]]
    ids = {"requester_ids": [1000 + n for n in writing]}
    world.client.post("/_sandbox/tickets", json=ids).raise_for_status()
    for n in received[1 : 1 + ANSWERING]:
        said = {"destination": f"+31612{300_000 + n}", "text": "Thank you!"}
        world.client.post("/_sandbox/replies", json=said).raise_for_status()
    until(lambda: relay.report(run).replied == ANSWERING, within_s=30)
    relay.sync_people()  # while their sessions go on
    relay._now = lambda: datetime.now(UTC) + LATER  # noqa: SLF001 - three days are not waited for
    relay.sync_people()
    return run


@pytest.fixture
def record(told):
    """What the sandbox wrote down: who was reached, and who opened which ticket how."""
    _, _, world = told
    reached = {message["destination"] for message in world.sent()}
    received = {1000 + n for n in range(RECEIVERS) if f"+31612{300_000 + n}" in reached}
    tickets = [
        (ticket["requester_id"], ticket["via"]["channel"])
        for ticket in world.client.get("/_sandbox/tickets").json()
    ]
    return received, tickets


class TestTheOutcome:
    def test_counted_from_the_record_of_the_outside_is_the_same(self, told, record):
        run, relay, _ = told
        received, tickets = record
        spared = set(range(1000, 1000 + RECEIVERS)) - received
        written = {person for person, channel in tickets if channel == "email"}

        window = relay.report(run).outcome.windows[-1]

        shares = [
            proportion(len(written & received), len(received)),
            proportion(len(written & spared), len(spared)),
        ]
        assert [window.recipients.wrote, window.held_out.wrote] == shares
        assert window.recipients.tickets + window.held_out.tickets == sum(
            channel == "email" for _, channel in tickets
        )
        assert window.recipients.certain == ANSWERING
        assert window.recipients.answers == ANSWERING == sum(c == "whatsapp" for _, c in tickets)
        assert window.verdict is Verdict.FEWER
        assert window.difference == difference(*shares)

    def test_leaves_those_alone_who_are_held_out(self, told, record):
        run, relay, _ = told
        received, _ = record

        status = relay.run(run)

        assert status.planned == len(received)
        assert status.skipped["held_out"] == RECEIVERS - len(received)
        assert 20 < status.skipped["held_out"] < 75

    def test_opens_the_tickets_behind_each_number(self, told):
        run, relay, _ = told

        answers = relay.outcome_tickets(run, hours=72, answers=True).to_pylist()
        held = relay.outcome_tickets(run, hours=72, held_out=True)

        assert [(row["reply"], row["channel"], row["is_certain"]) for row in answers] == [
            ("Thank you!", "whatsapp", True)
        ] * ANSWERING
        assert all("/agent/tickets/" in row["link"] for row in answers)
        assert held.num_rows == relay.report(run).outcome.windows[-1].held_out.tickets
