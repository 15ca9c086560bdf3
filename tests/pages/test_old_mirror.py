"""A mirror that nobody brought up to date for days: said in the terminal and on pages."""

import json
import os

import duckdb
import pytest

from pages._runtime import control_desk
from relay_core.audience.conditions.definition import ByConditions, definition_to_json
from relay_core.audience.conditions.tree import ConditionTree
from tests.journeys.programs import CommandLine
from tests.pages.conftest import opened

EVERYBODY = ByConditions(ConditionTree())
SAID = "The people were last read from Zendesk 3 days ago."
TO_DO = "Sync the people first"


@pytest.fixture
def old_folder(data_folder):
    """A data folder whose last sync ended three days ago."""
    with duckdb.connect(str(data_folder / "relay.duckdb")) as file:
        file.execute("UPDATE sync_progress SET finished_at = finished_at - INTERVAL 3 DAY")
    return data_folder


@pytest.fixture
def asked(old_folder):
    """What the command says of everybody, before any page has the file."""
    conditions = old_folder / "everybody.json"
    conditions.write_text(definition_to_json(EVERYBODY), "utf-8")
    command = CommandLine(os.environ, old_folder)
    words = ("audience", "preview", "--conditions", conditions)
    return command(*words), command(*words, "--json")


class TestAMirrorOlderThanADay:
    def test_is_a_warning_in_the_terminal(self, asked):
        told, data = asked

        assert told.code == data.code == 0
        assert f"Warning: {SAID}" in " ".join(told.err.split())
        assert TO_DO in " ".join(told.err.split())
        [warning] = json.loads(data.out)["warnings"]
        assert warning.startswith(SAID)
        assert "People as Zendesk had them 3 days ago." in json.loads(data.out)["notices"]

    @pytest.mark.usefixtures("old_folder")
    def test_is_a_warning_on_pages_until_the_next_sync(self):
        old = opened("audiences.py")
        control_desk().relay.sync_people()
        fresh = opened("audiences.py")

        [warning] = [each.value for each in old.warning]
        assert SAID in warning
        assert TO_DO in warning
        assert not fresh.warning
