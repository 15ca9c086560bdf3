"""The Support API apart from search: callers, users, exports, tickets, errors."""

import pytest

from tests.sandbox.small_account import ADMIN, Account, account_of, crowd, user

PEOPLE = {
    "organizations": [{"id": 7, "name": "Acme"}],
    "groups": [{"id": 5, "name": "Support"}],
    "user_fields": [{"key": "plan", "type": "dropdown"}],
    "users": [
        user("Ann", id=50, email="ann@acme.example", phone="+33199001234", tags=["vip"]),
        user("Bob", id=51, suspended=True),
        user("Cy", id=52, active=False),
        user("Dee", id=53, role="agent", email="dee@team.example", group_ids=[5]),
    ],
}


@pytest.fixture
def account() -> Account:
    return account_of(PEOPLE)


class TestACaller:
    def test_without_credentials_is_anonymous_and_no_error(self, account) -> None:
        answer = account.ask("GET", "/api/v2/users/me.json", auth=None)

        assert answer.status_code == 200
        assert answer.json()["user"]["id"] is None
        assert answer.json()["user"]["name"] == "Anonymous user"

    @pytest.mark.parametrize(
        "auth",
        [
            None,
            ("admin@sandbox.example/token", "wrong"),
            ("admin@sandbox.example", "sandbox-token"),  # a password, which is gone
            ("nobody@sandbox.example/token", "sandbox-token"),
            ("ann@acme.example/token", "sandbox-token"),  # an end user
        ],
    )
    def test_with_wrong_credentials_is_refused(self, account, auth) -> None:
        answer = account.ask("GET", "/api/v2/users/50", auth=auth)

        assert answer.status_code == 401
        assert answer.json() == {"error": "Couldn't authenticate you"}

    def test_with_a_token_is_who_it_says(self, account) -> None:
        me = account.get("/api/v2/users/me")["user"]

        assert (me["email"], me["role"]) == ("admin@sandbox.example", "admin")
        assert me["id"] is not None


class TestAUser:
    def test_is_shown_deleted_too(self, account) -> None:
        assert account.get("/api/v2/users/52")["user"]["active"] is False

    def test_that_does_not_exist_is_not_found(self, account) -> None:
        answer = account.ask("GET", "/api/v2/users/999")

        assert (answer.status_code, answer.json()["error"]) == (404, "RecordNotFound")

    def test_is_shown_among_many(self, account) -> None:
        found = account.get("/api/v2/users/show_many", ids="51,50,999")

        assert [each["id"] for each in found["users"]] == [51, 50]

    def test_is_listed_by_role(self, account) -> None:
        found = account.get("/api/v2/users", **{"role": "agent", "page[size]": "10"})

        assert [each["name"] for each in found["users"]] == ["Dee"]
        assert found["meta"]["has_more"] is False

    def test_is_changed_field_by_field(self, account) -> None:
        account.ask("PUT", "/api/v2/users/50", json={"user": {"user_fields": {"plan": "gold"}}})

        changed = account.get("/api/v2/users/50")["user"]
        assert changed["user_fields"]["plan"] == "gold"
        assert (changed["name"], changed["tags"]) == ("Ann", ["vip"])
        assert changed["updated_at"] >= "2026-03-15T12:00:00Z"

    def test_is_tagged_and_untagged(self, account) -> None:
        account.ask("PUT", "/api/v2/users/50/tags", json={"tags": ["new"]})
        account.ask("DELETE", "/api/v2/users/50/tags", json={"tags": ["vip"]})

        assert account.get("/api/v2/users/50/tags") == {"tags": ["new"]}

    def test_is_changed_among_many_by_a_job(self, account) -> None:
        body = {"user": {"user_fields": {"plan": "silver"}}}

        answer = account.ask("PUT", "/api/v2/users/update_many?ids=50,51,999", json=body)
        queued = answer.json()["job_status"]
        account.ask("POST", "/_sandbox/clock", json={"advance_s": 2})
        done = account.get(f"/api/v2/job_statuses/{queued['id']}")["job_status"]

        assert queued["status"] == "queued"
        assert done["status"] == "completed"
        assert [each["success"] for each in done["results"]] == [True, True, False]
        assert account.found("plan:silver") == {"Ann", "Bob"}

    def test_cannot_take_anothers_email(self, account) -> None:
        body = {"user": {"name": "Eve", "email": "ANN@acme.example"}}

        answer = account.ask("POST", "/api/v2/users", json=body)

        assert answer.status_code == 422
        assert answer.json()["details"]["email"][0]["error"] == "DuplicateValue"

    def test_is_found_by_number(self, account) -> None:
        found = account.world.directory.user_by_phone("+33 1 99 00 12 34")

        assert found is not None
        assert found["name"] == "Ann"


