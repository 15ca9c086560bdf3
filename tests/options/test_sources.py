"""Where settings are read, beside the environment; the keyring has a file of its own."""

from relay_core.settings import Settings


class TestTheSecretsFile:
    def test_is_read_but_the_environment_wins(self, monkeypatch, secrets_file):
        secrets_file(b'[relay]\nzendesk_subdomain = "acme"\nsunco_pace = 4\n')
        monkeypatch.setenv("RELAY_SUNCO_PACE", "2")

        loaded = Settings.load()

        assert (loaded.zendesk_subdomain, loaded.sunco_pace) == ("acme", 2)
