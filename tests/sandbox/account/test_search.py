"""The search syntax, evaluated on a handful of people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.sandbox.account.search.assumptions import ASSUMPTIONS
from relay_core.sandbox.account.search.syntax import Operator, Property, Term, parse
from tests.sandbox.small_account import FIELDS, Account, account_of, user

ANN, BOB, CLEO, DAN, EVE = "Ann Lee", "Bob Stone-Lee", "Cléo Roux", "Dan Janeson", "Eve Jane"

PEOPLE = {
    "organizations": [{"id": 7, "name": "Acme Corp"}, {"id": 8, "name": "Beta"}],
    "groups": [{"id": 5, "name": "Level 2"}],
    "user_fields": FIELDS,
    "users": [
        user(
            ANN,
            email="ann@acme.example",
            phone="+15551234567",
            tags=["vip", "fr"],
            organization_id=7,
            organization_ids=[7, 8],
            external_id="A-1",
            verified=True,
            notes="Manager of two shops",
            created_at="2026-03-08T10:00:00Z",
            updated_at="2026-03-14T10:00:00Z",
            user_fields={
                "plan": "gold",
                "opt_in": True,
                "renewal": "2026-04-01T00:00:00+00:00",
                "visits": 4,
                "balance": 10.5,
                "contract": "C-10",
                "store": "Paris Opéra",
                "interests": ["garden", "music"],
                "manager": "5",
            },
        ),
        user(
            BOB,
            email="bob@beta.example",
            phone="+1 (555) 765-4321",
            tags=["vip_gold"],
            organization_id=8,
            suspended=True,
            created_at="2026-03-10T00:00:00Z",
            user_fields={
                "plan": "silver",
                "opt_in": False,
                "visits": 10,
                "store": "Opéra of Paris",
            },
        ),
        user(
            CLEO,
            email="cleo@acme.example",
            tags=["fr"],
            details="madison, wi",
            created_at="2026-03-08T23:59:59Z",
            identities=[
                {"type": "email", "value": "second@home.example"},
                {"type": "whatsapp", "value": "+33612345678"},
            ],
            user_fields={"remarks": "asked for the red widget", "visits": 0},
        ),
        user(DAN, role="agent", group_ids=[5], created_at="2025-03-01T00:00:00Z"),
        user(EVE, active=False, tags=["vip"]),
    ],
}

ADMINISTRATOR = "Sandbox Administrator"
STAFF = {DAN, ADMINISTRATOR}
ENDS = {ANN, BOB, CLEO}


@pytest.fixture(scope="module")
def account() -> Account:
    return account_of(PEOPLE)


class TestASearch:
    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", ENDS | STAFF),  # nothing is asked, deleted users stay out
            ("role:end-user", ENDS),
            ("-role:end-user", STAFF),
            ("role:agent role:admin", STAFF),  # a repeated keyword widens
            ("tags:vip", {ANN}),  # the whole tag, and never a deleted user
            ("tags:VIP", {ANN}),
            ("tags:vip*", {ANN, BOB}),
            ("tags:vip tags:vip_gold", {ANN, BOB}),
            ('tags:"vip fr"', {ANN}),  # quoted tags are all wanted
            ("tags:fr -tags:vip", {CLEO}),
            ("tags:none role:end-user", set()),
            ("-tags:none", ENDS),
            ("role:end-user -tags:vip -tags:vip_gold", {CLEO}),  # each exclusion applies
            ("lee", {ANN, BOB}),  # a hyphen separates words
            ("jane", {DAN}),  # a bare word finds the beginning of a word
            ("name:jane", set()),  # a property only whole words
            ("name:jane*", {DAN}),
            ("name:lee", {ANN, BOB}),
            ('name:"lee ann"', {ANN}),
            ('"stone lee"', {BOB}),
            ('"lee stone"', set()),
            ("widget", set()),  # bare words do not see custom fields
            ("ann lee", {ANN}),
            ("-lee role:end-user", {CLEO}),
            ("email:ann@acme.example", {ANN}),
            ("email:second@home.example", {CLEO}),
            ("email:ann*", set()),  # wildcards never find an e-mail
            ("email:none", {DAN}),
            ("acme.example", {ANN, CLEO}),
            ("acme.example beta.example", ENDS),  # domains are alternatives
            ("phone:+15551234567", {ANN}),
            ("phone:15551234567", {ANN}),
            ("phone:*5557654321", {BOB}),
            ("phone:none role:end-user", {CLEO}),
            ("organization:7", {ANN}),
            ("organization:8", {ANN, BOB}),  # any membership counts
            ('organization:"Acme Corp"', {ANN}),
            ("organization:none role:end-user", {CLEO}),
            ('group:"Level 2"', STAFF),
            ("external_id:a-1", {ANN}),
            ("notes:manager", {ANN}),
            ('details:"madison, wi"', {CLEO}),
            ("is_suspended:true", {BOB}),
            ("is_verified:true role:end-user", {ANN}),
            ("whatsapp:33612345678", {CLEO}),
            ("user:ann@acme.example", {ANN}),
            ("user:lee", {ANN, BOB}),
            ("created:2026-03-08", {ANN, CLEO}),
            ("created>2026-03-08 role:end-user", {BOB}),  # after a day is after all of it
            ("created>=2026-03-08 created<2026-03-10", {ANN, CLEO}),
            ("created<=2026-03-08 role:end-user", {ANN, CLEO}),
            ("created>=2026-03-08T11:00:00+01:00 created<2026-03-08T11:00:01+01:00", {ANN}),
            ("created>5days role:end-user", set()),
            ("created>6days role:end-user", {BOB}),
            ("created<1year -role:admin", {DAN}),
            ("created_at>=2026-03-10 role:end-user", {BOB}),
            ("updated>1day role:end-user", {BOB, CLEO}),
            ("created>2024-13-45", set()),  # no such day
            ("plan:gold", {ANN}),
            ("plan:gold plan:silver", {ANN, BOB}),
            ("plan:none role:end-user", {CLEO}),
            ("-plan:gold role:end-user", {BOB, CLEO}),  # an empty field stays in
            ("opt_in:true", {ANN}),
            ("opt_in:false", {BOB}),
            ("-opt_in:true role:end-user", {BOB, CLEO}),
            ("renewal>2026-03-31", {ANN}),
            ("renewal>2026-04-01", set()),
            ("renewal:2026-04-01", {ANN}),
            ("visits:4", {ANN}),
            ("visits:0", {CLEO}),
            ("visits>4", {BOB}),
            ("visits>=4 visits<10", {ANN}),
            ("visits>1,000", set()),
            ("balance>10.4", {ANN}),
            ("store:paris", {ANN, BOB}),
            ('store:"Paris Opéra"', {ANN}),
            ("store:opér*", {ANN, BOB}),
            ("contract:C-10", {ANN}),
            ('remarks:"red widget"', {CLEO}),
            ("remarks:*", {CLEO}),
            ("interests:music", {ANN}),
            ("manager:5", set()),
            ("email: role:end-user", set()),  # a keyword without value is a word
            ("tags : vip", set()),
            ("nothing_known:ann", set()),
            ("tags:vip OR tags:fr", set()),
        ],
    )
    def test_finds(self, account, query, names) -> None:
        assert account.found(query) == names

    def test_that_is_too_long_is_refused(self, account) -> None:
        answer = account.ask("GET", "/api/v2/search/count", params={"query": "a " * 65})

        assert answer.status_code == 422

    def test_finds_other_types(self, account) -> None:
        found = account.get("/api/v2/search", query="type:organization acme")

        assert [(each["result_type"], each["id"]) for each in found["results"]] == [
            ("organization", 7)
        ]

    def test_is_sorted_as_the_query_says(self, account) -> None:
        query = "type:user role:end-user order_by:created sort:asc"

        names = [each["name"] for each in account.get("/api/v2/search", query=query)["results"]]

        assert names == [ANN, CLEO, BOB]

    def test_lags_behind_by_the_index_delay(self) -> None:
        account = account_of(PEOPLE)
        account.ask("POST", "/_sandbox/search", json={"index_delay_s": 60})

        account.world.directory.upsert_user({"name": "Fay", "tags": ["new"]})
        before = account.found("tags:new")
        account.ask("POST", "/_sandbox/clock", json={"advance_s": 61})

        assert (before, account.found("tags:new")) == (set(), {"Fay"})

    def test_with_an_unknown_keyword_may_be_set_to_find_nobody(self) -> None:
        account = account_of({"users": [user("Gil", notes="colour blue")]})
        before = account.found("colour:blue")

        account.ask("POST", "/_sandbox/search", json={"unknown_keyword": "nothing"})

        assert (before, account.found("colour:blue")) == ({"Gil"}, set())


class TestTheParser:
    def test_takes_a_query_apart(self) -> None:
        clauses = parse('-tags:"a b" created>=2026-01-01 jane -"old one"')

        assert clauses == (
            Property("tags", Operator.IS, "a b", is_quoted=True, is_negated=True),
            Property("created", Operator.AT_LEAST, "2026-01-01"),
            Term("jane"),
            Term("old one", is_quoted=True, is_negated=True),
        )

    @given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
    def test_takes_any_text(self, text) -> None:
        clauses = parse(text)

        assert all(isinstance(each, Term | Property) for each in clauses)

    @given(st.text(alphabet='ab:<>=*"- 1', max_size=30))
    def test_finds_something_to_do_in_any_text(self, text) -> None:
        account = account_of({})

        assert isinstance(account.world.search.find(text, now=account.world.clock.now()), list)


class TestTheAssumptions:
    def test_name_each_subject_once(self) -> None:
        subjects = [each.subject for each in ASSUMPTIONS]

        assert len(subjects) == len(set(subjects))
