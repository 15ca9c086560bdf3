"""The controls: the record of what happened, and the handles on the world."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from relay_core.sandbox.messaging.integrations import TWILIO
from tests.sandbox.stage import PHONE, START, Stage, sms, stage, whatsapp


@pytest.fixture(scope="module")
def calm() -> Iterator[Stage]:
    """Give a world to tests that change nothing in it."""
    with stage() as running:
        yield running


class TestTheRecord:
    def test_holds_every_message_that_reached_a_phone(self) -> None:
        with stage() as running:
            sent = running.send(sms("Hello")).json()["notification"]["_id"]
            running.send(whatsapp("how_did_we_do", "Ada"))
            record = running.sent()

        (message,) = record
        assert datetime.fromisoformat(message["at"]) > START
        assert message["at"].endswith("Z")
        assert message == {
            "at": message["at"],
            "received_at": message["received_at"],
            "destination": PHONE,
            "text": "Hello",
            "integration_id": TWILIO.id,
            "notification_id": sent,
        }

    def test_knows_the_accepted_and_why_they_failed(self) -> None:
        with stage() as running:
            running.send({**sms(), "metadata": {"campaign_id": "c1"}})
            running.send(whatsapp("how_did_we_do", "Ada"))
            accepted = running.client.get("/_sandbox/accepted").json()
            state = running.client.get("/_sandbox/state").json()

        assert [each["failure"] for each in accepted] == [None, 132015]
        assert accepted[0]["metadata"] == {"campaign_id": "c1"}
        assert (state["accepted"], state["sent"], state["failed"]) == (2, 1, 1)

    def test_measures_real_time_without_running_backwards(self) -> None:
        with stage() as running:
            for _ in range(20):
                running.send(sms())
            taken = [each["received_at"] for each in running.sent()]

        assert taken == sorted(taken)
        assert len(set(taken)) == 20


class TestTheClock:
    def test_is_set(self) -> None:
        with stage() as running:
            now = running.client.post("/_sandbox/clock", json={"now": "2027-01-01T00:00:00Z"})

        assert now.json()["now"].startswith("2027-01-01T00:00:0")

    def test_jumps(self) -> None:
        with stage(speed=0.001) as running:
            running.client.post("/_sandbox/clock", json={"advance_s": 3600})
            now = running.client.get("/_sandbox/clock").json()["now"]

        assert now.startswith("2026-03-15T13:00:00")

    @pytest.mark.parametrize(
        "wanted",
        [{}, {"now": "soon"}, {"now": "2027-01-01"}, {"advance_s": "1"}, {"advance_s": True}, []],
    )
    def test_refuses_what_is_no_time(self, calm, wanted) -> None:
        answer = calm.client.post("/_sandbox/clock", json=wanted)

        assert answer.status_code == 400


class TestPeople:
    @pytest.mark.parametrize(
        "wrapped", [lambda one: one, lambda one: [one], lambda one: {"users": [one]}]
    )
    def test_are_handed_to_the_directory(self, wrapped) -> None:
        person = {"id": 5, "name": "Ada", "phone": PHONE}

        with stage() as running:
            answer = running.client.post("/_sandbox/people", json=wrapped(person))
            stored = running.world.directory.stored

        assert (answer.status_code, answer.json()) == (201, {"users": [person]})
        assert stored == [person]

    def test_are_more_than_an_empty_object(self, calm) -> None:
        answer = calm.client.post("/_sandbox/people", json={})

        assert answer.status_code == 400


class TestATemplate:
    def test_is_decided_by_hand(self) -> None:
        with stage() as running:
            path = "/_sandbox/templates/spring_offer/rejected"
            changed = running.client.post(path, json={"reason": "PROMOTIONAL"}).json()
            listed = running.client.get("/_sandbox/templates").json()

        assert changed[0]["status"] == "REJECTED"
        assert changed[0]["rejected_reason"] == "PROMOTIONAL"
        assert changed[0] in listed

    def test_may_be_decided_in_one_language(self) -> None:
        with stage() as running:
            path = "/_sandbox/templates/commande_prete/PAUSED"
            changed = running.client.post(path, json={"language": "en"}).json()

        assert [each["language"] for each in changed] == ["en"]

    @pytest.mark.parametrize(
        ("path", "status"), [("spring_offer/BURNT", 400), ("no_such/APPROVED", 404)]
    )
    def test_has_to_exist_and_so_has_the_status(self, calm, path, status) -> None:
        answer = calm.client.post(f"/_sandbox/templates/{path}")

        assert answer.status_code == status


class TestAReply:
    @pytest.mark.parametrize(
        "wanted",
        [{}, {"destination": PHONE}, {"destination": PHONE, "text": "Hi", "integration_id": "x"}],
    )
    def test_needs_a_phone_a_text_and_a_real_sender(self, calm, wanted) -> None:
        answer = calm.client.post("/_sandbox/replies", json=wanted)

        assert answer.status_code == 400


class TestAMisusedControl:
    def test_explains_itself(self, calm) -> None:
        broken = calm.client.post("/_sandbox/faults", content=b"{")
        unknown = calm.client.post("/_sandbox/faults", json={"latency": 1})

        assert broken.json() == {"error": "the body is not valid JSON"}
        assert "latency_ms" in unknown.json()["error"]
