"""Faults of templates: one integration's calls that go wrong, limits, and lists that are late."""

import time
from typing import Any

import httpx
import pytest

from relay_core.sandbox.faults import Faults, FaultsError
from relay_core.sandbox.messaging.integrations import WHATSAPP
from tests.sandbox.controls.test_integrations import DRAFT, another, names, path
from tests.sandbox.stage import Stage, stage


def strike(running: Stage, integration_id: str = WHATSAPP.id, **faults: Any) -> None:
    running.set_faults(integrations={integration_id: faults})


class TestMerging:
    def test_keeps_what_is_not_named(self) -> None:
        faults = (
            Faults()
            .merged({"integrations": {"a": {"create": "500"}, "b": {"list": 503}}})
            .merged({"integrations": {"a": {"delete": "accept_then_timeout"}}})
        )

        assert faults.integrations["a"].create == "500"
        assert faults.integrations["a"].delete == "accept_then_timeout"
        assert faults.integrations["b"].list == "503"
        assert Faults().merged(faults.as_json()) == faults

    def test_ends_one_fault_or_all(self) -> None:
        faults = Faults().merged({"integrations": {"a": {"create": "500", "list": "500"}}})

        assert faults.merged({"integrations": {"a": {"create": None}}}).integrations["a"].list
        assert faults.merged({"integrations": {}}).integrations == {}

    @pytest.mark.parametrize(
        "changes",
        [
            {"integrations": []},
            {"integrations": {"a": 500}},
            {"integrations": {"a": {"create": "200"}}},
            {"integrations": {"a": {"create": "later"}}},
            {"integrations": {"a": {"send": "500"}}},
            {"integrations": {"a": {"retry_after_s": -1}}},
            {"templates": {"stale_s": None}},
            {"templates": {"most_names": 1.5}},
            {"templates": {"creations_per_hour": True}},
        ],
    )
    def test_refuses_what_makes_no_sense(self, changes) -> None:
        with pytest.raises(FaultsError):
            Faults().merged(changes)


class TestOneIntegrationsCreation:
    @pytest.mark.parametrize("status", [400, 403, 500, 503])
    def test_fails_while_another_succeeds_and_works_again_later(self, status) -> None:
        with stage() as running:
            second = another(running)
            strike(running, second, create=str(status))
            answers = [
                running.client.post(path(each), json=DRAFT) for each in (WHATSAPP.id, second)
            ]
            nothing = names(running.client.get(path(second)))
            strike(running, second, create=None)
            retried = running.client.post(path(second), json=DRAFT)

        assert [each.status_code for each in answers] == [201, status]
        assert nothing == set()
        assert retried.status_code == 201

    def test_says_the_reason_that_was_set(self) -> None:
        with stage() as running:
            strike(running, create="400", reason="The account is restricted")
            answer = running.client.post(path(), json=DRAFT)

        assert answer.json() == {
            "error": {"code": "bad_request", "description": "The account is restricted"}
        }

    def test_asks_to_wait_as_long_as_told(self) -> None:
        with stage() as running:
            strike(running, create="429", retry_after_s=17)
            answer = running.client.post(path(), json=DRAFT)

        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "17")

    def test_succeeds_without_a_word(self) -> None:
        with stage() as running:
            strike(running, create="accept_then_timeout")
            began = time.monotonic()
            with pytest.raises(httpx.ReadTimeout):
                running.client.post(path(), json=DRAFT, timeout=0.3)
            waited_s = time.monotonic() - began
            held = running.client.get(path(), params={"name": DRAFT["name"]})

        assert waited_s < 2
        assert names(held) == {"parcel_sent"}


class TestOneIntegrationsOtherCalls:
    def test_fail_by_themselves(self) -> None:
        with stage() as running:
            strike(running, list="502", delete="500")
            listed = running.client.get(path())
            created = running.client.post(path(), json=DRAFT)
            deleted = running.client.delete(f"{path()}/parcel_sent")
            kept = running.client.get("/_sandbox/templates").json()

        assert (listed.status_code, listed.headers["Content-Type"]) == (
            502,
            "text/html; charset=utf-8",
        )
        assert (created.status_code, deleted.status_code) == (201, 500)
        assert "parcel_sent" in {each["name"] for each in kept}


class TestAnAccountsLimits:
    @pytest.mark.parametrize(
        ("limits", "codes"),
        [({"most_names": 1}, "100/2388019"), ({"creations_per_hour": 0}, "80008")],
    )
    def test_refuse_one_template_more(self, limits, codes) -> None:
        with stage() as running:
            running.set_faults(templates=limits)
            answer = running.client.post(path(), json=DRAFT)

        assert answer.status_code == 400
        assert f"(Meta {codes})" in answer.json()["error"]["description"]


class TestALateList:
    def test_repeats_itself_until_its_time_is_over(self) -> None:
        with stage(speed=0.001) as running:
            running.set_faults(templates={"stale_s": 7200}, review_s=0)
            query = {"name": "parcel_sent"}
            running.client.get(path())
            running.client.post(path(), json=DRAFT)
            soon = names(running.client.get(path(), params=query))
            again = running.client.post(path(), json=DRAFT)
            running.client.post("/_sandbox/clock", json={"advance_s": 7200})
            later = names(running.client.get(path(), params=query))

        assert soon == set()
        assert "exists already" in again.json()["error"]["description"]
        assert later == {"parcel_sent"}


class TestASample:
    def test_is_told_under_the_address_that_was_asked(self) -> None:
        with stage() as running:
            listed = running.client.get(path(), params={"name": "new_collection"}).json()
            header = listed["messageTemplates"][0]["components"][0]
            sample = header["example"]["header_handle"][0]
            found = httpx.head(sample)

        assert found.headers["Content-Type"] == "image/jpeg"
