"""How a run leaves."""

import pytest

from relay_core.errors import ConfigurationError
from relay_core.settings import Settings


class TestAPace:
    @pytest.mark.parametrize("name", ["RELAY_SUNCO_PACE", "RELAY_TALK_PACE"])
    def test_that_no_vendor_allows_is_refused(self, monkeypatch, name):
        monkeypatch.setenv(name, "5000")

        with pytest.raises(ConfigurationError) as refusal:
            Settings.load()

        assert "ceiling" in refusal.value.advice
