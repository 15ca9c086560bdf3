"""An account of a million people and ten million messages, made by DuckDB in Relay's own file."""

from datetime import datetime
from pathlib import Path

import duckdb

from relay_core.store.database import open_database
from relay_core.store.migrations import migrations

PEOPLE = 1_000_000
DELIVERIES = 10_000_000

SCRIPT = Path(__file__).with_suffix(".sql")
_KEEPING = (5, 13, 14)
"""The migrations that keep it."""


def fills() -> list[str]:
    """Return the statements that fill in what is kept beside, from the schema itself."""
    known = migrations()
    statements = [each for number in _KEEPING for each in known[number].split(";")]
    return [each for each in statements if "UPDATE " in each]


def make(path: Path, *, now: datetime, people: int = PEOPLE, deliveries: int = DELIVERIES) -> None:
    """Write the account into a new file of Relay's schema; see the script for what is in it.

    Args:
        path: The file.
        now: The moment that everything is counted back from (aware).
        people: How many.
        deliveries: Messages of the past.
    """
    open_database(path).close()
    with duckdb.connect(str(path)) as file:
        values = {
            "now": f"timezone('UTC', TIMESTAMPTZ '{now.isoformat()}')",
            "people": people,
            "deliveries": deliveries,
        }
        for name, value in values.items():
            file.execute(f"SET VARIABLE {name} = {value}")
        file.execute(SCRIPT.read_text("utf-8"))
        for fill in fills():
            file.execute(fill)
        file.execute("CHECKPOINT")
