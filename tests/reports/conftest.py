"""A fresh file for each test."""

import pytest

from relay_core.store.database import open_database


@pytest.fixture
def db(tmp_path):
    with open_database(tmp_path / "relay.duckdb") as database:
        yield database
