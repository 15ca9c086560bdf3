"""Texts over Zendesk Talk: from a line without its trigger to a person who answers STOP."""

import json
import uuid
from contextlib import contextmanager

import pytest

from relay_core.audience.conditions.definition import ByQuery
from relay_core.campaigns.bindings import FromField
from relay_core.errors import CampaignError, NotFound
from relay_core.relay import open_relay
from relay_core.serving import owning
from relay_core.settings import Settings
from relay_core.templates.writing.template import Category, Template
from tests.journeys.programs import STEADY_PHONES, sandbox_process, until
from tests.journeys.town import TAG, TWILIO, people_file

LANE = "talk:17"
PEOPLE = 6
WORDS = Template(
    name="talk_news",
    language="en",
    category=Category.UTILITY,
    body="Hello {{Clarice}}, it is here.",
)
AS_WRITTEN = {"id": 3001, "name": "Local", "phone": "06 12 34 56 78", "tags": [TAG]}


@pytest.fixture
def world(tmp_path):
    file = tmp_path / "people.json"
    file.write_text(json.dumps(people_file(receivers=PEOPLE)), "utf-8")
    with sandbox_process("--people", str(file), "--speed", "20") as running:
        running.set_faults(phones=STEADY_PHONES)
        yield running


@pytest.fixture
def account(world, tmp_path):
    """The settings of an office, and a client that may do there what a person may."""
    settings = Settings.load(
        data_dir=tmp_path / "data",
        sandbox_url=world.url,
        blackout_days=0,
        talk_pace=50,
        talk_poll_s=0.1,
        send_timeout_s=1.0,
        default_region="FR",
    )
    world.client.auth = settings.account().zendesk_basic
    return settings


@contextmanager
def office(settings):
    relay = open_relay(settings)
    with owning(relay, sending=True):
        relay.sync_people()
        relay.refresh_templates()
        yield relay


@pytest.fixture
def relay(account):
    with office(account) as front_desk:
        yield front_desk


@pytest.fixture
def ready(relay):
    relay.set_up_talk(line_id=17, actor="test")
    return relay


def prepared(relay, *, lane=LANE):
    name = f"News {uuid.uuid4().hex[:6]}"
    relay.submit_written(WORDS, integration_ids=[TWILIO])
    relay.create_campaign(
        name,
        template_id=relay.template(WORDS.name).id,
        integration_id=lane,
        definition=ByQuery(f"tags:{TAG}"),
        bindings={"clarice": FromField("name")},
        actor="test",
    )
    return name


def send(relay):
    return relay.send(
        prepared(relay), static_values={}, request_id=uuid.uuid4().hex, actor="test"
    ).run


def doctors_word(relay):
    return next(check for check in relay.doctor() if check.name == "Talk Text trigger")


class TestALineWithoutItsTrigger:
    def test_is_seen_by_the_doctor_who_says_how_to_make_it(self, relay):
        check = doctors_word(relay)

        assert check.verdict == "warning"
        assert "relay talk setup" in check.advice
        assert any("relay_line_17" in detail for detail in check.details)

    def test_is_no_line_to_send_from(self, relay):
        name = prepared(relay)
        status = {s.id: s.status for s in relay.integrations()}

        with pytest.raises(CampaignError) as refusal:
            relay.send(name, static_values={}, request_id="one", actor="test")

        assert status[LANE] == "inactive"
        assert "relay talk setup" in refusal.value.advice

    def test_is_ready_after_its_setup_which_changes_nothing_the_second_time(self, relay, world):
        first = relay.set_up_talk(actor="test")
        second = relay.set_up_talk(actor="test")
        triggers = world.client.get("/api/v2/triggers").json()["triggers"]

        assert (len(first.made), second.made) == (2, ())
        assert all(line.is_ready for line in second.lines)
        assert sum(t["title"].startswith("Relay:") for t in triggers) == 2
        assert {s.id: s.status for s in relay.integrations()}[LANE] == "active"
        assert doctors_word(relay).verdict == "ok"

    def test_is_not_set_up_over_a_trigger_that_somebody_changed(self, ready, world):
        (line,) = [each for each in ready.talk_lines() if each.id == 17]
        world.client.put(
            f"/api/v2/triggers/{line.trigger_id}", json={"trigger": {"active": False}}
        ).raise_for_status()

        with pytest.raises(CampaignError, match="in the way"):
            ready.set_up_talk(line_id=17, actor="test")

        trigger = world.client.get(f"/api/v2/triggers/{line.trigger_id}").json()["trigger"]
        assert trigger["active"] is False

    def test_cannot_be_one_for_calls(self, relay):
        with pytest.raises(NotFound):
            relay.set_up_talk(line_id=19, actor="test")


