"""The facts that an analyst can query: the views, their columns, and what these mean."""

from dataclasses import dataclass
from itertools import groupby

from relay_core.store.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class FactColumn:
    """One column, as the file itself explains it."""

    name: str
    type: str
    """DuckDB's, in lower case."""
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactView:
    """One view; what a row of it is, and its columns."""

    name: str
    meaning: str
    columns: tuple[FactColumn, ...]


def facts(ledger: Ledger) -> tuple[FactView, ...]:
    """Return every view that can be queried, by name."""
    rows = ledger.rows("facts.columns")
    return tuple(
        FactView(
            name=name,
            meaning=meaning,
            columns=tuple(
                FactColumn(name=row["name"], type=row["type"], meaning=row["comment"])
                for row in columns
            ),
        )
        for (name, meaning), columns in groupby(rows, lambda r: (r["view"], r["view_comment"]))
    )
