"""What takes minutes to make, made once for all measurements."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from relay_core.settings import Settings
from tests.bench import history as history_of
from tests.bench.apart import apart


@pytest.fixture(scope="session")
def history(tmp_path_factory) -> Path:
    """A data folder with ten million past messages, their attempts, receipts and replies."""
    folder = tmp_path_factory.mktemp("history")
    apart(history_of.make, Settings.load(data_dir=folder).database_path, now=datetime.now(UTC))
    return folder