class TestARun:
    def test_texts_everybody_once_and_learns_that_they_arrived(self, ready, world):
        run_id = send(ready)

        until(lambda: ready.run(run_id).delivered == PEOPLE, within_s=20)

        texts = world.sent()
        assert {t["integration_id"] for t in texts} == {"17"}
        assert len({t["destination"] for t in texts}) == len(texts) == PEOPLE
        assert all(t["text"].startswith("Hello Neighbour") for t in texts)

    def test_leaves_tickets_that_wait_for_the_person_and_text_nobody_again(self, ready, world):
        run_id = send(ready)
        until(lambda: ready.run(run_id).delivered == PEOPLE, within_s=20)

        tickets = world.client.get("/api/v2/tickets").json()["tickets"]
        answer = {"ticket": {"comment": {"body": "You are welcome", "public": True}}}
        world.client.put(f"/api/v2/tickets/{tickets[0]['id']}", json=answer).raise_for_status()

        assert {t["status"] for t in tickets} == {"pending"}
        assert len({t["external_id"] for t in tickets}) == PEOPLE
        assert len(world.sent()) == PEOPLE

    def test_repeats_what_got_no_answer_and_still_texts_everybody_once(self, ready, world):
        world.set_faults(error_mix={"accept_then_timeout": 0.5, "502": 0.5})
        run_id = send(ready)
        until(lambda: ready.run(run_id).unknown == PEOPLE, within_s=30)

        world.set_faults(error_mix={})

        until(lambda: ready.run(run_id).delivered == PEOPLE, within_s=30)
        texts = world.sent()
        assert len({t["destination"] for t in texts}) == len(texts) == PEOPLE

    def test_that_was_killed_in_between_is_taken_up_under_the_same_keys(self, account, world):
        with office(account) as relay:
            relay.set_up_talk(actor="test")
            world.set_faults(error_mix={"accept_then_timeout": 1.0})
            run_id = send(relay)
            until(lambda: relay.run(run_id).unknown == PEOPLE, within_s=30)
        world.set_faults(error_mix={})

        with office(account) as relay:
            until(lambda: relay.run(run_id).delivered == PEOPLE, within_s=30)

        assert len(world.sent()) == PEOPLE

    def test_stops_when_the_trigger_is_gone(self, ready, world):
        world.set_faults(error_mix={"429": 1.0})
        run_id = send(ready)
        (line,) = [each for each in ready.talk_lines() if each.id == 17]

        world.client.delete(f"/api/v2/triggers/{line.trigger_id}").raise_for_status()

        until(lambda: ready.run(run_id).state == "paused", within_s=20)
        assert "No trigger" in ready.run(run_id).note
        assert world.sent() == []

    def test_leaves_out_whose_number_talk_could_not_use(self, ready, world):
        world.client.post("/_sandbox/people", json=[AS_WRITTEN]).raise_for_status()
        ready.sync_people()

        run_id = send(ready)

        until(lambda: ready.run(run_id).delivered == PEOPLE, within_s=20)
        assert ready.run(run_id).skipped == {"talk_number_as_written": 1}


class TestAnAnswer:
    def test_that_says_stop_ends_everything_to_this_number(self, ready, world):
        run_id = send(ready)
        until(lambda: ready.run(run_id).delivered == PEOPLE, within_s=20)
        phone = world.sent()[0]["destination"]
        said = {"destination": phone, "text": "STOP"}
        world.client.post("/_sandbox/replies", json=said).raise_for_status()

        until(
            lambda: ready.review(prepared(ready), static_values={}).total == PEOPLE - 1,
            within_s=20,
            look_s=0.3,
        )
