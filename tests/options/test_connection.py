"""What is connected, and what opens it."""

import pytest

from relay_core.errors import ConfigurationError
from relay_core.settings import Settings


class TestAConnection:
    def test_is_to_the_stand_in_or_to_an_account(self, monkeypatch):
        monkeypatch.setenv("RELAY_SANDBOX_URL", "http://127.0.0.1:8899")
        monkeypatch.setenv("RELAY_ZENDESK_SUBDOMAIN", "acme")

        with pytest.raises(ConfigurationError, match="settings are wrong") as refusal:
            Settings.load()

        assert "both set" in refusal.value.advice


class TestAnAccount:
    def test_names_every_missing_setting_at_once(self, monkeypatch):
        monkeypatch.setenv("RELAY_ZENDESK_SUBDOMAIN", "acme")

        with pytest.raises(ConfigurationError) as refusal:
            Settings.load().account()

        for name in ("ZENDESK_OAUTH_CLIENT_ID", "SUNCO_APP_ID", "SUNCO_KEY_SECRET"):
            assert f"RELAY_{name}" in refusal.value.advice

    def test_lacks_nothing_for_an_e_mail_that_was_left_beside_an_oauth_client(self, monkeypatch):
        for name in ("ZENDESK_OAUTH_CLIENT_ID", "SUNCO_APP_ID", "SUNCO_KEY_ID", "SUNCO_KEY_SECRET"):
            monkeypatch.setenv(f"RELAY_{name}", "relay")
        monkeypatch.setenv("RELAY_ZENDESK_SUBDOMAIN", "acme")
        monkeypatch.setenv("RELAY_ZENDESK_EMAIL", "ada@acme.example")

        account = Settings.load().account()

        assert account.zendesk_sign_in is not None
        assert account.zendesk_basic is None

    def test_is_the_sandbox_with_one_setting_alone(self, monkeypatch):
        monkeypatch.setenv("RELAY_SANDBOX_URL", "http://127.0.0.1:8899/")

        account = Settings.load().account()

        assert account.rehearsal
        assert account.sunco_url == "http://127.0.0.1:8899/sc"

    def test_keeps_its_secrets_out_of_its_own_description(self, monkeypatch):
        for name in ("ZENDESK_TOKEN", "SUNCO_KEY_SECRET"):
            monkeypatch.setenv(f"RELAY_{name}", "hunter2")
        for name in ("ZENDESK_SUBDOMAIN", "ZENDESK_EMAIL", "SUNCO_APP_ID", "SUNCO_KEY_ID"):
            monkeypatch.setenv(f"RELAY_{name}", "acme")

        loaded = Settings.load()

        assert "hunter2" not in f"{loaded!r} {loaded.account()!r} {loaded.model_dump_json()}"
