"""The account of a million people, with everything that reports read beside its messages."""

from datetime import datetime
from pathlib import Path

import duckdb

from tests.bench import million

_SCRIPT = Path(__file__).with_suffix(".sql")


def make(file: Path, *, now: datetime) -> None:
    """Write it into a new file; everything is counted back from now (aware)."""
    million.make(file, now=now)
    macros = million.SCRIPT.read_text("utf-8").split("INSERT INTO", 1)[0]
    with duckdb.connect(str(file)) as source:
        source.execute(f"SET VARIABLE now = timezone('UTC', TIMESTAMPTZ '{now.isoformat()}')")
        source.execute(macros)
        source.execute(_SCRIPT.read_text("utf-8"))
        source.execute("CHECKPOINT")
