"""What an account tells in bulk: exports of users and tickets, memberships, settings."""

from collections import Counter

import pytest

from relay_core.sandbox.account.limits import Strictness
from tests.sandbox.small_account import Account, account_of, crowd, user

USERS = "/api/v2/incremental/users/cursor"
TICKETS = "/api/v2/incremental/tickets/cursor"
AGENT = ("dee@team.example/token", "sandbox-token")
WHATSAPP = {"type": "messaging", "subtype_name": "whatsapp", "value": "33612345678"}


@pytest.fixture
def account() -> Account:
    return account_of(
        {
            "organizations": [{"id": 7, "name": "Acme"}, {"id": 8, "name": "Beta"}],
            "user_fields": [{"key": "plan", "type": "dropdown", "id": 5}],
            "users": [
                user("Ann", id=50, email="ann@acme.example", user_fields={"plan": "gold"}),
                user("Bob", id=51, organization_ids=[7, 8], identities=[WHATSAPP]),
                user("Cy", id=52, active=False),
                user("Dee", id=53, role="agent", email="dee@team.example"),
            ],
        }
    )


def opened(account: Account, **attributes: object) -> int:
    ticket = {"subject": "Help", "comment": {"body": "Help"}, "requester_id": 50, **attributes}
    answer = account.ask("POST", "/api/v2/tickets", json={"ticket": ticket})
    return int(answer.json()["ticket"]["id"])


def exported(account: Account, **params: object) -> list[tuple[int, str]]:
    page = account.get(TICKETS, **(params or {"start_time": 0}))
    return [(each["id"], each["status"]) for each in page["tickets"]]


class TestTheExportOfTickets:
    def test_tells_what_changed_since_the_cursor(self, account) -> None:
        first, second = opened(account), opened(account)
        page = account.get(TICKETS, start_time=0)
        account.ask("PUT", f"/api/v2/tickets/{first}", json={"ticket": {"status": "solved"}})

        assert page["end_of_stream"] is True
        assert [each["id"] for each in page["tickets"]] == [first, second]
        assert exported(account, cursor=page["after_cursor"]) == [(first, "solved")]

    def test_tells_of_a_deleted_ticket_that_nothing_else_shows(self, account) -> None:
        ticket = opened(account)

        answer = account.ask("DELETE", f"/api/v2/tickets/{ticket}")

        assert answer.status_code == 204
        assert exported(account) == [(ticket, "deleted")]
        assert account.ask("GET", f"/api/v2/tickets/{ticket}").status_code == 404
        assert account.get("/api/v2/tickets")["count"] == 0
        assert opened(account) != ticket

    def test_comes_in_pages(self, account) -> None:
        made = [opened(account) for _ in range(3)]

        page = account.get(TICKETS, start_time=0, per_page=2)
        rest = account.get(TICKETS, cursor=page["after_cursor"], per_page=2)

        assert [page["end_of_stream"], rest["end_of_stream"]] == [False, True]
        assert [each["id"] for each in page["tickets"] + rest["tickets"]] == made

    def test_begins_at_a_moment(self, account) -> None:
        opened(account)
        account.ask("POST", "/_sandbox/clock", json={"advance_s": 3_600})
        later = opened(account)
        moment = account.get(f"/api/v2/tickets/{later}")["ticket"]["created_at"]
        seconds = account.get(TICKETS, start_time=0)["tickets"][1]["generated_timestamp"]

        assert account.get(TICKETS, start_time=seconds)["tickets"][0]["created_at"] == moment
        assert len(exported(account, start_time=seconds)) == 1

    def test_is_for_administrators(self, account) -> None:
        answer = account.ask("GET", TICKETS, params={"start_time": 0}, auth=AGENT)

        assert answer.status_code == 403

    @pytest.mark.parametrize("params", [{}, {"start_time": "soon"}, {"cursor": "nonsense"}])
    def test_needs_a_place_to_begin(self, account, params) -> None:
        assert account.ask("GET", TICKETS, params=params).status_code == 400

    def test_has_a_limit_of_its_own(self) -> None:
        account = account_of({}, strictness=Strictness.REAL)
        for _ in range(10):
            account.ask("GET", f"{USERS}?start_time=0")

        answers = [account.ask("GET", f"{TICKETS}?start_time=0") for _ in range(11)]

        assert [each.status_code for each in answers] == [200] * 10 + [429]


class TestInventedTickets:
    def test_are_mostly_settled_and_the_same_each_time(self) -> None:
        tickets, again = (crowd(2_000).get(TICKETS, start_time=0)["tickets"] for _ in range(2))

        counts = Counter(each["status"] for each in tickets)
        unsettled = sum(counts[each] for each in ("new", "open", "pending", "hold"))
        assert 300 < len(tickets) < 800
        assert 0.05 < unsettled / len(tickets) < 0.2
        assert [each["id"] for each in tickets] == [each["id"] for each in again]

    def test_belong_to_end_users_and_changed_in_their_order(self) -> None:
        account = crowd(2_000)
        tickets = account.get(TICKETS, start_time=0)["tickets"]

        askers = [account.world.directory.person(each["requester_id"]) for each in tickets]
        assert {asker.record["role"] for asker in askers} == {"end-user"}
        changed = [each["updated_at"] for each in tickets]
        assert changed == sorted(changed)
        assert all(each["created_at"] <= each["updated_at"] for each in tickets)


