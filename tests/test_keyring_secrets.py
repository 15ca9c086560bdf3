"""Secrets in the operating system's keyring."""

import keyring
import keyring.backend
import keyring.errors
import pytest

from relay_core.errors import ConfigurationError
from relay_core.keyring_secrets import forget_secret, keep_secret, keyring_name, read_secrets
from relay_core.settings import Settings

SECRET = "hunter2-4711"


class Shelf(keyring.backend.KeyringBackend):
    """A keyring as the library wants one, in memory."""

    priority = 5
    name = "Shelf"

    def __init__(self):
        super().__init__()
        self.kept = {}
        self.locked = False

    def get_password(self, service, username):
        if self.locked:
            raise keyring.errors.KeyringLocked
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        if self.locked:
            raise keyring.errors.PasswordSetError(f"cannot keep {password}")
        self.kept[service, username] = password

    def delete_password(self, service, username):
        if self.locked:
            raise keyring.errors.KeyringLocked
        if self.kept.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError("no such password")


@pytest.fixture
def shelf():
    before = keyring.get_keyring()
    keyring.set_keyring(there := Shelf())
    yield there
    keyring.set_keyring(before)


@pytest.mark.usefixtures("shelf")
class TestASecret:
    def test_is_read_for_its_own_account_only(self):
        keep_secret("acme", "sunco_key_secret", SECRET)

        assert keyring_name() == "Shelf"
        assert read_secrets("acme", ["sunco_key_secret", "zendesk_token"]) == {
            "sunco_key_secret": SECRET
        }
        assert read_secrets("other", ["sunco_key_secret"]) == {}

    def test_is_a_setting_unless_the_environment_has_it(self, monkeypatch, tmp_path):
        monkeypatch.chdir(tmp_path)
        keep_secret("acme", "sunco_key_secret", SECRET)
        keep_secret("acme", "zendesk_token", "another")
        monkeypatch.setenv("RELAY_ZENDESK_SUBDOMAIN", "acme")
        monkeypatch.setenv("RELAY_ZENDESK_TOKEN", "from the environment")

        loaded = Settings.load()

        assert loaded.sunco_key_secret.get_secret_value() == SECRET
        assert loaded.zendesk_token.get_secret_value() == "from the environment"
        assert SECRET not in repr(loaded)

    def test_that_is_forgotten_is_there_no_more(self):
        keep_secret("acme", "zendesk_token", SECRET)
        keep_secret("other", "zendesk_token", SECRET)

        forget_secret("acme", "zendesk_token")
        forget_secret("acme", "zendesk_token")

        assert read_secrets("acme", ["zendesk_token"]) == {}
        assert read_secrets("other", ["zendesk_token"]) == {"zendesk_token": SECRET}

    def test_is_not_forgotten_by_a_keyring_that_is_locked(self, shelf):
        keep_secret("acme", "zendesk_token", SECRET)
        shelf.locked = True

        with pytest.raises(ConfigurationError) as refusal:
            forget_secret("acme", "zendesk_token")

        assert "Unlock it" in refusal.value.advice

    def test_is_not_asked_for_in_a_rehearsal(self, monkeypatch):
        keep_secret("acme", "sunco_key_secret", SECRET)
        monkeypatch.setenv("RELAY_SANDBOX_URL", "http://127.0.0.1:8899")

        assert Settings.load().sunco_key_secret is None

    def test_that_a_locked_keyring_has_is_as_good_as_missing(self, shelf):
        keep_secret("acme", "sunco_key_secret", SECRET)
        shelf.locked = True

        assert read_secrets("acme", ["sunco_key_secret"]) == {}

    def test_that_is_not_kept_is_in_no_word_of_the_refusal(self, shelf):
        shelf.locked = True

        with pytest.raises(ConfigurationError) as refusal:
            keep_secret("acme", "sunco_key_secret", SECRET)

        assert "Unlock it" in refusal.value.advice
        assert SECRET not in f"{refusal.value} {refusal.value.advice} {refusal.value.__cause__}"


class TestAMachineWithoutAKeyring:
    def test_keeps_nothing_and_says_where_a_secret_belongs(self):
        assert keyring_name() is None
        assert read_secrets("acme", ["sunco_key_secret"]) == {}
        with pytest.raises(ConfigurationError) as refusal:
            keep_secret("acme", "sunco_key_secret", SECRET)
        assert "secrets.toml" in refusal.value.advice
