"""Custom objects: definitions, records, filters, jobs."""

import pytest

from tests.sandbox.small_account import Account, account_of, user

ROOT = "/api/v2/custom_objects"
RECORDS = f"{ROOT}/relay_campaign/records"


@pytest.fixture
def account() -> Account:
    account = account_of({"users": [user("Dee", role="agent", email="dee@team.example")]})
    definition = {"key": "relay_campaign", "title": "Campaign", "title_pluralized": "Campaigns"}
    account.ask("POST", ROOT, json={"custom_object": definition})
    for key, kind in (("status", "text"), ("size", "integer")):
        field = {"key": key, "title": key, "type": kind}
        account.ask("POST", f"{ROOT}/relay_campaign/fields", json={"custom_object_field": field})
    return account


def add(account: Account, name: str, **fields: object):
    record = {"name": name, "external_id": f"x-{name}", "custom_object_fields": fields}
    return account.ask("POST", RECORDS, json={"custom_object_record": record})


class TestAnObject:
    def test_is_listed_with_its_fields(self, account) -> None:
        objects = account.get(ROOT)["custom_objects"]
        fields = account.get(f"{ROOT}/relay_campaign/fields")["custom_object_fields"]

        assert [each["key"] for each in objects] == ["relay_campaign"]
        assert [each["key"] for each in fields] == ["status", "size"]

    def test_that_is_missing_is_not_found(self, account) -> None:
        assert account.ask("GET", f"{ROOT}/nothing/records").status_code == 404

    def test_is_defined_by_administrators(self, account) -> None:
        answer = account.ask(
            "POST",
            ROOT,
            json={"custom_object": {"key": "x", "title": "X"}},
            auth=("dee@team.example/token", "sandbox-token"),
        )

        assert answer.status_code == 403


class TestARecord:
    def test_is_made_changed_and_deleted(self, account) -> None:
        made = add(account, "spring", status="draft").json()["custom_object_record"]
        path = f"{RECORDS}/{made['id']}"

        account.ask(
            "PATCH", path, json={"custom_object_record": {"custom_object_fields": {"size": 3}}}
        )

        changed = account.get(path)["custom_object_record"]
        assert changed["custom_object_fields"] == {"status": "draft", "size": 3}
        assert len(changed["id"]) == 26
        assert changed["created_by_user_id"] == "10001"
        assert account.ask("DELETE", path).status_code == 204
        assert account.ask("GET", path).status_code == 404

    def test_is_upserted_by_external_id(self, account) -> None:
        body = {"custom_object_record": {"name": "one", "custom_object_fields": {"size": 1}}}

        first = account.ask("PATCH", f"{RECORDS}?external_id=e1", json=body)
        second = account.ask("PATCH", f"{RECORDS}?external_id=e1", json=body)

        assert (first.status_code, second.status_code) == (201, 200)
        assert account.get(f"{RECORDS}/count")["count"]["value"] == 1

    def test_has_only_fields_of_its_object(self, account) -> None:
        answer = add(account, "spring", colour="red")

        assert answer.status_code == 422
        assert "colour" in answer.json()["errors"][0]["detail"]

    def test_has_an_external_id_of_its_own(self, account) -> None:
        add(account, "spring")

        assert add(account, "spring").status_code == 422

    @pytest.mark.parametrize(
        ("kind", "value"),
        [
            ("integer", "3"),
            ("date", "yesterday"),
            ("checkbox", "yes"),
            ("text", 3),
            ("lookup", "999"),
        ],
    )
    def test_has_values_that_fit_the_types_of_its_fields(self, account, kind, value) -> None:
        field = {"key": "what", "title": "What", "type": kind}
        target = {"relationship_target_type": "zen:user"}
        account.ask(
            "POST", f"{ROOT}/relay_campaign/fields", json={"custom_object_field": field | target}
        )

        answer = add(account, "spring", what=value)

        assert answer.status_code == 422
        assert "what" in answer.json()["errors"][0]["detail"]

    def test_is_at_most_32_kb(self, account) -> None:
        assert add(account, "spring", status="x" * 33_000).status_code == 422


class TestAFilter:
    @pytest.mark.parametrize(
        ("condition", "names"),
        [
            ({"custom_object_fields.status": {"$eq": "sent"}}, {"b"}),
            ({"custom_object_fields.status": {"$noteq": "sent"}}, {"a", "c"}),
            ({"custom_object_fields.status": {"$exists": False}}, {"c"}),
            ({"custom_object_fields.status": {"$contains": "RAF"}}, {"a"}),
            ({"custom_object_fields.size": {"$gt": 1, "$lte": 3}}, {"b", "c"}),
            ({"custom_object_fields.size": {"$notin": [1, 2]}}, {"c"}),
            ({"$or": [{"name": {"$eq": "a"}}, {"external_id": {"$eq": "x-c"}}]}, {"a", "c"}),
            ({"$and": [{"name": {"$eq": "a"}}, {"name": {"$eq": "b"}}]}, set()),
        ],
    )
    def test_finds(self, account, condition, names) -> None:
        add(account, "a", status="draft", size=1)
        add(account, "b", status="sent", size=2)
        add(account, "c", size=3)

        found = account.ask("POST", f"{RECORDS}/search", json={"filter": condition}).json()

        assert {each["name"] for each in found["custom_object_records"]} == names

    def test_with_an_unknown_operator_is_refused(self, account) -> None:
        add(account, "a")

        answer = account.ask("POST", f"{RECORDS}/search", json={"filter": {"name": {"$like": "a"}}})

        assert answer.status_code == 400


class TestAJob:
    def test_makes_and_deletes_records(self, account) -> None:
        items = [{"name": "a", "external_id": "1"}, {"name": "b", "external_id": "2"}]
        path = f"{ROOT}/relay_campaign/jobs"

        account.ask("POST", path, json={"job": {"action": "create", "items": items}})
        body = {"job": {"action": "delete_by_external_id", "items": ["1", "9"]}}
        queued = account.ask("POST", path, json=body).json()["job_status"]
        account.ask("POST", "/_sandbox/clock", json={"advance_s": 2})
        done = account.get(f"/api/v2/job_statuses/{queued['id']}")["job_status"]

        assert [each["status"] for each in done["results"]] == ["Deleted", "Failed"]
        assert account.get(f"{RECORDS}/count")["count"]["value"] == 1
