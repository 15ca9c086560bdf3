"""Webhooks as they reach a receiver: who gets which, what they say, and how they go astray."""

import pytest

from relay_core.sandbox.messaging.integrations import MESSAGEBIRD, TWILIO, WHATSAPP
from relay_core.sandbox.messaging.webhooks.courier import FINAL_STATUSES, MOST_ATTEMPTS
from tests.sandbox.stage import DELIVERY, PHONE, receiving, sms, stage, until, whatsapp


class TestADeliveredMessage:
    def test_is_reported_twice_and_the_second_report_is_final(self) -> None:
        with receiving() as receiver, stage() as running:
            webhook = running.listen(receiver.url, DELIVERY)
            sent = running.send(whatsapp("fault_found")).json()["notification"]
            until(lambda: len(receiver.bodies) == 2)

        channel, user = receiver.bodies
        assert receiver.triggers == DELIVERY[:2]
        assert (channel["isFinalEvent"], user["isFinalEvent"]) == (False, True)
        assert user["notification"] == sent
        assert user["version"] == "v1.1"
        assert user["destination"] == {
            "type": "whatsapp",
            "integrationId": WHATSAPP.id,
            "destinationId": PHONE.removeprefix("+"),
        }
        assert user["externalMessages"][0]["id"].startswith("wamid.")
        assert set(receiver.keys) == {webhook["secret"]}

    def test_takes_the_time_of_the_world(self) -> None:
        with receiving() as receiver, stage(speed=0.001) as running:
            running.listen(receiver.url, DELIVERY)
            running.send(sms())
            running.client.post("/_sandbox/clock", json={"advance_s": 0.5})
            until(lambda: len(receiver.bodies) == 1)
            running.client.post("/_sandbox/clock", json={"advance_s": 1.5})
            until(lambda: len(receiver.bodies) == 2)
            accepted_at = running.messaging.accepted[0].at.timestamp()

        channel, user = (each["timestamp"] - accepted_at for each in receiver.bodies)
        assert channel == pytest.approx(0.5, abs=0.1)
        assert user == pytest.approx(2, abs=0.1)

    def test_is_reported_at_once_when_the_clock_is_moved(self) -> None:
        with receiving() as receiver, stage(speed=0.001) as running:
            running.listen(receiver.url, DELIVERY)
            running.send(sms())
            running.client.post("/_sandbox/clock", json={"advance_s": 10})
            until(lambda: len(receiver.bodies) == 2, within_s=2)


class TestAFailedMessage:
    def test_tells_metas_code(self) -> None:
        with receiving() as receiver, stage() as running:
            running.listen(receiver.url, DELIVERY)
            running.send(whatsapp("appointment_reminder", "Ada"))
            until(lambda: bool(receiver.bodies))
            reached = running.sent()

        failure = receiver.bodies[0]
        assert failure["trigger"] == "notification:delivery:failure"
        assert failure["isFinalEvent"] is True
        assert failure["error"]["underlyingError"]["message"].startswith("(#132000) ")
        assert "matchResult" not in failure
        assert reached == []

    def test_tells_twilios_code(self) -> None:
        with receiving() as receiver, stage() as running:
            running.set_faults(phones={"failure": 1})
            running.listen(receiver.url, DELIVERY)
            running.send(sms())
            until(lambda: len(receiver.bodies) == 2)

        assert receiver.triggers == [DELIVERY[0], DELIVERY[2]]
        assert receiver.bodies[1]["error"]["underlyingError"]["code"] in {30003, 30005, 30006}


class TestAReply:
    def test_comes_from_the_conversation_of_the_delivery(self) -> None:
        with receiving() as receiver, stage() as running:
            running.listen(receiver.url, ["notification:delivery:user", "message:appUser"])
            running.send(sms())
            until(lambda: len(receiver.bodies) == 1)
            said = {"destination": PHONE, "text": "Thank you"}
            running.client.post("/_sandbox/replies", json=said).raise_for_status()
            until(lambda: len(receiver.bodies) == 2)

        delivered, reply = receiver.bodies
        assert reply["trigger"] == "message:appUser"
        assert reply["conversation"]["_id"] == delivered["matchResult"]["conversation"]["_id"]
        assert reply["appUser"]["_id"] == delivered["matchResult"]["appUser"]["_id"]
        assert reply["messages"][0]["text"] == "Thank you"
        assert reply["messages"][0]["source"] == {"type": "twilio", "integrationId": TWILIO.id}
        assert "client" not in reply

    def test_names_the_client_to_those_who_asked(self) -> None:
        with receiving() as receiver, stage() as running:
            running.listen(receiver.url, ["message:appUser"], includeClient=True)
            said = {"destination": PHONE, "text": "Hi", "integration_id": MESSAGEBIRD.id}
            running.client.post("/_sandbox/replies", json=said).raise_for_status()
            until(lambda: bool(receiver.bodies))

        assert receiver.bodies[0]["client"]["externalId"] == PHONE.removeprefix("+")


