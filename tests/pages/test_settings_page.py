"""The settings page: what is connected, whether it works, and never a secret."""

import pytest
import stamina

from relay_core.settings import Settings

SECRET = "do-not-show-me-4711"


def spoken(page):
    texts = (*page.markdown, *page.caption, *page.warning, *page.error, *page.code)
    joined = " ".join(text.value for text in texts)
    return joined.replace("\u2060", "")  # what keeps an address from becoming a link


class TestTheConnection:
    def test_to_the_sandbox_is_called_a_rehearsal(self, open_page, sandbox_url):
        page = open_page("settings.py")

        assert not page.exception
        assert "Rehearsal against the sandbox" in spoken(page)
        assert sandbox_url in spoken(page).replace("\\", "")

    def test_that_is_missing_names_every_setting_it_needs(self, open_empty, monkeypatch):
        monkeypatch.delenv("RELAY_SANDBOX_URL")

        page = open_empty("settings.py")

        assert not page.exception
        for name in Settings.load().missing():
            assert f"`{name}`" in spoken(page)


class TestTheChecks:
    def test_are_made_on_opening(self, open_page):
        page = open_page("settings.py")

        assert "**Zendesk**: signed in as an administrator" in spoken(page)
        assert "In order" in spoken(page)

    def test_say_what_to_do_when_something_does_not_answer(self, open_empty, monkeypatch):
        monkeypatch.setenv("RELAY_SANDBOX_URL", "http://127.0.0.1:9")

        with stamina.set_testing(True):  # asks once instead of several times
            page = open_empty("settings.py")

        assert not page.exception
        assert "Does not work" in spoken(page)
        assert "Check its address and the network" in spoken(page)

    def test_are_made_again_on_request(self, open_page, desk):
        page = open_page("settings.py")
        desk.sync_people()
        first = page.session_state["settings_checked"]

        page.button(key="check_again").click().run()

        assert page.session_state["settings_checked"][0] > first[0]


class TestEverySetting:
    def test_is_named_and_explained(self, open_page):
        page = open_page("settings.py")
        said = spoken(page).replace("\\", "")

        for name, field in Settings.model_fields.items():
            assert f"`RELAY_{name.upper()}`" in said
            assert field.description in said

    def test_shows_its_value_unless_it_is_a_secret(self, open_empty, monkeypatch):
        monkeypatch.setenv("RELAY_SUNCO_KEY_SECRET", SECRET)
        monkeypatch.setenv("RELAY_AUDIENCE_CAP", "1234")

        page = open_empty("settings.py")

        assert SECRET not in str(page.main)
        assert "`RELAY_SUNCO_KEY_SECRET`: set, not shown" in spoken(page)
        assert "`RELAY_AUDIENCE_CAP`: **1234**" in spoken(page)

    def test_says_who_is_never_messaged(self, open_page):
        page = open_page("settings.py")

        assert "tagged `opted_out` or with `sms_opt_out` checked" in spoken(page)

    @pytest.mark.parametrize("name", ["RELAY_OPT_OUT_TAGS", "RELAY_OPT_OUT_FIELDS"])
    def test_that_decides_about_opt_out_is_named(self, open_page, name):
        assert name in spoken(open_page("settings.py"))


class TestThePace:
    def test_of_each_channel_stands_beside_the_other(self, open_page, desk):
        desk.settings = desk.settings.model_copy(update={"sunco_pace": 6.0, "talk_pace": 2.0})

        page = open_page("settings.py")

        shown = {metric.label: float(metric.value) for metric in page.metric}
        assert shown["WhatsApp and SMS, per second"] == 6
        assert shown["Talk Text, per second"] == 2
        assert "That is 21,600 and 7,200 messages an hour." in spoken(page)
