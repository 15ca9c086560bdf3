"""What is wrong with settings, in the words of whoever has to correct them."""

import pytest

from relay_core.errors import ConfigurationError
from relay_core.settings import Settings


def refusal() -> str:
    with pytest.raises(ConfigurationError, match="settings are wrong") as refused:
        Settings.load()
    return refused.value.advice


class TestAFault:
    def test_does_not_hide_the_next(self, monkeypatch):
        monkeypatch.setenv("RELAY_SUNCO_PACE", "fast")
        monkeypatch.setenv("RELAY_DEFAULT_REGION", "Holland")

        said = refusal()

        assert "RELAY_SUNCO_PACE" in said
        assert "RELAY_DEFAULT_REGION" in said

    def test_says_what_a_setting_means_that_does_not_look_like_it(self, monkeypatch):
        monkeypatch.setenv("RELAY_DEFAULT_REGION", "Holland")

        assert "RELAY_DEFAULT_REGION: this is not it: Country (ISO 3166" in refusal()

    def test_says_how_a_list_is_written(self, monkeypatch):
        monkeypatch.setenv("RELAY_OPT_OUT_TAGS", "never, opted_out")

        assert 'RELAY_OPT_OUT_TAGS is not JSON; a list is written ["one", "two"]' in refusal()

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"relay = [", "secrets.toml is not valid TOML"),
            (b"relay = 3", "begin Relay's settings with a line [relay]"),
            (b"\xff\xfe", "is not UTF-8 text"),
        ],
    )
    def test_of_the_secrets_file_says_what_it_has_to_be(self, secrets_file, content, said):
        secrets_file(content)

        assert said in refusal()
