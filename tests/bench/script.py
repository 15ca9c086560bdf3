"""The other peer: the same notebook as a script, which holds nothing and reads what it needs.

Its files are Parquet, written once beforehand. It reads only the columns and the days that a
question takes, and works out who opted out each time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq

from tests.bench.asked import Asked, Pressure
from tests.bench.notebook import DELIVERIES, PEOPLE, Notebook, quick

_SUPPRESSED = "SELECT phone FROM suppressions"
_ALWAYS = [
    "id",
    "role",
    "active",
    "suspended",
    "created_at",
    "phone_state",
    "phone",
    "tags",
    "sms_opt_out",
]


@dataclass(frozen=True)
class Script:
    """Where its files are."""

    folder: Path

    def count(self, asked: Asked, pressure: Pressure, *, now: datetime) -> dict[str, int]:
        """Read, and return how many of those who match get each decision."""
        notebook = Notebook(
            self._people(asked), self._deliveries(asked, pressure, now), self._suppressed()
        )
        refusing = notebook.find_refusing()
        return notebook.count(asked, pressure, now=now, refusing=refusing)

    def _people(self, asked: Asked) -> pd.DataFrame:
        columns = [*_ALWAYS, "plan"] if asked.plans else _ALWAYS
        table = pq.read_table(self.folder / "people.parquet", columns=columns)
        people = table.drop_columns("tags").to_pandas()
        # Lists of Python are quicker to look into than the arrays that pandas would make.
        people["tags"] = table["tags"].to_pylist()
        return quick(people, [name for name in ("role", "phone_state", "plan") if name in columns])

    def _deliveries(self, asked: Asked, pressure: Pressure, now: datetime) -> pd.DataFrame:
        days = max(
            asked.silent_days or 0,
            pressure.blackout_days,
            pressure.frequency_days if pressure.frequency_cap else 0,
        )
        since = now - timedelta(days=days)
        table = pq.read_table(
            self.folder / "deliveries.parquet", filters=[("begun_at", ">=", since)]
        )
        return quick(table.to_pandas(), ["state"])

    def _suppressed(self) -> set[str]:
        return {*pq.read_table(self.folder / "suppressions.parquet")["phone"].to_pylist()}


def written(path: Path, folder: Path) -> Script:
    """Write the script's files from Relay's."""
    folder.mkdir()
    queries = {"people": PEOPLE, "deliveries": DELIVERIES, "suppressions": _SUPPRESSED}
    with duckdb.connect(str(path), read_only=True) as file:
        for name, query in queries.items():
            file.sql(query).write_parquet(str(folder / f"{name}.parquet"))
    return Script(folder)
