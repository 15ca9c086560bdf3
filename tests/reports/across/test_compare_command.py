"""`relay compare`, through the front desk and its settings."""

import json

import pytest
from rich.console import Console
from typer.testing import CliRunner

from relay_core.cli import app, output
from relay_core.store.database import open_database
from tests.delivery.world import planned_run
from tests.reports.story import bring_up_to_now, send_three


@pytest.fixture
def folder(tmp_path, monkeypatch, empty_file):
    """A data folder that nobody owns, with nothing in it."""
    monkeypatch.setenv("RELAY_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(output, "_out", Console(width=200))
    (tmp_path / "relay.duckdb").write_bytes(empty_file.read_bytes())
    return tmp_path


@pytest.fixture
def three_sent(folder):
    """A campaign of four people: two delivered of three sent, one of them answered STOP."""
    file = folder / "relay.duckdb"
    with open_database(file) as db:
        planned_run(db, people=4)
        send_three(db)
        [campaign] = db.rows("campaigns.all", archived=False)
    bring_up_to_now(file)
    return campaign["name"]


def compare(*words):
    shown = CliRunner().invoke(app, ["compare", *words])
    assert shown.exit_code == 0, shown.output
    return shown.stdout


class TestTheCommand:
    def test_prints_each_campaign_with_its_shares(self, three_sent):
        [line] = [line for line in compare().splitlines() if three_sent in line]

        cells = [cell.strip() for cell in line.strip("│ \n").split("│")]
        assert cells == [
            three_sent,
            *("4", "3"),
            "66.7% (20.8% to 93.9%)",
            "33.3% (6.1% to 79.2%)",
            "33.3% (6.1% to 79.2%)",
            "25.0% (4.6% to 69.9%)",
        ]

    def test_carries_every_figure_of_the_views_as_json(self, three_sent):
        told = json.loads(compare("--json", "--days", "30"))

        assert told["days"] == 30
        assert [each["campaign"] for each in told["campaigns"]] == [three_sent]
        assert {
            step: sum(p["counts"]["sent"] for p in told["over_time"][step])
            for step in ("day", "week", "month")
        } == {"day": 3, "week": 3, "month": 3}
        for each in (*told["templates"], *told["integrations"]):
            assert each["delivered"]["count"] == 2
        assert [(p["days"], p["bands"][0]["people"]) for p in told["pressure"]] == [
            (7, 2),
            (30, 2),
            (90, 2),
        ]

    @pytest.mark.usefixtures("folder")
    def test_says_nothing_of_what_was_never_sent(self):
        assert json.loads(compare("--json"))["campaigns"] == []
