"""The handles on the integrations: numbers that come, change and go, each with its account."""

from typing import Any

import httpx
import pytest

from relay_core.sandbox.messaging.integrations import TWILIO, WHATSAPP
from tests.sandbox.stage import APP, APP_V2, Stage, stage, whatsapp

DRAFT = {
    "name": "parcel_sent",
    "language": "en",
    "category": "UTILITY",
    "components": [{"type": "BODY", "text": "Your parcel is on its way to you."}],
}


def path(integration_id: str = WHATSAPP.id) -> str:
    return f"{APP}/integrations/{integration_id}/messageTemplates"


def another(running: Stage, **wanted: Any) -> str:
    answer = running.client.post("/_sandbox/integrations", json=wanted)
    assert answer.status_code == 201
    return str(answer.json()["id"])


def names(answer: httpx.Response) -> set[str]:
    return {each["name"] for each in answer.json()["messageTemplates"]}


class TestAnotherNumber:
    def test_is_listed_like_the_others(self) -> None:
        with stage() as running:
            added = another(running, displayName="WhatsApp Paris")
            listed = running.client.get(f"{APP_V2}/integrations").json()["integrations"]
            controlled = running.client.get("/_sandbox/integrations").json()

        assert listed == controlled
        assert [each["id"] for each in listed][-1] == added
        assert listed[-1]["displayName"] == "WhatsApp Paris"
        assert listed[-1]["phoneNumber"] != listed[0]["phoneNumber"]

    def test_has_templates_of_its_own(self) -> None:
        with stage() as running:
            second = another(running)
            before = names(running.client.get(path(second)))
            created = running.client.post(path(second), json=DRAFT)
            mine = names(running.client.get(path(second)))
            others = names(running.client.get(path(), params={"limit": 100}))

        assert before == set()
        assert created.status_code == 201
        assert mine == {"parcel_sent"}
        assert "parcel_sent" not in others

    def test_may_begin_with_the_usual_templates(self) -> None:
        query = {"name": "appointment_reminder"}
        with stage() as running:
            second = another(running, seeded=True)
            one = running.client.get(path(), params=query).json()["messageTemplates"]
            two = running.client.get(path(second), params=query).json()["messageTemplates"]

        assert one[0]["components"] == two[0]["components"]
        assert one[0]["id"] != two[0]["id"]

    def test_may_share_the_account_of_the_first(self) -> None:
        with stage() as running:
            second = another(running, accountId=WHATSAPP.details["accountId"])
            running.client.post(path(second), json=DRAFT)

            assert "parcel_sent" in names(running.client.get(path(), params={"limit": 100}))

    def test_sends_what_its_own_account_holds(self) -> None:
        body = whatsapp("fault_found")
        with stage() as running:
            body["destination"]["integrationId"] = another(running)
            running.send(body)
            accepted = running.client.get("/_sandbox/accepted").json()

        assert [each["failure"] for each in accepted] == [132001]

    def test_gets_an_id_that_nobody_has(self) -> None:
        with stage() as running:
            first, second = another(running), another(running)
            running.client.delete(f"/_sandbox/integrations/{first}")
            third = another(running)

        assert second not in {first, third}


class TestANumberWithoutAnAccount:
    @pytest.mark.parametrize("missing", ["accountId", "accountManagementAccessToken"])
    def test_lists_and_creates_no_templates(self, missing) -> None:
        with stage() as running:
            bare = another(running, **{missing: None})
            answers = [
                running.client.get(path(bare)),
                running.client.post(path(bare), json=DRAFT),
                running.client.delete(f"{path(bare)}/parcel_sent"),
            ]

        assert [each.status_code for each in answers] == [400, 400, 400]
        assert all("accountId" in each.json()["error"]["description"] for each in answers)


class TestAKnownNumber:
    def test_is_changed_and_changed_back(self) -> None:
        where = f"/_sandbox/integrations/{WHATSAPP.id}"
        with stage() as running:
            running.client.post(where, json={"accountManagementAccessToken": None})
            without = running.client.get(path()).status_code
            running.client.post(where, json={"accountManagementAccessToken": "new"})
            again = names(running.client.get(path()))

        assert without == 400
        assert "appointment_reminder" in again

    def test_stops_sending_when_it_is_inactive(self) -> None:
        with stage() as running:
            running.client.post(
                f"/_sandbox/integrations/{WHATSAPP.id}", json={"status": "inactive"}
            )

            assert running.send(whatsapp("fault_found")).status_code == 400

    def test_is_taken_away(self) -> None:
        with stage() as running:
            running.client.delete(f"/_sandbox/integrations/{TWILIO.id}")
            found = running.client.get(f"{APP_V2}/integrations/{TWILIO.id}")

        assert found.status_code == 404

    @pytest.mark.parametrize(
        ("integration_id", "wanted"),
        [
            ("none", {}),
            (WHATSAPP.id, {"colour": "green"}),
            (WHATSAPP.id, {"status": "asleep"}),
            (WHATSAPP.id, {"accountId": 7}),
        ],
    )
    def test_is_not_changed_into_nonsense(self, integration_id, wanted) -> None:
        with stage() as running:
            answer = running.client.post(f"/_sandbox/integrations/{integration_id}", json=wanted)

        assert answer.status_code == 400


class TestADecision:
    def test_may_be_made_for_one_account(self) -> None:
        with stage() as running:
            second = another(running, seeded=True)
            changed = running.client.post(
                "/_sandbox/templates/fault_found/disabled", json={"integration_id": second}
            )
            first = running.client.get(path(), params={"name": "fault_found"}).json()
            listed = running.client.get("/_sandbox/templates", params={"integration_id": second})

        assert len(changed.json()) == 1
        assert changed.json()[0] in listed.json()
        assert first["messageTemplates"][0]["status"] == "APPROVED"

    def test_is_made_for_all_accounts_otherwise(self) -> None:
        with stage() as running:
            another(running, seeded=True)
            changed = running.client.post("/_sandbox/templates/fault_found/flagged")

        assert [each["status"] for each in changed.json()] == ["FLAGGED", "FLAGGED"]

    def test_needs_an_integration_with_templates(self) -> None:
        with stage() as running:
            where = "/_sandbox/templates/fault_found/disabled"
            answer = running.client.post(where, json={"integration_id": TWILIO.id})

        assert answer.status_code == 400

    @pytest.mark.parametrize(
        "reason",
        [
            "ABUSIVE_CONTENT",
            "INCORRECT_CATEGORY",
            "INVALID_FORMAT",
            "PROMOTIONAL",
            "SCAM",
            "TAG_CONTENT_MISMATCH",
            "NONE",
        ],
    )
    def test_gives_each_of_metas_reasons(self, reason) -> None:
        with stage() as running:
            running.client.post("/_sandbox/templates/fault_found/rejected", json={"reason": reason})
            listed = running.client.get(path(), params={"name": "fault_found"}).json()

        told = listed["messageTemplates"][0]
        assert (told["status"], told["rejected_reason"]) == ("REJECTED", reason)