class TestTheIncrementalExport:
    def test_gives_everybody_then_ends(self) -> None:
        account = crowd(250)
        page = account.get("/api/v2/incremental/users/cursor", start_time=0, per_page=100)
        users = page["users"]

        while not page["end_of_stream"]:
            page = account.get(page["after_url"])
            users = [*users, *page["users"]]

        assert len({each["id"] for each in users}) == len(users) == 250

    def test_goes_on_with_what_changed_since(self, account) -> None:
        path = "/api/v2/incremental/users/cursor"
        first = account.get(path, start_time=0)
        changes = [{"id": 50, "tags": ["opted_out"]}, {"id": 51, "active": False}]

        account.ask("POST", "/_sandbox/people", json=[*changes, {"name": "New"}])
        later = account.get(path, cursor=first["after_cursor"])

        assert [each["name"] for each in later["users"]] == ["Ann", "Bob", "New"]
        assert later["users"][0]["email"] == "ann@acme.example"
        assert later["users"][1]["active"] is False
        assert later["users"][0]["updated_at"] >= "2026-03-15T12:00:00Z"
        assert later["end_of_stream"]

    def test_has_deleted_users(self, account) -> None:
        found = account.get("/api/v2/incremental/users/cursor", start_time=0)

        assert {"Cy"} == {each["name"] for each in found["users"] if not each["active"]}

    def test_begins_at_its_start_time(self) -> None:
        old = user("Old", updated_at="2026-02-01T00:00:00Z")
        account = account_of({"users": [old, user("New", updated_at="2026-03-02T00:00:00Z")]})

        found = account.get("/api/v2/incremental/users/cursor", start_time=1772323200)

        assert {each["name"] for each in found["users"]} == {"New", "Sandbox Administrator"}

    def test_is_for_administrators(self, account) -> None:
        answer = account.ask(
            "GET",
            "/api/v2/incremental/users/cursor?start_time=0",
            auth=("dee@team.example/token", "sandbox-token"),
        )

        assert answer.status_code == 403
        assert answer.json()["error"]["title"] == "Forbidden"


class TestTheAccount:
    @pytest.mark.parametrize(
        ("path", "root"),
        [
            ("user_fields", "user_fields"),
            ("groups", "groups"),
            ("group_memberships", "group_memberships"),
            ("organizations", "organizations"),
            ("organization_memberships", "organization_memberships"),
            ("custom_roles", "custom_roles"),
            ("locales", "locales"),
            ("brands", "brands"),
            ("tags", "tags"),
            ("tickets", "tickets"),
        ],
    )
    def test_lists_with_and_without_suffix(self, account, path, root) -> None:
        plain = account.get(f"/api/v2/{path}")
        suffixed = account.get(f"/api/v2/{path}.json")

        assert isinstance(plain[root], list)
        assert plain[root] == suffixed[root]

    def test_pages_by_number_and_by_cursor(self) -> None:
        account = crowd(10)

        numbered = account.get("/api/v2/organizations", page=2, per_page=50)
        page = account.get("/api/v2/organizations", **{"page[size]": "50"})
        following = account.get(page["links"]["next"])

        assert numbered["organizations"] == following["organizations"]
        assert len(account.get(following["links"]["next"])["organizations"]) == 20

    def test_has_no_other_paths(self, account) -> None:
        answer = account.ask("GET", "/api/v2/nothing_here")

        assert (answer.status_code, answer.json()["error"]) == (404, "InvalidEndpoint")


