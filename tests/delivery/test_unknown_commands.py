"""`relay run unknown`, through the front desk and its settings."""

import json

import pytest
from typer.testing import CliRunner

from relay_core.cli import app
from relay_core.gateways.outcomes import OutcomeUnknown
from relay_core.store.database import open_database
from tests.delivery.test_receipts import begin, end
from tests.delivery.world import planned_run


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run whose one message is in doubt, in a data folder that nobody owns."""
    monkeypatch.setenv("RELAY_DATA_DIR", str(tmp_path))
    with open_database(tmp_path / "relay.duckdb") as db:
        run_id = planned_run(db, people=1)
        end(db, begin(db), OutcomeUnknown("ReadTimeout"))
    return str(run_id)


def relay(*words):
    return CliRunner().invoke(app, ["run", "unknown", *words])


class TestTheCommand:
    def test_lists_what_is_in_doubt_and_what_can_be_said(self, run):
        shown = relay(run)

        assert shown.exit_code == 0
        assert "Person 0" in shown.stdout
        assert "--not-sent" in shown.stdout

    def test_takes_a_decision(self, run):
        delivery = json.loads(relay(run, "--json").stdout)["unknown"][0]["delivery"]

        decided = relay(run, "--sent", str(delivery))

        assert "Now taken as sent: 1" in decided.stdout
        assert "no unknown messages" in relay(run).stdout

    @pytest.mark.parametrize(
        "words", [["--all"], ["--sent"], ["--sent", "--again", "--all"], ["--sent", "--all", "7"]]
    )
    def test_asks_for_one_decision_about_something(self, run, words):
        assert relay(run, *words).exit_code == 2
        assert json.loads(relay(run, "--json").stdout)["unknown"]
