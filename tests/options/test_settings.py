"""What an operator can set, as a whole."""

from relay_core.settings import Settings


class TestSettings:
    def test_are_all_explained(self):
        assert all(field.description for field in Settings.model_fields.values())

    def test_need_nothing_to_be_loaded(self):
        assert not Settings.load().is_connected
