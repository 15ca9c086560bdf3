"""The setup page: each step checked live, lines to copy, and never a secret."""

import shutil
import threading

import keyring
import pytest

from pages._runtime import control_desk
from tests.test_keyring_secrets import Shelf

SECRET = "hunter2-4711"


def spoken(page):
    texts = (
        *(*page.markdown, *page.caption, *page.code),
        *(*page.error, *page.warning, *page.success, *page.info),
    )
    joined = " ".join(text.value for text in texts)
    return joined.replace("\\", "").replace("\u2060", "")  # what keeps text from being a link


def account_lines(sandbox_url):
    """Return the secrets file of an account that is the sandbox, as far as Relay can tell."""
    return (
        '[relay]\nzendesk_subdomain = "acme"\nzendesk_oauth_client_id = "relay"\n'
        f'zendesk_oauth_client_secret = "sandbox-secret"\nzendesk_url = "{sandbox_url}"\n'
        f'sunco_app_id = "5e4af71a81966cfff3ef6500"\nsunco_url = "{sandbox_url}/sc"\n'
        'sunco_token = "YXBwX3NhbmRib3g6c2FuZGJveC1zZWNyZXQ="\n'
    )


@pytest.fixture
def shelf(monkeypatch):
    monkeypatch.setattr(keyring.core, "_keyring_backend", there := Shelf())
    return there


@pytest.fixture
def unconnected(empty_folder, monkeypatch):
    """A Relay without an account, started where its secrets file would be."""
    monkeypatch.delenv("RELAY_SANDBOX_URL")
    monkeypatch.chdir(empty_folder)
    (empty_folder / ".streamlit").mkdir()
    return empty_folder / ".streamlit" / "secrets.toml"


class TestTheSteps:
    def test_are_each_tested_live(self, open_page):
        page = open_page("setup.py")

        assert not page.exception
        # No server listens in this test, and no line of Talk has its trigger.
        assert "4 of 6 steps in order. Relay can send; look at Receipts and" in spoken(page)
        assert "signed in as an administrator, admin@sandbox.example" in spoken(page)
        assert "requests a minute" in spoken(page)
        assert "whatsapp, 1" in spoken(page)

    def test_are_tested_again_one_by_one(self, open_page):
        page = open_page("setup.py")
        before = dict(page.session_state["setup_checks"])

        page.button(key="test_rules").click().run()

        after = page.session_state["setup_checks"]
        assert after["rules"][0] > before["rules"][0]
        assert after["zendesk"][0] == before["zendesk"][0]

    def test_begin_with_what_an_account_needs(self, unconnected, open_empty):
        assert not unconnected.exists()

        page = open_empty("setup.py")

        assert not page.exception
        assert "Next: Zendesk." in spoken(page)
        assert "`RELAY_ZENDESK_SUBDOMAIN`" in spoken(page)
        assert page.button(key="use_credentials").disabled

    @pytest.mark.usefixtures("unconnected")
    def test_are_on_home_until_they_are_done(self, open_empty):
        page = open_empty("home.py")

        assert "Connect Zendesk and Sunshine Conversations" in spoken(page)
        assert page.button(key="open_setup").label.startswith("Next: Connect")


class TestRules:
    def test_count_from_the_press_on(self, open_page, desk, monkeypatch):
        page = open_page("setup.py")
        monkeypatch.setenv("RELAY_BLACKOUT_DAYS", "3")

        page.button(key="use_rules").click().run()

        assert not page.exception
        assert page.toast[0].value == "In use now: RELAY\\_BLACKOUT\\_DAYS."
        assert desk.settings.blackout_days == 3
        assert "not again within 3 days" in spoken(page)