class TestATicket:
    def body(self, **changes: object) -> dict:
        ticket = {
            "subject": "Relay",
            "comment": {"body": "Your order is ready.", "public": True},
            "requester_id": 50,
            "tags": ["outgoing_sms"],
            **changes,
        }
        return {"ticket": ticket}

    def test_is_made_with_its_audit(self, account) -> None:
        answer = account.ask("POST", "/api/v2/tickets.json", json=self.body())

        assert answer.status_code == 201
        made = answer.json()
        assert made["ticket"]["requester_id"] == 50
        assert made["audit"]["events"][0]["body"] == "Your order is ready."
        comments = account.get(f"/api/v2/tickets/{made['ticket']['id']}/comments")
        assert [each["body"] for each in comments["comments"]] == ["Your order is ready."]

    def test_with_a_marker_tag_becomes_a_text(self, account) -> None:
        account.world.messaging.faults = account.world.messaging.faults.merged(
            {"phones": {"failure": 0}}
        )

        account.ask("POST", "/api/v2/tickets", json=self.body())

        sent = account.get("/_sandbox/sent")
        assert [(each["destination"], each["text"]) for each in sent] == [
            ("+33199001234", "Your order is ready.")
        ]

    def test_is_made_once_for_one_key(self, account) -> None:
        key = {"Idempotency-Key": "run-1-person-50"}

        first = account.ask("POST", "/api/v2/tickets", json=self.body(), headers=key)
        again = account.ask("POST", "/api/v2/tickets", json=self.body(), headers=key)

        assert first.headers["x-idempotency-lookup"] == "miss"
        assert again.headers["x-idempotency-lookup"] == "hit"
        assert again.json() == first.json()
        assert account.get("/api/v2/tickets")["count"] == 1

    def test_is_refused_when_its_key_had_another_body(self, account) -> None:
        key = {"Idempotency-Key": "run-1-person-50"}
        account.ask("POST", "/api/v2/tickets", json=self.body(), headers=key)

        other = account.ask("POST", "/api/v2/tickets", json=self.body(subject="x"), headers=key)

        assert (other.status_code, other.json()["error"]) == (400, "IdempotentRequestError")

    def test_is_new_again_when_its_key_is_two_hours_old(self, account) -> None:
        key = {"Idempotency-Key": "run-1-person-50"}
        account.ask("POST", "/api/v2/tickets", json=self.body(), headers=key)

        account.ask("POST", "/_sandbox/clock", json={"advance_s": 7200})
        later = account.ask("POST", "/api/v2/tickets", json=self.body(), headers=key)

        assert later.headers["x-idempotency-lookup"] == "miss"

    @pytest.mark.parametrize(
        "changes",
        [
            {"comment": {"body": " "}},
            {"requester_id": 999},
            {"requester_id": 51},  # suspended
            {"requester_id": 52},  # deleted
        ],
    )
    def test_is_refused_with_an_invalid_record(self, account, changes) -> None:
        answer = account.ask("POST", "/api/v2/tickets", json=self.body(**changes))

        assert (answer.status_code, answer.json()["error"]) == (422, "RecordInvalid")

    def test_is_made_among_many_by_a_job(self, account) -> None:
        tickets = [self.body()["ticket"], self.body(requester_id=999)["ticket"]]

        job = account.ask("POST", "/api/v2/tickets/create_many", json={"tickets": tickets}).json()
        account.ask("POST", "/_sandbox/clock", json={"advance_s": 2})
        done = account.get(f"/api/v2/job_statuses/{job['job_status']['id']}")["job_status"]

        assert [each.get("success", False) for each in done["results"]] == [True, False]


class TestTheAdministrator:
    def test_is_always_there(self, account) -> None:
        assert account.ask("GET", "/api/v2/users/me", auth=ADMIN).json()["user"]["role"] == "admin"
