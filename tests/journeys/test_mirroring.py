"""What agents find in Zendesk after a run, asked of Zendesk itself."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from relay_core.delivery.holding_back import hold_back
from relay_core.mirroring.objects import Kind
from relay_core.relay import open_relay
from relay_core.serving import owning
from relay_core.settings import Settings
from relay_core.setup.check import Step, Verdict
from tests.journeys.programs import sandbox_process, until
from tests.journeys.town import campaign_for, people_file

ADMIN = ("admin@sandbox.example/token", "sandbox-token")
RECEIVERS = 4
SOME_MINUTES = timedelta(minutes=5)


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """A run to four people, told to Zendesk."""
    folder = tmp_path_factory.mktemp("mirroring")
    file = folder / "people.json"
    file.write_text(json.dumps(people_file(receivers=RECEIVERS)), "utf-8")
    with sandbox_process("--people", str(file)) as world:
        relay = open_relay(
            Settings.load(
                data_dir=folder / "data",
                sandbox_url=world.url,
                sunco_pace=50,
                mirror_to_zendesk=True,
                campaign_tag="relay",
            )
        )
        with owning(relay, sending=True):
            yield live_through(relay), world, messages(world)


def live_through(relay):
    """Send to everybody, and tell Zendesk some minutes later."""
    relay.sync_people()
    relay.refresh_templates()
    relay.make_objects(actor="anna")
    run = relay.send(
        campaign_for(relay), static_values={"monday": "Tuesday"}, request_id="one", actor="anna"
    ).run
    until(lambda: relay.run(run).delivered == RECEIVERS, within_s=60)
    relay._now = lambda: datetime.now(UTC) + SOME_MINUTES  # noqa: SLF001 - not waited for
    until(lambda: relay.mirror_status().waiting_messages == RECEIVERS, within_s=10)
    relay.tell_zendesk()
    until(lambda: relay.mirror_status().told["tag"] == RECEIVERS, within_s=20)
    return relay


def messages(world):
    """Return what an agent finds on each person's page, by the id of the person."""
    path = f"/api/v2/custom_objects/{Kind.MESSAGE.object_key}/records"
    found = world.client.get(path, auth=ADMIN).raise_for_status().json()
    fields = [each["custom_object_fields"] for each in found["custom_object_records"]]
    return {int(each["person"]): each for each in fields}


class TestAnAgent:
    def test_finds_each_persons_message_on_their_page(self, shown):
        _, _, found = shown

        assert set(found) == {1000 + n for n in range(RECEIVERS)}
        assert "appointment is on Tuesday" in found[1000]["text"]
        assert {each["status"] for each in found.values()} == {"Delivered"}

    def test_finds_the_tag_of_the_campaign_beside_the_others(self, shown):
        _, world, _ = shown
        user = world.client.get("/api/v2/users/1000", auth=ADMIN).json()["user"]

        assert set(user["tags"]) == {"town", "relay_news"}


class TestAnErasure:
    def test_takes_their_message_and_tag_out_of_zendesk(self, shown):
        relay, world, _ = shown
        relay.erase_person(1001, typed="Neighbour 0001", actor="anna")

        relay.tell_zendesk()
        until(lambda: relay.mirror_status().told["message"] == RECEIVERS - 1, within_s=20)

        assert 1001 not in messages(world)
        user = world.client.get("/api/v2/users/1001", auth=ADMIN).json()["user"]
        assert user["tags"] == ["town"]


class TestWhoeverAnswersForIt:
    def test_sees_how_far_it_is(self, shown):
        relay, _, _ = shown

        checks = relay.doctor(step=Step.MIRRORING)

        assert {check.verdict for check in checks} == {Verdict.OK}
        assert any("campaigns 1" in check.found for check in checks)


@pytest.fixture(scope="module")
def without(shown):
    """The four objects are deleted in the Admin Center; then one more person is erased."""
    relay, world, _ = shown
    for kind in Kind:
        path = f"/api/v2/custom_objects/{kind.object_key}"
        world.client.delete(path, auth=ADMIN).raise_for_status()
    relay.erase_person(1002, typed="Neighbour 0002", actor="anna")
    relay.tell_zendesk()
    return relay, world


class TestObjectsThatWereDeletedInZendesk:
    def test_keep_no_tag_on_somebody_who_was_erased(self, without):
        relay, world = without
        user = world.client.get("/api/v2/users/1002", auth=ADMIN).json()["user"]

        assert user["tags"] == ["town"]
        assert relay.mirror_status().to_remove == 0

    def test_show_everything_again_once_they_are_made_anew(self, without):
        relay, world = without
        relay.make_objects(actor="anna")
        relay.tell_zendesk()

        assert set(messages(world)) == {1000, 1003}


class TestACopyThatGoesOn:
    def test_looks_first_what_zendesk_has_of_the_original(self, without):
        relay, world = without
        path = f"/api/v2/custom_objects/{Kind.MESSAGE.object_key}/records"
        records = world.client.get(path, auth=ADMIN).json()["custom_object_records"]
        home = records[0]["external_id"].rpartition("-")[0]
        stray = {"name": "Told since", "external_id": f"{home}-987"}
        made = world.client.post(path, json={"custom_object_record": stray}, auth=ADMIN)
        assert made.is_success
        said = {"said": "A copy.", "actor": "restore", "now": datetime.now(UTC)}
        hold_back(relay._database, **said)  # noqa: SLF001 - what a restore does to the file
        assert relay.mirror_status().held == "A copy."

        relay.mirror_again(actor="anna")
        until(lambda: relay.mirror_status().held is None, within_s=20)
        relay.tell_zendesk()

        left = world.client.get(path, auth=ADMIN).json()["custom_object_records"]
        assert {each["external_id"] for each in left} == {each["external_id"] for each in records}


class TestThePassesOfRelayItself:
    def test_do_not_wait_for_a_clock_that_was_set_back(self, without, monkeypatch):
        relay, _ = without
        yesterday = datetime.now(UTC) - timedelta(days=1)
        monkeypatch.setattr(relay, "_now", lambda: yesterday)

        assert relay._next_telling() <= yesterday  # noqa: SLF001 - what its alarm asks