class TestAWebhook:
    def test_gets_only_what_it_asked_for(self) -> None:
        with receiving() as few, receiving() as many, stage() as running:
            running.listen(few.url, ["notification:delivery:user"])
            running.listen(many.url, DELIVERY)
            running.send(sms())
            until(lambda: len(many.bodies) == 2 and len(few.bodies) == 1)

        assert few.triggers == ["notification:delivery:user"]
        assert set(few.keys) != set(many.keys)

    def test_is_tried_again_after_an_error(self) -> None:
        with receiving() as receiver, stage() as running:
            receiver.statuses = [500, 503]
            running.set_faults(webhooks={"retry_s": 0.1})
            running.listen(receiver.url, ["notification:delivery:user"])
            running.send(sms())
            until(lambda: running.messaging.courier.tally.delivered == 1)

        assert len(receiver.bodies) == 3
        assert receiver.bodies[0] == receiver.bodies[2]

    def test_is_given_up_after_five_attempts(self) -> None:
        with receiving() as receiver, stage(speed=200) as running:
            receiver.statuses = [500] * 9
            running.set_faults(webhooks={"retry_s": 0.1})
            running.listen(receiver.url, ["notification:delivery:user"])
            running.send(sms())
            until(lambda: running.messaging.courier.tally.given_up == 1)

        assert len(receiver.bodies) == MOST_ATTEMPTS

    def test_is_not_tried_again_after_a_plain_no(self) -> None:
        with receiving() as receiver, stage() as running:
            receiver.statuses = sorted(FINAL_STATUSES)
            running.set_faults(webhooks={"retry_s": 0})
            running.listen(receiver.url, ["notification:delivery:user"])
            for _ in FINAL_STATUSES:
                running.send(sms())
            until(lambda: running.messaging.courier.tally.given_up == len(FINAL_STATUSES))

        assert len(receiver.bodies) == len(FINAL_STATUSES)

    def test_may_point_at_nobody(self) -> None:
        with stage() as running:
            running.set_faults(webhooks={"retry_s": 0})
            running.listen("http://127.0.0.1:1/hook", ["notification:delivery:user"])
            running.send(sms())
            until(lambda: running.messaging.courier.tally.given_up == 1)

    def test_gets_nothing_more_once_it_is_removed(self) -> None:
        with receiving() as receiver, stage() as running:
            webhook = running.listen(receiver.url, DELIVERY)
            running.send(sms())
            path = f"/v1.1/apps/5e4af71a81966cfff3ef6500/webhooks/{webhook['_id']}"
            running.client.delete(path).raise_for_status()
            running.client.post("/_sandbox/clock", json={"advance_s": 60})
            until(lambda: len(running.messaging.agenda) == 0)

        assert DELIVERY[1] not in receiver.triggers

    def test_still_gets_with_its_key_what_came_about_before_it_was_removed(self) -> None:
        with receiving() as receiver, stage() as running:
            running.set_faults(webhooks={"delay_ms": 60_000})
            webhook = running.listen(receiver.url, ["message:appUser"])
            said = {"destination": PHONE, "text": "Hi", "integration_id": MESSAGEBIRD.id}
            running.client.post("/_sandbox/replies", json=said).raise_for_status()
            path = f"/v1.1/apps/5e4af71a81966cfff3ef6500/webhooks/{webhook['_id']}"
            running.client.delete(path).raise_for_status()
            running.client.post("/_sandbox/clock", json={"advance_s": 120})
            until(lambda: bool(receiver.bodies))

        assert receiver.keys == [webhook["secret"]]


class TestAstray:
    def test_events_come_twice(self) -> None:
        with receiving() as receiver, stage() as running:
            running.set_faults(webhooks={"duplicates": 1})
            running.listen(receiver.url, ["notification:delivery:user"])
            running.send(sms())
            until(lambda: len(receiver.bodies) == 2)

        assert receiver.bodies[0] == receiver.bodies[1]

    def test_events_overtake_each_other(self) -> None:
        with receiving() as receiver, stage() as running:
            running.set_faults(webhooks={"disorder": 0.5})
            running.listen(receiver.url, DELIVERY)
            for _ in range(20):
                running.send(sms())
            until(lambda: len(receiver.bodies) == 40)

        seen: set[str] = set()
        overtaken = 0
        for each in receiver.bodies:
            overtaken += each["isFinalEvent"] and each["notification"]["_id"] not in seen
            seen.add(each["notification"]["_id"])
        assert 0 < overtaken < 20

    def test_events_come_late(self) -> None:
        with receiving() as receiver, stage(speed=0.001) as running:
            running.set_faults(webhooks={"delay_ms": 60_000})
            running.listen(receiver.url, ["notification:delivery:user"])
            running.send(sms())
            running.client.post("/_sandbox/clock", json={"advance_s": 10})
            until(lambda: len(running.messaging.agenda) == 1)
            early = len(receiver.bodies)
            running.client.post("/_sandbox/clock", json={"advance_s": 60})
            until(lambda: len(receiver.bodies) == 1)

        assert early == 0

    def test_liars_and_strangers_write_too(self) -> None:
        with receiving() as receiver, stage() as running:
            running.set_faults(webhooks={"forged": 1, "unknown": 1})
            webhook = running.listen(receiver.url, ["notification:delivery:user"])
            running.send(sms())
            until(lambda: len(receiver.bodies) == 3)

        ids = [each["notification"]["_id"] for each in receiver.bodies]
        assert sorted(receiver.keys).count(webhook["secret"]) == 2
        assert len(set(ids)) == 2


class TestHundredsOfMessages:
    def test_are_all_reported(self) -> None:
        with receiving() as receiver, stage() as running:
            running.listen(receiver.url, DELIVERY)
            for _ in range(300):
                running.send(sms())
            until(lambda: len(receiver.bodies) == 600)
            state = running.client.get("/_sandbox/state").json()

        assert (state["accepted"], state["sent"], state["still_to_happen"]) == (300, 300, 0)
