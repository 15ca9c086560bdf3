"""Who gets to which page, and what they find there."""

import re
import time

import pytest

from pages._shell import _PAGES
from relay_core.access.grants import AGENT, Grant, Subject
from relay_core.access.permissions import EVERYTHING, Permission
from relay_core.audience.conditions.definition import ByQuery
from tests.pages.conftest import ROOT
from tests.pages.spoken import spoken, titles

ADMIN = "admin@sandbox.example"
REQUIRED = re.compile(r"^require\(Permission\.(\w+)\)", re.MULTILINE)
A_NUMBER = re.compile(r"\+\d{8,15}")
PAGES = {f"{name}.py": needed for name, _, _, needed in _PAGES}


def signed_in(email: str, **claims) -> dict[str, object]:
    """What the provider says of somebody who came just now."""
    return {
        "is_logged_in": True,
        "email": email,
        "email_verified": True,
        "iat": int(time.time()),
    } | claims


@pytest.fixture
def agent(desk):
    """The address of a team member who is no administrator."""
    found = desk._zendesk.export_page("role:agent", None).results  # noqa: SLF001 - as it looks up
    return next(each.email for each in found if each.works_here and each.email)


@pytest.fixture
def granted(desk):
    """Let agents do this and nothing else."""

    def grant(*permissions: Permission) -> None:
        by_role = Grant(Subject.ROLE, AGENT, frozenset(permissions))
        desk.save_grants([by_role] if permissions else [], actor="test")

    return grant


@pytest.fixture
def told(desk, campaign_for):
    """A campaign of everybody tagged vip, and a run of it."""
    campaign = campaign_for(ByQuery("tags:vip"))
    desk.send(
        campaign.name,
        static_values={"monday": "Monday"},
        request_id="one",
        actor="test",
        accepted=True,
    )
    return desk.runs()[0].run


@pytest.fixture
def theirs(desk):
    """Every number of a person."""
    found = desk._zendesk.export_page("role:end-user", None).results  # noqa: SLF001 - all of them
    return {"".join(c for c in each.phone if c in "+0123456789") for each in found if each.phone}


def numbers_on(page) -> set[str]:
    """Every phone number that is drawn, or stands in a table or a choice."""
    texts = [spoken(page)]
    texts += [each.value.to_csv() for each in page.dataframe]
    texts += [str(option) for box in page.selectbox for option in box.options]
    return set(A_NUMBER.findall(" ".join(texts)))


class TestEachPage:
    def test_asks_on_its_first_line_for_what_the_menu_says(self):
        asked = {}
        for name in PAGES:
            text = (ROOT / "pages" / name).read_text("utf-8")
            asked[name] = Permission[
                re.search(r"^require\(Permission\.(\w+)\)", text, re.MULTILINE)[1]
            ]

        assert asked == PAGES
        assert {path.name for path in (ROOT / "pages").glob("[!_]*.py")} == set(PAGES)

    @pytest.mark.parametrize("permission", [None, *Permission])
    def test_is_for_those_who_may_and_draws_what_they_may_see(
        self, open_page, agent, granted, told, theirs, permission
    ):
        granted(*([permission] if permission else []))
        user = signed_in(agent)

        page = open_page("home.py", user=user)

        asked = {"run": str(told), "person": "100011", "campaign": "Reminders"}
        wrong = {}
        for name, needed in PAGES.items():
            if name != "home.py":
                page.switch_page(name)
            page.query_params.update(asked)
            page.run()
            allowed = permission is not None and needed in {permission, Permission.VIEW}
            refused = [each.value for each in page.error]
            is_right = not page.exception and bool(refused) is not allowed
            shown = theirs & numbers_on(page) if permission is not Permission.SEE_PHONES else None
            if not is_right or shown or (not allowed and page.dataframe):
                wrong[name] = (allowed, refused, shown)

        assert wrong == {}


class TestSomebody:
    def test_gets_nowhere_before_signing_in(self, open_page):
        page = open_page("home.py", user={"is_logged_in": False})

        assert titles(page) == ["Relay"]
        assert [button.label for button in page.button] == ["Sign in"]

    @pytest.mark.parametrize(
        ("claims", "why"),
        [
            ({"email_verified": False}, "has not verified your e-mail address"),
            ({"email_verified": None}, "has not verified your e-mail address"),
            ({"email": None}, "does not tell your e-mail address"),
            ({"email": "stranger@example.com"}, "is nobody of the Zendesk team"),
            ({"email": 'x" role:admin "@y'}, "is nobody of the Zendesk team"),
        ],
    )
    def test_stays_outside_without_proof_of_being_of_the_team(self, open_page, claims, why):
        page = open_page("home.py", user=signed_in(ADMIN) | claims)

        assert titles(page) == ["Relay"]
        assert why in spoken(page)

    def test_signs_in_again_after_the_hours_that_were_set(self, open_page):
        user = signed_in(ADMIN, iat=int(time.time()) - 13 * 3600)

        page = open_page("home.py", user=user)

        assert [button.label for button in page.button] == ["Sign in"]
        assert "sign in again" in spoken(page)

    def test_may_do_everything_as_an_administrator_of_zendesk(self, open_page, desk):
        page = open_page("access.py", user=signed_in(ADMIN))

        assert titles(page) == ["Access"]
        assert desk.visitor(ADMIN).permissions == EVERYTHING


class TestAccess:
    def test_is_decided_by_role_and_by_group(self, open_page, desk, agent):
        page = open_page("access.py", user=signed_in(ADMIN))

        page.multiselect(key="access_role_agent").set_value([Permission.SEND])
        page.button(key="FormSubmitter:access_form-Save").click().run()

        assert not page.exception
        assert desk.visitor(agent).permissions == {Permission.SEND}
