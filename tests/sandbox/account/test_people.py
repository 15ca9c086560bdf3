"""The invented people, and those of a file."""

import json
import subprocess
import sys
from collections import Counter

import phonenumbers
import pytest

from relay_core.sandbox.account.people.loading import PeopleFileError
from relay_core.sandbox.account.people.nations import NATIONS
from relay_core.sandbox.world import invented, loaded
from tests.sandbox.small_account import NOW, account_of, user, written


def records(count: int = 5_000, seed: int = 7) -> list[dict]:
    world = invented(start=NOW, count=count, seed=seed)
    return [person.record for person in world.directory.people()]


@pytest.fixture(scope="module")
def people() -> list[dict]:
    return records()


def is_good(phone: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(phone or ""))
    except phonenumbers.NumberParseException:
        return False


class TestInventedPeople:
    def test_are_as_many_as_asked_for(self, people) -> None:
        assert len(people) == 5_000

    def test_are_the_same_for_the_same_seed(self, people) -> None:
        assert records() == people
        assert records(seed=8) != people

    def test_have_valid_numbers_of_their_own_for_the_most_part(self, people) -> None:
        ends = [each for each in people if each["role"] == "end-user"]
        owners = Counter(each["phone"] for each in ends)

        own = sum(is_good(each["phone"]) and owners[each["phone"]] == 1 for each in ends)

        assert 0.80 < own / len(ends) < 0.90

    def test_come_from_eleven_countries_and_languages(self, people) -> None:
        assert len({nation.code for nation in NATIONS}) == 11
        assert {each["locale"] for each in people} == {nation.locale for nation in NATIONS}

    def test_have_only_numbers_that_can_be_valid(self) -> None:
        wrong = [
            block.prefix
            for nation in NATIONS
            for block in nation.ranges
            if not is_good(f"{block.prefix}{7:0{block.free_digits}}")
        ]

        assert wrong == []

    @pytest.mark.parametrize(
        "is_awkward",
        [
            lambda each: each["phone"] is None,
            lambda each: each["phone"] == "",
            lambda each: each["phone"] == "n/a",
            lambda each: each["phone"] and each["phone"].startswith("0"),
            lambda each: each["shared_phone_number"] is True,
            lambda each: each["email"] is None,
            lambda each: each["suspended"],
            lambda each: not each["active"],
            lambda each: each["role"] == "agent",
            lambda each: each["role"] == "admin",
            lambda each: not each["tags"],
            lambda each: "opted_out" in each["tags"],
            lambda each: each["user_fields"]["whatsapp_opt_in"] is None,
            lambda each: any("\u0600" < letter < "\u06ff" for letter in each["name"]),
            lambda each: any("\u4e00" < letter < "\u9fff" for letter in each["name"]),
            lambda each: each["name"] != each["name"].strip(),
        ],
    )
    def test_are_awkward(self, people, is_awkward) -> None:
        assert any(is_awkward(each) for each in people)

    def test_fill_a_field_of_every_type(self, people) -> None:
        world = invented(start=NOW, count=1)
        types = {field["type"] for field in world.directory.user_fields}
        filled = {
            key
            for each in people
            for key, value in each["user_fields"].items()
            if value is not None
        }

        assert types == {
            *("text", "textarea", "checkbox", "date", "integer", "decimal"),
            *("regexp", "dropdown", "lookup", "multiselect"),
        }
        assert filled == {field["key"] for field in world.directory.user_fields}


class TestAFileOfPeople:
    def test_gets_defaults_ids_and_an_administrator(self, tmp_path) -> None:
        path = written(tmp_path, json.dumps({"users": [{"name": "Ann"}]}))

        world = loaded(path, start=NOW)

        ann, administrator = (person.record for person in world.directory.people())
        assert (ann["role"], ann["active"], ann["tags"], ann["email"]) == (
            "end-user",
            True,
            [],
            None,
        )
        assert ann["created_at"] == "2026-03-15T12:00:00Z"
        assert (administrator["email"], administrator["role"]) == ("admin@sandbox.example", "admin")
        assert administrator["id"] != ann["id"] > 0

    def test_makes_its_own_administrator_one(self) -> None:
        account = account_of({"users": [user("Me", email="me@sandbox.example", role="admin")]})

        me = account.ask(
            "GET", "/api/v2/users/me", auth=("me@sandbox.example/token", "sandbox-token")
        )

        assert me.json()["user"]["name"] == "Me"

    def test_keeps_memberships_and_identities(self) -> None:
        identity = {"id": 9, "type": "phone_number", "value": "+33199001234"}
        given = user("Ann", id=50, organization_ids=[7, 8], group_ids=[5], identities=[identity])
        account = account_of({"users": [given]})

        identities = account.get("/api/v2/users/50/identities")["identities"]
        organizations = account.get("/api/v2/users/50/organization_memberships")
        groups = account.get("/api/v2/users/50/group_memberships")

        assert [(each["id"], each["value"]) for each in identities] == [(9, "+33199001234")]
        assert [each["organization_id"] for each in organizations["organization_memberships"]] == [
            7,
            8,
        ]
        assert [each["group_id"] for each in groups["group_memberships"]] == [5]
        assert account.get("/api/v2/users/50")["user"]["organization_id"] == 7

    def test_has_its_undeclared_fields_declared(self) -> None:
        account = account_of({"users": [user("Ann", user_fields={"vip": True, "seats": 4})]})

        fields = account.get("/api/v2/user_fields")["user_fields"]

        assert {each["key"]: each["type"] for each in fields} == {
            "vip": "checkbox",
            "seats": "integer",
        }

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("{", "not JSON"),
            ("[]", "one JSON object"),
            ('{"people": []}', "no section people"),
            ('{"users": {}}', "users must be a list"),
            ('{"users": [3]}', "users[0] must be an object"),
            ('{"users": [{"id": "x"}]}', "user id 'x'"),
            ('{"users": [{"id": 1}, {"id": 1}]}', "user id 1 is there twice"),
            ('{"users": [{"role": "boss"}]}', "role must be one of"),
            ('{"users": [{"name": 5}]}', "name must be text"),
            ('{"users": [{"created_at": "soon"}]}', "created_at must be an ISO 8601 instant"),
            ('{"users": [{"tags": "vip"}]}', "tags must be a list"),
            ('{"users": [{"organization_ids": 3}]}', "organization_ids must be a list of ids"),
            ('{"users": [{"user_fields": []}]}', "user_fields must be an object"),
            ('{"users": [{"identities": {}}]}', "identities must be a list"),
            ('{"user_fields": [{"type": "text"}]}', "needs a key"),
            ('{"user_fields": [{"key": "a", "type": "blob"}]}', "type must be one of"),
            ('{"groups": [{"id": 3}]}', "name must be text"),
        ],
    )
    def test_is_refused_with_the_place(self, tmp_path, text, reason) -> None:
        with pytest.raises(PeopleFileError) as refused:
            loaded(written(tmp_path, text), start=NOW)

        assert reason in str(refused.value)

    def test_that_is_malformed_ends_the_command_with_2(self, tmp_path) -> None:
        path = written(tmp_path, '{"users": 5}')
        command = [sys.executable, "-m", "relay_core.sandbox", "--people", str(path)]

        ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)

        assert ended.returncode == 2
        assert "users must be a list" in ended.stderr