@pytest.mark.usefixtures("unconnected")
class TestWhatIsChosen:
    def test_becomes_lines_to_copy(self, open_empty):
        page = open_empty("setup.py")

        page.text_input(key="setup_subdomain").set_value("acme.zendesk.com")
        page.text_input(key="setup_client").set_value("relay").run()

        assert page.code[0].value.splitlines() == [
            'zendesk_subdomain = "acme"',
            'zendesk_oauth_client_id = "relay"',
            'zendesk_oauth_client_secret = "paste it here"',
        ]

    def test_is_a_sign_in_at_zendesk_without_a_secret(self, unconnected, open_empty, sandbox_url):
        unconnected.write_text(
            f'[relay]\nzendesk_subdomain = "acme"\nzendesk_url = "{sandbox_url}"\n'
            'zendesk_oauth_client_id = "relay-public"\n'
        )
        page = open_empty("setup.py")
        assert page.radio(key="setup_way").value == "Sign in at Zendesk"
        assert page.code[0].value.endswith("/oauth/zendesk")
        assert page.code[1].value.splitlines() == [
            'zendesk_subdomain = "acme"',
            'zendesk_oauth_client_id = "relay-public"',
        ]

        page.button(key="sign_in_at_zendesk").click().run()

        assert not page.exception
        [link] = page.get("link_button")
        assert "/oauth/zendesk/begin?link=" in link.proto.url
        assert "The link works once, for 10 minutes." in spoken(page)

    @pytest.mark.usefixtures("unconnected")
    def test_has_to_be_written_down_before_the_sign_in(self, open_empty):
        page = open_empty("setup.py")
        page.radio(key="setup_way").set_value("Sign in at Zendesk").run()

        page.button(key="sign_in_at_zendesk").click().run()

        assert "Set RELAY_ZENDESK_SUBDOMAIN and RELAY_ZENDESK_OAUTH_CLIENT_ID first" in spoken(page)
        assert not page.get("link_button")

    def test_as_a_rule_of_consent_names_what_means_yes(self, open_empty):
        page = open_empty("setup.py")

        page.radio(key="setup_consent").set_value(page.radio(key="setup_consent").options[0]).run()
        assert "Name at least one tag or field" in spoken(page)
        page.text_input(key="setup_consent_tags").set_value("agreed, vip").run()

        assert 'consent_required = true\nconsent_tags = ["agreed", "vip"]' in spoken(page)


class TestASecret:
    def test_that_is_typed_goes_to_the_keyring_and_is_on_no_page(
        self, unconnected, shelf, open_empty
    ):
        unconnected.write_text('[relay]\nzendesk_subdomain = "acme"\n')
        page = open_empty("setup.py")

        page.text_input(key="typed_zendesk_oauth_client_secret").set_value(SECRET)
        page.button(
            key="FormSubmitter:keep_zendesk_oauth_client_secret-Keep in the keyring"
        ).click().run()

        assert not page.exception
        assert shelf.kept == {("relay:acme", "zendesk_oauth_client_secret"): SECRET}
        assert SECRET not in str(page)
        assert SECRET not in spoken(page)
        assert SECRET.encode() not in b"".join(
            file.read_bytes() for file in unconnected.parent.parent.rglob("*") if file.is_file()
        )

    def test_that_stands_in_the_way_of_a_sign_in_is_taken_out_of_the_keyring(
        self, unconnected, shelf, open_empty
    ):
        shelf.kept["relay:acme", "zendesk_oauth_client_secret"] = SECRET
        unconnected.write_text(
            '[relay]\nzendesk_subdomain = "acme"\nzendesk_oauth_client_id = "relay-public"\n'
        )
        page = open_empty("setup.py")
        page.radio(key="setup_way").set_value("Sign in at Zendesk").run()
        assert "`RELAY_ZENDESK_OAUTH_CLIENT_SECRET`" in spoken(page)

        page.button(key="forget_zendesk_oauth_client_secret").click().run()
        page.button(key="sign_in_at_zendesk").click().run()

        assert not page.exception
        assert shelf.kept == {}
        assert len(page.get("link_button")) == 1
        assert "forget_zendesk_oauth_client_secret" not in {each.key for each in page.button}


class TestTheAccount:
    def test_is_connected_without_a_restart(self, unconnected, open_empty, sandbox_url, eventually):
        page = open_empty("setup.py")
        unconnected.write_text(account_lines(sandbox_url))

        page.run().button(key="use_credentials").click().run()

        assert not page.exception
        assert control_desk().relay.settings.zendesk_subdomain == "acme"
        assert "signed in as an administrator" in spoken(page)
        assert "an OAuth client" in spoken(page)
        assert "Next: Rules." in spoken(page)
        assert "sandbox-secret" not in str(page)
        eventually(lambda: "relay-begin" not in {thread.name for thread in threading.enumerate()})
        assert control_desk().relay.is_sending
        assert control_desk().relay.people_counts()["end_users"] > 0

    def test_of_another_file_is_refused_and_relay_stays_open(
        self, unconnected, open_empty, sandbox_url, synced_file
    ):
        shutil.copy(synced_file, unconnected.parents[1])
        page = open_empty("setup.py")
        unconnected.write_text(account_lines(sandbox_url))

        page.run().button(key="use_credentials").click().run()

        assert "holds the data of the account sandbox" in spoken(page)
        assert not control_desk().relay.settings.is_connected


class TestATest:
    def test_of_a_token_says_its_key_and_not_its_secret(self, open_page):
        page = open_page("setup.py")

        looked_at = next(t for t in page.text_input if t.label == "Token to look at")
        looked_at.set_value("YXBwXzE6aHVudGVyMi00NzEx")
        page.button(key="FormSubmitter:setup_take_apart-Take it apart").click().run()

        assert "Its key id is app_1; the secret is not shown." in spoken(page)
        assert SECRET not in str(page)
