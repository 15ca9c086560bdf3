"""The stand-in Sunco API, spoken to over real HTTP."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator

import httpx
import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.sandbox.credentials import SUNCO_KEY_ID, SUNCO_KEY_SECRET
from relay_core.sandbox.messaging.integrations import MESSAGEBIRD, TWILIO, WHATSAPP
from relay_core.sandbox.sunco.access import is_authorized
from tests.sandbox.stage import APP, APP_V2, PHONE, Stage, sms, stage, whatsapp

TEMPLATES = f"{APP}/integrations/{WHATSAPP.id}/messageTemplates"
UNAUTHORIZED = {"errors": [{"code": "unauthorized", "title": "Authorization is required"}]}


@pytest.fixture(scope="module")
def running() -> Iterator[Stage]:
    with stage() as running:
        yield running


def bearer(*, secret: str = SUNCO_KEY_SECRET, kid: str = SUNCO_KEY_ID, **claims: object) -> str:
    return "Bearer " + jwt.encode(
        {"scope": "app", **claims}, secret.ljust(32, "\0"), algorithm="HS256", headers={"kid": kid}
    )


def signed_by_hand(*, secret: str, algorithm: str = "HS256") -> str:
    """Sign with the key as it is: pyjwt warns of one as short as the sandbox's."""

    def encoded(part: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")

    head = encoded({"alg": algorithm, "typ": "JWT", "kid": SUNCO_KEY_ID})
    signed = f"{head}.{encoded({'scope': 'account'})}"
    signature = hmac.digest(secret.encode(), signed.encode(), hashlib.sha256)
    return f"Bearer {signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


class TestTheDoor:
    @pytest.mark.parametrize("path", [APP_V2, f"{APP}/webhooks", f"/sc{APP_V2}/integrations"])
    def test_refuses_a_stranger_everywhere(self, running, path) -> None:
        answer = httpx.get(str(running.client.base_url.join(path)))

        assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)

    def test_takes_the_key_as_basic(self, running) -> None:
        answer = running.client.get(APP_V2)

        assert answer.json()["app"]["id"] == "5e4af71a81966cfff3ef6500"

    def test_takes_a_token_signed_by_the_key(self, running) -> None:
        token = signed_by_hand(secret=SUNCO_KEY_SECRET)

        answer = running.client.get(APP_V2, headers={"Authorization": token}, auth=None)

        assert answer.status_code == 200

    @pytest.mark.parametrize(
        "header",
        [
            "",
            "Basic",
            "Basic !!!",
            "Basic " + base64.b64encode(b"app_sandbox:wrong").decode(),
            "Bearer a.b.c",
            signed_by_hand(secret="another"),
            signed_by_hand(secret=SUNCO_KEY_SECRET, algorithm="none"),
            bearer(kid="app_other"),
        ],
    )
    def test_knows_a_wrong_key(self, header) -> None:
        assert not is_authorized(header)

    def test_lets_an_expired_token_go(self, monkeypatch) -> None:
        secret = "long enough for a signature of 256 bits"
        monkeypatch.setattr("relay_core.sandbox.sunco.access.SUNCO_KEY_SECRET", secret)

        assert is_authorized(bearer(secret=secret, exp=time.time() + 60))
        assert not is_authorized(bearer(secret=secret, exp=time.time() - 60))

    @given(st.text())
    def test_survives_any_header(self, header) -> None:
        assert not is_authorized(header)
        assert not is_authorized(f"Basic {header}")
        assert not is_authorized(f"Bearer {header}")

    def test_knows_one_app(self, running) -> None:
        v2 = running.client.get("/v2/apps/5e4af71a81966cfff3ef6599")
        v1 = running.client.get("/v1.1/apps/5e4af71a81966cfff3ef6599/webhooks")

        assert (v2.status_code, v2.json()["errors"][0]["code"]) == (404, "app_not_found")
        assert (v1.status_code, v1.json()["error"]["code"]) == (404, "app_not_found")