class TestIdentitiesBesideUsers:
    @pytest.mark.parametrize(
        ("path", "params"), [(USERS, {"start_time": 0}), ("/api/v2/users/show_many", {"ids": "51"})]
    )
    def test_come_where_they_are_asked_for(self, account, path, params) -> None:
        without = account.get(path, **params)
        beside = account.get(path, **params, include="identities")["identities"]

        assert "identities" not in without
        assert [each["value"] for each in beside if each["user_id"] == 51] == ["33612345678"]

    def test_name_whatsapp_for_some_invented_people(self) -> None:
        beside = crowd(1_000).get(USERS, start_time=0, include="identities")["identities"]

        whatsapp = [each for each in beside if each.get("subtype_name") == "whatsapp"]
        assert 60 < len(whatsapp) < 200
        assert all(each["value"].isdecimal() for each in whatsapp)


class TestUsersByTheirIds:
    def test_leave_deleted_ones_out_unless_asked_for(self, account) -> None:
        path = "/api/v2/users/show_many"

        present = account.get(path, ids="50,52")["users"]
        everybody = account.get(path, ids="50,52", include_deleted="true")["users"]

        assert [each["id"] for each in present] == [50]
        assert [each["id"] for each in everybody] == [50, 52]


class TestMemberships:
    def test_say_who_belongs_where_page_by_page(self, account) -> None:
        path = "/api/v2/organization_memberships"

        page = account.get(path, **{"page[size]": "1"})
        cursor = page["meta"]["after_cursor"]
        rest = account.get(path, **{"page[size]": "1", "page[after]": cursor})

        rows = page["organization_memberships"] + rest["organization_memberships"]
        told = [(row["user_id"], row["organization_id"], row["default"]) for row in rows]
        assert told == [(51, 7, True), (51, 8, False)]
        assert rest["meta"]["has_more"] is False

    def test_follow_a_change(self, account) -> None:
        path = "/api/v2/organization_memberships"
        account.get(path)

        account.ask("PUT", "/api/v2/users/50", json={"user": {"organization_id": 8}})

        assert len(account.get(path)["organization_memberships"]) == 3


class TestTheAccount:
    def test_has_a_time_zone_and_many_organizations(self, account) -> None:
        settings = account.get("/api/v2/account/settings")["settings"]

        assert settings["localization"]["iana_time_zone"] == "Etc/UTC"
        assert settings["user"]["multiple_organizations"] is True

    def test_loses_a_field_and_everybodys_value_in_it(self, account) -> None:
        answer = account.ask("DELETE", "/api/v2/user_fields/5")

        assert answer.status_code == 204
        assert account.get("/api/v2/user_fields")["user_fields"] == []
        assert account.get("/api/v2/users/50")["user"]["user_fields"] == {}

    def test_gains_a_field_of_which_nobody_has_a_value(self, account) -> None:
        field = {"key": "tier", "type": "dropdown", "title": "Tier"}

        answer = account.ask("POST", "/api/v2/user_fields", json={"user_field": field})

        assert answer.status_code == 201
        keys = [each["key"] for each in account.get("/api/v2/user_fields")["user_fields"]]
        assert keys == ["plan", "tier"]
        assert account.get("/api/v2/users/50")["user"]["user_fields"]["tier"] is None

    @pytest.mark.parametrize("field", [{"key": "plan"}, {"title": "x"}, {"key": "x", "type": "y"}])
    def test_refuses_a_field_that_cannot_be(self, account, field) -> None:
        answer = account.ask("POST", "/api/v2/user_fields", json={"user_field": field})

        assert (answer.status_code, answer.json()["error"]) == (422, "RecordInvalid")

    def test_lets_only_administrators_delete_a_field(self, account) -> None:
        answer = account.ask("DELETE", "/api/v2/user_fields/5", auth=AGENT)

        assert answer.status_code == 403


class TestATicketByMessaging:
    PHONE = "+31612345678"

    @pytest.fixture
    def talking(self):
        person = user("Ann", id=50, email="ann@acme.example", phone=self.PHONE)
        return account_of({"users": [person]})

    def say(self, account: Account, text: str, phone: str = PHONE) -> None:
        assert account.world.messaging.hear(phone, text)

    def test_is_opened_by_whoever_writes_first_and_takes_what_follows(self, talking) -> None:
        self.say(talking, "Hello?")
        self.say(talking, "Anybody?")

        [ticket] = talking.get(TICKETS, start_time=0)["tickets"]
        assert (ticket["requester_id"], ticket["via"]["channel"]) == (50, "whatsapp")
        assert ticket["from_messaging_channel"] is True
        comments = talking.get(f"/api/v2/tickets/{ticket['id']}/comments")["comments"]
        assert [each["body"] for each in comments] == ["Hello?", "Anybody?"]

    def test_is_another_one_once_the_first_is_solved(self, talking) -> None:
        self.say(talking, "Hello?")
        [(first, _)] = exported(talking)
        talking.ask("PUT", f"/api/v2/tickets/{first}", json={"ticket": {"status": "solved"}})

        self.say(talking, "Me again")

        assert len(exported(talking)) == 2

    def test_of_an_unknown_number_brings_a_profile(self, talking) -> None:
        self.say(talking, "Hello?", phone="+31687654321")

        [ticket] = talking.get(TICKETS, start_time=0)["tickets"]
        assert ticket["requester_id"] != 50
        assert talking.world.directory.user_by_phone("+31687654321")["id"] == ticket["requester_id"]
