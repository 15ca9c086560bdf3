"""Home: the first steps of a newcomer, what runs, what needs somebody, and the sync."""

import pytest
import stamina
from streamlit.testing.v1 import AppTest

from relay_core.audience.conditions.definition import ByQuery
from tests.pages.conftest import ROOT

SENDABLE = "fault_found"


def spoken(page):
    texts = (*page.markdown, *page.caption, *page.warning, *page.error)
    return " ".join(text.value for text in texts)


def headings(page):
    return [heading.value for heading in page.header]


def titles(page):
    return [title.value for title in page.title]


@pytest.fixture
def queued_run(desk):
    """A run whose messages wait: nothing sends in this process."""
    listed = desk.template(SENDABLE)
    desk.create_campaign(
        "Outage",
        template_id=listed.id,
        integration_id=next(i.id for i in listed.integrations if i.type == "whatsapp"),
        definition=ByQuery("role:end-user tags:vip"),
        bindings={},
        actor="test",
    )
    return desk.send("Outage", static_values={}, request_id="once", actor="test")


class TestANewcomer:
    def test_is_asked_to_sync_first(self, open_empty):
        page = open_empty("home.py")

        assert not page.exception
        assert headings(page)[0] == "First steps"
        assert "Nobody has been read from Zendesk yet." in spoken(page)
        assert not page.metric[0].value.strip("0")

    def test_brings_the_people_in_with_one_press(self, open_empty, eventually):
        page = open_empty("home.py")

        page.button(key="first_step_1").click().run()
        eventually(lambda: "People are up to date." in (*toasts(page), *toasts(page.run())))

        assert int(page.metric[0].value) > 250
        assert f"{page.metric[0].value} people read from Zendesk." in spoken(page)

    def test_is_told_why_a_sync_was_refused(self, open_empty, eventually, monkeypatch):
        monkeypatch.setenv("RELAY_SANDBOX_URL", "http://127.0.0.1:9")
        page = open_empty("home.py")

        with stamina.set_testing(True):  # asks once instead of several times
            page.button(key="sync_people").click().run()
            eventually(lambda: page.error or page.run().error)

        assert not page.exception
        assert "Zendesk" in page.error[0].value

    def test_goes_on_to_audiences_once_people_are_there(self, open_page):
        page = open_page("home.py")

        following = [step for step in page.button if step.proto.type == "primary"]

        assert [step.label for step in following] == ["Open audiences"]

    def test_without_any_account_is_sent_to_setup(self, open_empty, monkeypatch):
        monkeypatch.delenv("RELAY_SANDBOX_URL")
        page = open_empty("home.py")

        assert "connected to no account" in spoken(page)
        assert page.button(key="open_setup").label.startswith("Next: Connect Zendesk")


def toasts(page):
    return [toast.value for toast in page.toast]


class TestWhatNeedsAttention:
    def test_names_a_template_that_was_rejected_and_why(self, open_page):
        page = open_page("home.py")

        assert "Needs attention" in headings(page)
        assert "Rejected on WhatsApp Sandbox. Variables can" in spoken(page)

    def test_names_a_run_that_was_paused(self, open_page, desk, queued_run):
        desk.pause_run(queued_run.run, actor="test")

        page = open_page("home.py")

        assert "Outage, run 1" in spoken(page)
        assert f"Paused; {queued_run.planned} messages wait." in spoken(page)


@pytest.mark.usefixtures("queued_run")
class TestARunUnderWay:
    def test_is_shown_with_its_figures(self, open_page):
        page = open_page("home.py")

        assert not page.exception
        assert "Running now" in headings(page)
        assert "0 accepted, 0 delivered, 0 failed, 0 unknown" in spoken(page)

    def test_replaces_the_first_steps(self, open_page):
        page = open_page("home.py")

        assert "First steps" not in headings(page)
        assert page.button(key="new_campaign").label == "New campaign"

    def test_opens_from_the_list_of_runs(self, open_page):
        page = open_page("home.py")

        page.session_state["last_runs"] = {
            "selection": {"rows": [], "columns": [], "cells": [(0, "Campaign")]}
        }
        page.run()

        assert not page.exception
        assert "Outage" in titles(page)[0]


class TestThePageAlone:
    @pytest.mark.usefixtures("data_folder")
    def test_draws_without_the_frame_around_it(self):
        page = AppTest.from_file(str(ROOT / "pages/home.py"), default_timeout=20).run()

        assert not page.exception
        assert titles(page) == ["Home"]