class TestIntegrations:
    def test_are_three(self, running) -> None:
        listed = running.client.get(f"{APP_V2}/integrations").json()

        assert [each["type"] for each in listed["integrations"]] == [
            "whatsapp",
            "twilio",
            "messagebird",
        ]
        assert listed["meta"] == {"hasMore": False}

    def test_are_filtered_by_type(self, running) -> None:
        query = {"filter[types]": "twilio,messagebird"}

        listed = running.client.get(f"{APP_V2}/integrations", params=query).json()

        assert [each["id"] for each in listed["integrations"]] == [TWILIO.id, MESSAGEBIRD.id]

    def test_come_in_pages_forward_and_back(self, running) -> None:
        first = running.client.get(f"{APP_V2}/integrations", params={"page[size]": 2}).json()
        second = running.client.get(first["links"]["next"]).json()
        back = running.client.get(second["links"]["prev"]).json()

        assert first["meta"] == {"hasMore": True, "afterCursor": TWILIO.id}
        assert [each["id"] for each in second["integrations"]] == [MESSAGEBIRD.id]
        assert second["meta"] == {"hasMore": False, "beforeCursor": MESSAGEBIRD.id}
        assert back["integrations"] == first["integrations"]

    @pytest.mark.parametrize(
        "query",
        [
            {"page[size]": "0"},
            {"page[size]": "101"},
            {"page[size]": "many"},
            {"page[after]": "unknown"},
            {"page[after]": TWILIO.id, "page[before]": MESSAGEBIRD.id},
        ],
    )
    def test_refuse_a_wrong_page(self, running, query) -> None:
        answer = running.client.get(f"{APP_V2}/integrations", params=query)

        assert answer.status_code == 400
        assert answer.json()["errors"][0]["title"] == "Invalid query parameters"

    def test_are_known_to_the_older_api(self, running) -> None:
        query = {"types": "whatsapp,twilio", "limit": 1, "offset": 1}

        listed = running.client.get(f"{APP}/integrations", params=query).json()

        assert [each["_id"] for each in listed["integrations"]] == [TWILIO.id]
        assert (listed["hasMore"], listed["offset"]) == (False, 1)

    def test_are_described_one_by_one(self, running) -> None:
        found = running.client.get(f"{APP_V2}/integrations/{WHATSAPP.id}").json()
        missing = running.client.get(f"{APP_V2}/integrations/none")

        assert found["integration"]["phoneNumber"] == "15144441919"
        assert missing.json()["errors"][0]["code"] == "integration_not_found"


class TestANotification:
    @pytest.mark.parametrize("base", ["/v1.1", "/v1", "/sc/v1.1", "/sc/v1"])
    def test_is_accepted_under_every_address(self, running, base) -> None:
        path = APP.replace("/v1.1", base)

        answer = running.client.post(f"{path}/notifications", json=sms(f"from {base}"))

        assert answer.status_code == 201
        latest = running.sent()[-1]
        assert latest["notification_id"] == answer.json()["notification"]["_id"]
        assert (latest["destination"], latest["text"]) == (PHONE, f"from {base}")
        assert latest["integration_id"] == TWILIO.id

    def test_shows_a_template_filled(self, running) -> None:
        running.send(whatsapp("appointment_reminder", "Ada", "Friday"))

        assert running.sent()[-1]["text"] == (
            "Hello Ada, your appointment is on Friday. Reply to this message to change it."
        )

    def test_may_go_to_a_business_scoped_id(self, running) -> None:
        answer = running.send(whatsapp("fault_found", to="US.13491208655302741918"))

        assert answer.status_code == 201

    @pytest.mark.parametrize(
        ("change", "word"),
        [
            ({"destination": {}}, "integrationId is required"),
            (sms(integration_id="none"), "Integration not found"),
            (sms(to="0612345678"), "destinationId"),
            (sms(to="+123"), "destinationId"),
            (sms(to="US.13491208655302741918"), "destinationId"),
            ({"author": {"role": "appUser"}}, "appMaker"),
            ({"message": {"type": "text", "text": " "}}, "text is required"),
            ({"message": {"type": "text", "text": "x" * 4097}}, "4096"),
            ({"message": {"type": "carousel"}}, "not supported"),
            ({"message": {"type": "template"}, "messageSchema": "whatsapp"}, "not supported"),
            ({"messageSchema": "sms"}, "messageSchema"),
            ({"metadata": {"nested": {}}}, "flat"),
            ({"metadata": {"large": "x" * 5000}}, "4 KB"),
        ],
    )
    def test_is_refused_when_malformed(self, running, change, word) -> None:
        before = len(running.sent())

        answer = running.send({**sms(), **change})

        assert answer.status_code == 400
        assert answer.json()["error"]["code"] == "bad_request"
        assert word in answer.json()["error"]["description"]
        assert len(running.sent()) == before

    def test_needs_the_schema_with_a_template(self, running) -> None:
        body = whatsapp("fault_found")
        del body["messageSchema"]

        answer = running.send(body)

        assert "messageSchema" in answer.json()["error"]["description"]

    def test_is_refused_when_it_is_no_json(self, running) -> None:
        answer = running.client.post(f"{APP}/notifications", content=b"{")

        assert answer.json()["error"]["description"] == "The body is not valid JSON"

    def test_is_refused_when_too_large(self, running) -> None:
        answer = running.client.post(f"{APP}/notifications", content=b" " * 100_001)

        assert answer.status_code == 413

    def test_waits_its_turn_under_real_limits(self) -> None:
        with stage(sends_per_second=3) as limited:
            answers = [limited.send(sms()) for _ in range(5)]

        assert [each.status_code for each in answers] == [201, 201, 201, 429, 429]
        assert answers[-1].headers["Retry-After"] == "1"


