"""Talk Text: the lines, the recipe that turns a ticket into an SMS, and its history."""

import pytest

from relay_core.sandbox.clock import Clock
from relay_core.sandbox.messaging.talk_text import TicketText, public_comment, text_of_ticket
from relay_core.sandbox.messaging.triggers import Order, Triggers
from tests.sandbox.stage import PHONE, START, Stage, stage

REQUESTER = {"id": 77, "phone": PHONE}


def ticket(**changes: object) -> dict[str, object]:
    return {
        "id": 4242,
        "submitter_id": 35436,
        "tags": ["outgoing_sms"],
        "comment": {"body": "Your order is ready.", "public": True},
        **changes,
    }


def create(running: Stage, **changes: object) -> None:
    running.messaging.ticket_changed(ticket(**changes), REQUESTER, is_new=True)


def texts_of(made: dict[str, object], requester: dict[str, object] | None) -> list[TicketText]:
    """What the account's triggers would send for a new ticket."""
    orders = Triggers(Clock(START, 1)).texts_for(made, comment=public_comment(made), is_new=True)
    texts = [text_of_ticket(made, requester, order) for order in orders]
    return [text for text in texts if text is not None]


class TestTheRecipe:
    def test_texts_the_requester_of_a_marked_ticket(self) -> None:
        (text,) = texts_of(ticket(tags=["other", "outgoing_sms"]), REQUESTER)

        assert (text.line.id, text.destination, text.text) == (17, PHONE, "Your order is ready.")

    def test_reads_a_stored_ticket_by_its_description(self) -> None:
        stored = {"id": 1, "tags": ["outgoing_sms"], "description": "Hello", "is_public": True}

        (text,) = texts_of(stored, REQUESTER)

        assert text.text == "Hello"

    @pytest.mark.parametrize(
        ("made", "requester"),
        [
            (ticket(tags=["vip"]), REQUESTER),
            (ticket(tags=None), REQUESTER),
            (ticket(comment={"body": "Secret", "public": False}), REQUESTER),
            (ticket(comment={"body": ""}), REQUESTER),
            ({"tags": ["outgoing_sms"], "description": "x", "is_public": False}, REQUESTER),
            (ticket(), None),
            (ticket(), {"id": 77, "phone": None}),
            (ticket(), {"id": 77, "phone": "06 12 34 56 78"}),
        ],
    )
    def test_leaves_all_other_tickets_alone(self, made, requester) -> None:
        assert texts_of(made, requester) == []

    def test_cannot_text_from_a_line_for_calls(self) -> None:
        order = Order(line_id="19", text="Hello")

        assert text_of_ticket(ticket(), REQUESTER, order) is None


class TestATextThatLeft:
    def test_reaches_the_phone_and_the_history(self) -> None:
        with stage() as running:
            create(running)
            shown = running.sent()
            listed = running.client.get("/api/v2/channels/sms/message_history").json()

        assert [(each["integration_id"], each["destination"]) for each in shown] == [("17", PHONE)]
        assert shown[0]["notification_id"] is None
        (entry,) = listed["messages"]
        assert (entry["from"], entry["to"], entry["direction"]) == (
            "+33757690000",
            PHONE,
            "outbound",
        )
        assert (entry["status"], entry["ticket_id"], entry["customer_id"]) == (
            "delivered",
            4242,
            77,
        )
        assert (listed["count"], listed["next_page"]) == (1, None)

    def test_fails_when_it_is_too_long(self) -> None:
        with stage() as running:
            create(running, comment={"body": "x" * 1601, "public": True})
            shown = running.sent()
            listed = running.client.get("/api/v2/channels/sms/message_history").json()

        assert shown == []
        assert listed["messages"][0]["status"] == "failed"

    def test_is_undelivered_when_the_phone_cannot_be_reached(self) -> None:
        with stage() as running:
            running.set_faults(phones={"failure": 1})
            create(running)
            listed = running.client.get("/api/v2/channels/sms/message_history").json()

        assert listed["messages"][0]["status"] == "undelivered"

    def test_is_blocked_once_the_phone_says_stop(self) -> None:
        with stage() as running:
            create(running)
            said = {"destination": PHONE, "text": "STOP"}
            running.client.post("/_sandbox/replies", json=said).raise_for_status()
            create(running)
            listed = running.client.get("/api/v2/channels/sms/message_history").json()

        assert [(each["direction"], each["status"]) for each in listed["messages"]] == [
            ("outbound", "failed"),
            ("inbound", "delivered"),
            ("outbound", "delivered"),
        ]
        assert listed["messages"][1]["ticket_id"] == 4242


class TestTheLists:
    def test_name_the_lines_that_can_text(self) -> None:
        with stage() as running:
            listed = running.client.get(
                "/api/v2/channels/voice/phone_numbers", params={"minimal_mode": "true"}
            ).json()

        assert [each["id"] for each in listed["phone_numbers"] if each["sms_enabled"]] == [17, 18]
        assert listed["count"] == 3

    def test_mix_phone_lines_with_a_digital_one(self) -> None:
        with stage() as running:
            listed = running.client.get("/api/v2/channels/voice/lines").json()

        assert [each["line_type"] for each in listed["lines"]] == ["phone"] * 3 + ["digital"]

    def test_come_in_pages(self) -> None:
        with stage() as running:
            query = {"per_page": 3}
            first = running.client.get("/api/v2/channels/voice/lines", params=query).json()
            second = running.client.get(first["next_page"]).json()

        assert [each["id"] for each in second["lines"]] == [20]
        assert second["next_page"] is None
        assert "page=1" in second["previous_page"]
