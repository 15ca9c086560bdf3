"""Runs on the command line: tests, approval, retries, and campaigns put away, over real HTTP."""

from pathlib import Path

import pytest

from relay_core.relay import open_relay
from relay_core.settings import Settings
from tests.journeys.conftest import RECEIVERS
from tests.journeys.town import BINDINGS, TAG, TEMPLATE, WHATSAPP

TUESDAY = ("--set", "monday=Tuesday")
MINE = "+31612345678"


@pytest.fixture
def campaign(command, request):
    """A campaign of this test's own to everybody in town, over WhatsApp."""
    made = ("--template", TEMPLATE, "--integration", WHATSAPP, "--query", f"tags:{TAG}", *BINDINGS)
    return command.ask("campaign", "create", request.node.name, *made)["name"]


def waiting(command, world, campaign):
    """Return a run that somebody else made, and that has to be approved."""
    desk = open_relay(
        Settings.load(
            data_dir=Path(command.environment["RELAY_DATA_DIR"]),
            sandbox_url=world.url,
            blackout_days=0,
            approval_above=RECEIVERS - 1,
        )
    )
    try:
        return desk.send(
            campaign, static_values={"monday": "Tuesday"}, request_id=campaign, actor="anna"
        ).run
    finally:
        desk.close()


class TestATest:
    def test_reaches_one_number_and_no_list(self, command, world, campaign):
        before = len(world.sent())

        ended = command.ask("send", campaign, *TUESDAY, "--test", MINE)

        reached = world.sent()[before:]
        assert (ended["kind"], ended["planned"], ended["accepted"]) == ("test", 1, 1)
        assert [message["destination"] for message in reached] == [MINE]
        assert ended["run"] not in [run["run"] for run in command.ask("run", "list")]
        assert ended["run"] in [run["run"] for run in command.ask("run", "list", "--tests")]

    def test_lets_a_campaign_be_sent_that_needs_one(self, command, campaign):
        refused = command("send", campaign, *TUESDAY, "--yes", RELAY_TEST_REQUIRED="true")
        command.ask("send", campaign, *TUESDAY, "--test", MINE)

        sent = command("send", campaign, *TUESDAY, "--yes", RELAY_TEST_REQUIRED="true")

        assert refused.code == 1
        assert "test of this campaign" in refused.err
        assert sent.code == 0, sent.err


class TestApproval:
    def test_lets_leave_what_somebody_else_made(self, command, world, campaign):
        run = waiting(command, world, campaign)
        before = len(world.sent())

        ended = command.ask("run", "approve", run, "--yes")

        assert ended["state"] == "finished"
        assert ended["created_by"] == "anna"
        assert len(world.sent()) - before == RECEIVERS

    def test_is_refused_to_whoever_sent(self, command, world, campaign):
        before = len(world.sent())
        sent = command("send", campaign, *TUESDAY, "--yes", "--json", RELAY_APPROVAL_ABOVE="1").json

        refused = command("run", "approve", sent["run"], "--yes")

        assert sent["state"] == "awaiting"
        assert refused.code == 1
        assert "Somebody else has to approve it" in refused.err
        assert len(world.sent()) == before
        assert command("run", "reject", sent["run"], "--reason", "too many").code == 0
        assert command.ask("run", "status", sent["run"])["state"] == "cancelled"


class TestARetry:
    def test_reaches_those_who_did_not_reply(self, command, campaign):
        run = command.ask("send", campaign, *TUESDAY, "--yes")["run"]

        again = command.ask("run", "retry", run, "no_reply", "--yes")

        assert (again["kind"], again["parent_run"], again["retried"]) == ("retry", run, "no_reply")
        assert again["accepted"] == RECEIVERS
        refused = command("run", "retry", run, "failed", "--code", "131056", "--yes")
        assert refused.code == 1
        assert "Nobody of this run failed for 131056." in refused.err


class TestACampaign:
    def test_is_copied_put_away_taken_back_and_deleted(self, command, campaign):
        copy = f"{campaign} again"

        def listed(*more):
            return copy in [each["name"] for each in command.ask("campaign", "list", *more)]

        assert command("campaign", "duplicate", campaign, "--to", copy).code == 0
        assert listed()
        edited = command("campaign", "edit", copy, "--query", "tags:vip", "--bind", "monday=static")
        assert edited.code == 0, edited.err
        assert "tags:vip" in str(command.ask("campaign", "show", copy)["definition"])
        assert command("campaign", "archive", copy).code == 0
        assert not listed()
        assert listed("--archived")
        assert command("campaign", "unarchive", copy).code == 0
        assert command("campaign", "delete", copy).code == 0
        assert not listed("--archived")
