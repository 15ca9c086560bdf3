"""Several accounts in one web process: where somebody is, and what does not go along elsewhere."""

import shutil

import pytest
import streamlit as st

from pages._runtime import close_desk, control_desk
from relay_core.access.grants import AGENT, Grant, Subject
from relay_core.access.permissions import Permission
from relay_core.audience.conditions.definition import ByQuery
from tests.pages.conftest import opened
from tests.pages.spoken import spoken, titles
from tests.pages.test_access import signed_in

ADMIN = "admin@sandbox.example"
PICKER = "Account"


@pytest.fixture
def accounts(monkeypatch, tmp_path, sandbox_url, sandbox, synced_file):
    """Acme, with people and a segment, and Globex, in another world, with neither."""
    monkeypatch.setenv("RELAY_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("RELAY_ACCOUNTS", "acme,globex")
    monkeypatch.setenv("RELAY_ACME_SANDBOX_URL", sandbox_url)
    monkeypatch.setenv("RELAY_GLOBEX_SANDBOX_URL", sandbox)
    (tmp_path / "acme").mkdir()
    shutil.copy(synced_file, tmp_path / "acme")
    st.cache_resource.clear()
    close_desk()
    control_desk("acme").relay.save_segment("Loyal", ByQuery("tags:vip"), actor="test")
    yield
    st.cache_resource.clear()
    close_desk()


def picker(page):
    return next((box for box in page.sidebar.selectbox if box.label == PICKER), None)


@pytest.mark.usefixtures("accounts")
class TestAVisitor:
    def test_is_asked_where_nothing_says_which(self):
        page = opened("home.py")

        assert "Which account?" in spoken(page)
        assert [button.label for button in page.button] == ["acme", "globex"]

        page.button(key="enter_acme").click().run()

        assert titles(page) == ["Home"]
        assert page.query_params["account"] == "acme"

    def test_opens_a_link_in_its_account(self):
        acme = opened("segments.py", account="acme")
        globex = opened("segments.py", account="globex")

        assert "1 segment." in spoken(acme)
        assert "1 segment." not in spoken(globex)

    def test_takes_nothing_along_to_another(self):
        page = opened("home.py", account="acme")
        page.session_state["draft_of_acme"] = "Dear Ann"
        page.switch_page("segments.py").run()
        assert "1 segment." in spoken(page)
        page.session_state["flash"] = ("Sent to Ann.", True)

        picker(page).set_value("globex").run()

        assert titles(page) == ["Home"]
        assert page.query_params["account"] == "globex"
        assert "draft_of_acme" not in page.session_state
        assert "Ann" not in spoken(page)
        page.switch_page("segments.py").run()
        assert picker(page).value == "globex"
        assert "1 segment." not in spoken(page)

    def test_takes_nothing_along_where_the_address_changes(self):
        page = opened("home.py", account="acme")
        page.session_state["draft_of_acme"] = "Dear Ann"

        page.query_params["account"] = "globex"
        page.run()

        assert picker(page).value == "globex"
        assert "draft_of_acme" not in page.session_state

    def test_is_not_led_anywhere_by_an_address_that_names_none(self):
        page = opened("home.py", account="initech")

        assert "an account that you may not enter, or that is not here" in spoken(page)
        assert picker(page) is None

    def test_reads_why_an_account_is_not_open_while_others_are(self, monkeypatch):
        monkeypatch.setenv("RELAY_GLOBEX_SUNCO_PACE", "fast")

        page = opened("home.py", account="globex")

        assert "RELAY_GLOBEX_SUNCO_PACE" in spoken(page).replace("\\", "")
        picker(page).set_value("acme").run()
        assert titles(page) == ["Home"]

    def test_is_told_the_variables_of_the_account(self):
        page = opened("settings.py", account="acme")

        assert "RELAY_ACME_SUNCO_PACE" in spoken(page)
        assert "RELAY_SESSION_HOURS" in spoken(page)
        assert "GLOBEX" not in spoken(page)


@pytest.mark.usefixtures("accounts")
class TestWhoHasSignedIn:
    @pytest.fixture
    def agent(self):
        """Somebody of both teams, who may see Acme alone."""
        acme = control_desk("acme").relay
        found = acme._zendesk.export_page("role:agent", None).results  # noqa: SLF001 - as it looks up
        acme.save_grants([Grant(Subject.ROLE, AGENT, frozenset({Permission.VIEW}))], actor="test")
        control_desk("globex").relay.save_grants([], actor="test")
        return next(each.email for each in found if each.works_here and each.email)

    def test_does_not_hear_of_an_account_that_lets_them_do_nothing(self, agent):
        page = opened("home.py", user=signed_in(agent))

        assert titles(page) == ["Home"]
        assert page.query_params["account"] == "acme"
        assert picker(page) is None
        assert "globex" not in spoken(page)

    def test_does_not_enter_it_by_an_address(self, agent):
        page = opened("home.py", user=signed_in(agent), account="globex")

        assert "an account that you may not enter" in spoken(page)
        assert [button.label for button in page.button] == ["acme"]

    def test_chooses_among_those_that_let_them_in(self):
        page = opened("home.py", user=signed_in(ADMIN), account="acme")

        assert picker(page).options == ["acme", "globex"]

    def test_is_nowhere_without_any(self):
        page = opened("home.py", user=signed_in("nobody@elsewhere.example"))

        assert "No account lets you in." in spoken(page)
        assert not any(alias in spoken(page) for alias in ("acme", "globex"))
