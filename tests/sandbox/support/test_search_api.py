"""The search endpoints: pages, ceilings, cursors."""

import pytest

from tests.sandbox.small_account import Account, account_of, crowd, user

EXPORT = "/api/v2/search/export"


@pytest.fixture(scope="module")
def account() -> Account:
    return crowd(1_500)


class TestSearch:
    def test_counts_more_than_it_shows(self, account) -> None:
        found = account.get("/api/v2/search", query="type:user", per_page=100, page=10)

        assert found["count"] > 1_000
        assert len(found["results"]) == 100
        assert found["next_page"].endswith("page=11")

    def test_ends_at_a_thousand_results(self, account) -> None:
        answer = account.ask("GET", "/api/v2/search", params={"query": "type:user", "page": "11"})

        assert answer.status_code == 422
        assert answer.json()["error"] == "invalid"

    def test_has_no_cursor(self, account) -> None:
        params = {"query": "type:user", "page[size]": "10"}

        answer = account.ask("GET", "/api/v2/search", params=params)

        assert answer.status_code == 400
        assert answer.json()["error"]["message"] == "page must be an integer"

    def test_agrees_with_the_count(self, account) -> None:
        query = "type:user role:end-user tags:vip"

        page = account.get("/api/v2/search", query=query)
        count = account.get("/api/v2/search/count.json", query=query)

        assert page["count"] == count["count"] > 0


class TestUsersSearch:
    def test_finds_by_external_id(self, account) -> None:
        wanted = next(
            person.record
            for person in account.world.directory.people()
            if person.record["external_id"] and person.record["active"]
        )

        found = account.get("/api/v2/users/search", external_id=wanted["external_id"])

        assert [each["id"] for each in found["users"]] == [wanted["id"]]

    def test_refuses_pages_past_ten_thousand(self, account) -> None:
        params = {"query": "role:end-user", "page": "101"}

        answer = account.ask("GET", "/api/v2/users/search", params=params)

        assert answer.status_code == 400
        assert answer.json()["errors"][0]["code"] == "InvalidPaginationDepth"


class TestTheExport:
    def test_gives_everything_once_in_order_of_creation(self, account) -> None:
        page = account.get(EXPORT, **{"query": "role:end-user", "filter[type]": "user"})
        results = page["results"]

        while page["meta"]["has_more"]:
            page = account.get(page["links"]["next"])
            results = [*results, *page["results"]]

        assert len(results) == account.get("/api/v2/search/count", query="role:end-user")["count"]
        assert len({each["id"] for each in results}) == len(results)
        assert [each["created_at"] for each in results] == sorted(
            each["created_at"] for each in results
        )
        assert {each["result_type"] for each in results} == {"user"}

    @pytest.mark.parametrize(
        ("params", "status"),
        [
            ({"query": "tags:vip"}, 400),  # the type is mandatory
            ({"query": "tags:vip", "filter[type]": "cat"}, 400),
            ({"query": "type:user tags:vip", "filter[type]": "user"}, 422),
            ({"filter[type]": "user"}, 400),  # the query is mandatory
            ({"query": "", "filter[type]": "user", "page[after]": "nonsense"}, 422),
        ],
    )
    def test_refuses(self, account, params, status) -> None:
        assert account.ask("GET", EXPORT, params=params).status_code == status

    def test_forgets_its_cursor_after_an_hour(self) -> None:
        account = account_of({"users": [user("Ann"), user("Bob")]})
        params = {"query": "role:end-user", "filter[type]": "user", "page[size]": "1"}
        first = account.get(EXPORT, **params)

        account.ask("POST", "/_sandbox/clock", json={"advance_s": 3600})
        answer = account.ask("GET", first["links"]["next"])

        assert answer.status_code == 422
        assert "expired" in answer.json()["description"]