class TestTheListOfTemplates:
    def test_comes_in_pages(self, running) -> None:
        listed, query = [], {"limit": 4}
        while True:
            page = running.client.get(TEMPLATES, params=query).json()
            listed.extend(page["messageTemplates"])
            if not page.get("after"):
                break
            query["after"] = page["after"]

        assert len(listed) == len({each["id"] for each in listed}) >= 12
        assert {each["status"] for each in listed} == {
            "APPROVED",
            "PENDING",
            "REJECTED",
            "PAUSED",
        }

    def test_goes_back_a_page(self, running) -> None:
        first = running.client.get(TEMPLATES, params={"limit": 2}).json()
        second = running.client.get(TEMPLATES, params={"limit": 2, "after": first["after"]}).json()

        back = running.client.get(TEMPLATES, params={"limit": 2, "before": second["before"]})

        assert "before" not in first
        assert back.json() == first

    def test_finds_a_name_in_all_its_languages(self, running) -> None:
        listed = running.client.get(TEMPLATES, params={"name": "commande_prete"}).json()

        assert [each["language"] for each in listed["messageTemplates"]] == ["fr", "en"]

    def test_finds_a_status(self, running) -> None:
        listed = running.client.get(TEMPLATES, params={"status": "REJECTED"}).json()

        reasons = [each["rejected_reason"] for each in listed["messageTemplates"]]
        assert [each.partition(":")[0] for each in reasons] == [
            "INCORRECT_CATEGORY",
            "INVALID_FORMAT",
        ]

    @pytest.mark.parametrize("query", [{"after": "%%"}, {"after": "bm9uZQ"}, {"limit": "0"}])
    def test_refuses_a_wrong_cursor(self, running, query) -> None:
        answer = running.client.get(TEMPLATES, params=query)

        assert answer.status_code == 400

    @pytest.mark.parametrize("integration_id", ["none", TWILIO.id])
    def test_belongs_to_whatsapp(self, running, integration_id) -> None:
        path = TEMPLATES.replace(WHATSAPP.id, integration_id)

        answer = running.client.get(path)

        assert answer.status_code == 400
        assert answer.json()["error"]["description"].startswith("Integration")


class TestARegisteredWebhook:
    def test_lives_from_creation_to_deletion(self, running) -> None:
        wanted = {"target": "http://127.0.0.1:9/hook", "triggers": ["message:appUser"]}
        path = f"{APP}/webhooks"

        created = running.client.post(path, json=wanted)
        webhook = created.json()["webhook"]
        one = f"{path}/{webhook['_id']}"
        changed = running.client.put(one, json={"includeClient": True}).json()["webhook"]
        listed = running.client.get(path).json()["webhooks"]
        deleted = running.client.delete(one)

        assert created.status_code == 201
        assert (webhook["version"], len(webhook["secret"])) == ("v1.1", 40)
        assert changed == {**webhook, "includeClient": True}
        assert changed in listed
        assert (deleted.status_code, deleted.json()) == (200, {})
        assert running.client.get(one).status_code == 404

    def test_has_a_secret_of_its_own(self, running) -> None:
        secrets = {
            running.listen("http://127.0.0.1:9/hook", ["message:appUser"])["secret"]
            for _ in range(3)
        }

        assert len(secrets) == 3

    @pytest.mark.parametrize(
        "wanted",
        [
            {},
            {"target": "ftp://somewhere/hook"},
            {"target": "nowhere"},
            {"target": "http://[broken"},
            {"target": "http://127.0.0.1:9/hook", "triggers": []},
            {"target": "http://127.0.0.1:9/hook", "triggers": ["message:everything"]},
        ],
    )
    def test_is_refused_when_it_makes_no_sense(self, running, wanted) -> None:
        answer = running.client.post(f"{APP}/webhooks", json=wanted)

        assert answer.json()["error"]["code"] == "bad_request"


class TestTheSameSeed:
    def test_gives_the_same_secrets_and_ids(self) -> None:
        worlds = []
        for _ in range(2):
            with stage() as running:
                webhook = running.listen("http://127.0.0.1:9/hook", ["message:appUser"])
                notification = running.send(sms()).json()
            worlds.append((webhook, notification))

        assert worlds[0] == worlds[1]
