"""Which account a command is for."""

import pytest
from typer.testing import CliRunner

from relay_core.cli import app
from relay_core.cli.chosen import called, choose


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Run a command of an installation with two accounts, neither of them connected."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RELAY_ACCOUNTS", "acme,globex")
    monkeypatch.setenv("RELAY_DATA_DIR", str(tmp_path))
    yield lambda *arguments: CliRunner().invoke(app, arguments)
    choose(None)


class TestACommand:
    def test_is_for_the_account_that_it_names(self, run, tmp_path):
        run("--account", "acme", "doctor")

        assert (tmp_path / "acme" / "relay.duckdb").exists()
        assert not (tmp_path / "globex").exists()
        assert called("Set RELAY_ZENDESK_SUBDOMAIN.") == "Set RELAY_ACME_ZENDESK_SUBDOMAIN."

    def test_is_told_what_to_set_for_that_account(self, run):
        said = run("--account", "globex", "doctor", "--json").output

        assert "RELAY_GLOBEX_ZENDESK" in said
        assert "RELAY_ZENDESK" not in said

    def test_that_names_none_is_refused_with_the_list(self, run, tmp_path):
        refused = run("doctor")

        assert "The accounts are acme, globex." in refused.exception.advice
        assert not list(tmp_path.iterdir())

    def test_does_not_remember_the_one_before(self, run):
        run("--account", "acme", "doctor")

        assert "Say whose" in run("doctor").exception.advice
