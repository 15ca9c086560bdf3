"""What an operator can set, and how mistakes are told."""

import os

import pytest

from relay_core.errors import ConfigurationError
from relay_core.settings import Settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch, tmp_path):
    """No setting of this machine, no secrets file."""
    for name in list(os.environ):
        if name.startswith("RELAY_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


class TestSettings:
    def test_are_all_explained(self):
        assert all(field.description for field in Settings.model_fields.values())

    def test_need_nothing_to_be_loaded(self):
        assert not Settings.load().is_connected

    def test_name_every_wrong_one_at_once(self, monkeypatch):
        monkeypatch.setenv("RELAY_SUNCO_PACE", "fast")
        monkeypatch.setenv("RELAY_DEFAULT_REGION", "Holland")

        with pytest.raises(ConfigurationError) as refusal:
            Settings.load()

        assert "RELAY_SUNCO_PACE" in refusal.value.advice
        assert "RELAY_DEFAULT_REGION" in refusal.value.advice

    def test_say_what_one_means_that_does_not_look_like_it(self, monkeypatch):
        monkeypatch.setenv("RELAY_DEFAULT_REGION", "Holland")

        with pytest.raises(ConfigurationError) as refused:
            Settings.load()

        assert "RELAY_DEFAULT_REGION: this is not it: Country (ISO 3166" in refused.value.advice

    def test_refuse_the_stand_in_and_an_account_together(self, monkeypatch):
        monkeypatch.setenv("RELAY_SANDBOX_URL", "http://127.0.0.1:8899")
        monkeypatch.setenv("RELAY_ZENDESK_SUBDOMAIN", "acme")

        with pytest.raises(ConfigurationError, match="settings are wrong") as refusal:
            Settings.load()

        assert "both set" in refusal.value.advice

    @pytest.mark.parametrize("name", ["RELAY_SUNCO_PACE", "RELAY_TALK_PACE"])
    def test_refuse_a_pace_that_no_vendor_allows(self, monkeypatch, name):
        monkeypatch.setenv(name, "5000")

        with pytest.raises(ConfigurationError) as refusal:
            Settings.load()

        assert "ceiling" in refusal.value.advice

    def test_can_come_from_the_secrets_file_but_the_environment_wins(
        self, monkeypatch, bare_environment
    ):
        (bare_environment / ".streamlit").mkdir()
        (bare_environment / ".streamlit" / "secrets.toml").write_text(
            '[relay]\nzendesk_subdomain = "acme"\nsunco_pace = 4\n'
        )
        monkeypatch.setenv("RELAY_SUNCO_PACE", "2")

        loaded = Settings.load()

        assert (loaded.zendesk_subdomain, loaded.sunco_pace) == ("acme", 2)

    def test_say_so_when_the_secrets_file_is_not_toml(self, bare_environment):
        (bare_environment / ".streamlit").mkdir()
        (bare_environment / ".streamlit" / "secrets.toml").write_text("relay = [")

        with pytest.raises(ConfigurationError) as refusal:
            Settings.load()

        assert "secrets.toml" in refusal.value.advice

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"relay = 3", "begin Relay's settings with a line [relay]"),
            (b"\xff\xfe", "is not UTF-8 text"),
        ],
    )
    def test_say_what_a_secrets_file_has_to_be(self, bare_environment, content, said):
        (bare_environment / ".streamlit").mkdir()
        (bare_environment / ".streamlit" / "secrets.toml").write_bytes(content)

        with pytest.raises(ConfigurationError) as refusal:
            Settings.load()

        assert said in refusal.value.advice

    def test_say_how_a_list_is_written(self, monkeypatch):
        monkeypatch.setenv("RELAY_OPT_OUT_TAGS", "never, opted_out")

        with pytest.raises(ConfigurationError) as refusal:
            Settings.load()

        assert 'RELAY_OPT_OUT_TAGS is not JSON; a list is written ["one", "two"]' in (
            refusal.value.advice
        )


class TestAnAccount:
    def test_names_every_missing_setting_at_once(self, monkeypatch):
        monkeypatch.setenv("RELAY_ZENDESK_SUBDOMAIN", "acme")

        with pytest.raises(ConfigurationError) as refusal:
            Settings.load().account()

        for name in ("ZENDESK_OAUTH_CLIENT_ID", "SUNCO_APP_ID", "SUNCO_KEY_SECRET"):
            assert f"RELAY_{name}" in refusal.value.advice

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
