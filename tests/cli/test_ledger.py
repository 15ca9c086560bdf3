"""`relay ledger copy`, as a person reads what it says."""

from contextlib import suppress

import pytest
from typer.testing import CliRunner

from relay_core.cli.ledger import app
from relay_core.store.database import open_database
from relay_core.store.postgres import moving
from tests.store.ledgers import server, shared

__all__ = ["server", "shared"]


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("RELAY_DATA_DIR", str(tmp_path))
    return tmp_path


def copied(*arguments):
    """What the command said, on one line."""
    return " ".join(CliRunner().invoke(app, ["copy", *arguments]).output.split())


class TestACopyThatWasInterrupted:
    """Right after the ledger's commit; then somebody asks for the other way."""

    @pytest.fixture
    def interrupted(self, monkeypatch):
        def told_to_end(*_):
            raise KeyboardInterrupt

        def copy(*arguments):
            with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
                patch.setattr(moving, "_put_aside", told_to_end)
                patch.setattr(moving, "end_transit", told_to_end)
                copied(*arguments)

        return copy

    @pytest.mark.parametrize("keep", [(), ("--keep",)])
    def test_says_that_the_ledger_is_in_charge_where_it_went_there(
        self, folder, shared, interrupted, keep
    ):
        open_database(folder / "relay.duckdb").close()
        interrupted("--to", shared)

        told = copied("--from", shared, *keep)

        assert "The ledger is in charge now." in told
        assert not (folder / "relay.duckdb").exists()

    def test_says_that_the_file_is_in_charge_where_it_went_there(self, folder, shared, interrupted):
        interrupted("--from", shared)

        told = copied("--to", shared)

        assert "Nothing can be written to the ledger any more." in told
        assert (folder / "relay.duckdb").exists()
