"""The peers of reports: a notebook in pandas that holds everything, and SQLite with its indexes.

Both answer what a chart asks, with the numbers that the chart shows.
"""

import sqlite3
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd

Numbers = dict[object, object]

THROUGH = ("accepted", "delivered")
MAY_HAVE_LEFT = ("sending", "accepted", "delivered", "unknown")
_WORDS = ("state", "country", "code", "outcome", "kind")
_TABLES = {
    "deliveries": "id, run_id, person_id, country, state, code, channel_id, begun_at, changed_at",
    "attempts": "delivery_id, run_id, outcome, ended_at",
    "receipts": "channel_id, kind, happened_at, received_at",
    "replies": "delivery_id, is_stop, received_at",
}
_INDEXES = (
    "deliveries (id)",
    "deliveries (run_id)",
    "deliveries (begun_at)",
    "attempts (run_id)",
    "receipts (channel_id)",
    "replies (delivery_id)",
)
_PAGE = 100_000


@dataclass(frozen=True)
class Period:
    """What is asked for: one run, or everything since a moment."""

    run: int
    since: datetime
    """Naive, UTC."""


class InPandas:
    """Everything as data frames, words as categories."""

    def __init__(self, file: Path) -> None:
        with duckdb.connect(str(file), read_only=True) as source:
            for name, columns in _TABLES.items():
                frame = source.execute(f"SELECT {columns} FROM {name}").df()  # noqa: S608 - above
                words = [column for column in _WORDS if column in frame]
                setattr(self, name, frame.astype(dict.fromkeys(words, "category")))

    def funnel(self, asked: Period) -> Numbers:
        run = self.deliveries[self.deliveries["run_id"] == asked.run]
        return run.groupby(["state", "country"], observed=True).size().to_dict()

    def over_time(self, asked: Period) -> Numbers:
        run = self.deliveries[self.deliveries["run_id"] == asked.run]
        taken = self.attempts[
            (self.attempts["run_id"] == asked.run) & (self.attempts["outcome"] == "accepted")
        ]
        ended = taken.groupby("delivery_id")["ended_at"].min()
        sent = run.loc[run["state"].isin(THROUGH), "id"].map(ended)
        failed = run.loc[run["state"] == "failed", "changed_at"]
        return {
            name: int(moments.dt.floor("min").value_counts().max())
            for name, moments in (
                ("sent", sent),
                ("delivered", self._arrived(run)["happened_at"]),
                ("failed", failed),
            )
        }

    def to_delivery(self, asked: Period) -> Numbers:
        run = self.deliveries[self.deliveries["run_id"] == asked.run]
        arrived = self._arrived(run)
        took = (arrived["happened_at"] - arrived["begun_at"]).dt.total_seconds()
        return {"messages": len(took), "median": float(took.median())}

    def _arrived(self, run: pd.DataFrame) -> pd.DataFrame:
        receipts = self.receipts[self.receipts["kind"] == "user"]
        return run[run["state"] == "delivered"].merge(receipts, on="channel_id")

    def replies_of_run(self, asked: Period) -> Numbers:
        run = self.deliveries[self.deliveries["run_id"] == asked.run]
        heard = self.replies[self.replies["delivery_id"].isin(run["id"])]
        return {"replied": heard["delivery_id"].nunique()}

    def failures(self, asked: Period) -> Numbers:
        run = self.deliveries[self.deliveries["run_id"] == asked.run]
        return run[run["state"] == "failed"].groupby("code", observed=True).size().to_dict()

    def all_runs(self, _: Period) -> Numbers:
        counted = self.deliveries.groupby(["run_id", "state"], observed=True).size()
        answered = self.deliveries["id"].isin(self.replies["delivery_id"])
        replied = self.deliveries[answered].groupby("run_id").size()
        return {
            "delivered": int(counted.xs("delivered", level="state").sum()),
            "replied": int(replied.sum()),
        }

    def over_months(self, asked: Period) -> Numbers:
        lately = self.deliveries[self.deliveries["begun_at"] >= asked.since]
        quarter = lately["begun_at"].dt.floor("15min")
        counted = lately.groupby(["run_id", quarter, "state"], observed=True).size()
        replied = lately["id"].isin(self.replies["delivery_id"])
        by_run = lately[replied].groupby(["run_id", quarter[replied]]).size()
        return {
            "delivered": int(counted.xs("delivered", level="state").sum()),
            "replied": int(by_run.sum()),
        }

    def pressure(self, asked: Period) -> Numbers:
        lately = self.deliveries[self.deliveries["begun_at"] >= asked.since]
        left = lately[lately["state"].isin(MAY_HAVE_LEFT)]
        return left.groupby("person_id").size().value_counts().to_dict()


class InSqlite:
    """Everything in one SQLite file, indexed by what charts ask."""

    def __init__(self, file: Path, copy: Path) -> None:
        self._file = sqlite3.connect(copy)
        self._file.execute("PRAGMA journal_mode = OFF")
        self._file.execute("PRAGMA synchronous = OFF")
        self._file.execute("PRAGMA cache_size = -1000000")
        with duckdb.connect(str(file), read_only=True) as source:
            for name, columns in _TABLES.items():
                self._file.execute(f"CREATE TABLE {name} ({columns})")
                places = ", ".join("?" * len(columns.split(",")))
                for rows in _pages(source, name, columns):
                    self._file.executemany(f"INSERT INTO {name} VALUES ({places})", rows)  # noqa: S608 - above
        for index in _INDEXES:
            name = "by_" + index.replace(" (", "_").removesuffix(")")
            self._file.execute(f"CREATE INDEX {name} ON {index}")
        self._file.execute("ANALYZE")
        self._file.commit()

    def funnel(self, asked: Period) -> Numbers:
        counted = self._rows(
            "SELECT state, country, count(*) FROM deliveries WHERE run_id = ? GROUP BY 1, 2",
            asked.run,
        )
        return {(state, country): count for state, country, count in counted}

    def over_time(self, asked: Period) -> Numbers:
        return dict(
            self._rows(
                """
            WITH messages AS (SELECT * FROM deliveries WHERE run_id = ?1),
            taken AS (SELECT delivery_id, min(ended_at) AS moment FROM attempts
                       WHERE run_id = ?1 AND outcome = 'accepted' GROUP BY 1),
            happened AS (
                SELECT 'sent' AS event, t.moment
                  FROM messages m JOIN taken t ON t.delivery_id = m.id
                 WHERE m.state IN ('accepted', 'delivered')
                 UNION ALL
                SELECT 'delivered', r.happened_at FROM messages m
                  JOIN receipts r ON r.channel_id = m.channel_id
                 WHERE m.state = 'delivered' AND r.kind = 'user'
                 UNION ALL
                SELECT 'failed', changed_at FROM messages WHERE state = 'failed')
            SELECT event, max(n) FROM (SELECT event, CAST(moment AS INTEGER) / 60 AS minute,
                                              count(*) AS n FROM happened GROUP BY 1, 2)
             GROUP BY event""",
                asked.run,
            )
        )

    def to_delivery(self, asked: Period) -> Numbers:
        took = [
            seconds
            for (seconds,) in self._rows(
                "SELECT r.happened_at - m.begun_at FROM deliveries m"
                " JOIN receipts r ON r.channel_id = m.channel_id"
                " WHERE m.run_id = ? AND m.state = 'delivered' AND r.kind = 'user'",
                asked.run,
            )
        ]
        return {"messages": len(took), "median": statistics.median(took)}

    def replies_of_run(self, asked: Period) -> Numbers:
        [(replied,)] = self._rows(
            "SELECT count(DISTINCT r.delivery_id) FROM deliveries d"
            " JOIN replies r ON r.delivery_id = d.id WHERE d.run_id = ?",
            asked.run,
        )
        return {"replied": replied}

    def failures(self, asked: Period) -> Numbers:
        return dict(
            self._rows(
                "SELECT code, count(*) FROM deliveries WHERE run_id = ? AND state = 'failed'"
                " GROUP BY code",
                asked.run,
            )
        )

    def all_runs(self, _: Period) -> Numbers:
        rows = self._rows(
            """
            WITH answered AS (SELECT DISTINCT delivery_id AS id FROM replies)
            SELECT d.run_id, sum(d.state = 'delivered'), count(a.id)
              FROM deliveries d LEFT JOIN answered a ON a.id = d.id
             GROUP BY d.run_id"""
        )
        return {"delivered": sum(row[1] for row in rows), "replied": sum(row[2] for row in rows)}

    def over_months(self, asked: Period) -> Numbers:
        rows = self._rows(
            """
            WITH answered AS (SELECT DISTINCT delivery_id AS id FROM replies)
            SELECT d.run_id, CAST(d.begun_at AS INTEGER) / 900, sum(d.state = 'delivered'),
                   count(a.id)
              FROM deliveries d LEFT JOIN answered a ON a.id = d.id
             WHERE d.begun_at >= ?
             GROUP BY 1, 2""",
            _seconds(asked.since),
        )
        return {"delivered": sum(row[2] for row in rows), "replied": sum(row[3] for row in rows)}

    def pressure(self, asked: Period) -> Numbers:
        return dict(
            self._rows(
                """
            SELECT n, count(*)
              FROM (SELECT count(*) AS n FROM deliveries
                     WHERE begun_at >= ?
                       AND state IN ('sending', 'accepted', 'delivered', 'unknown')
                     GROUP BY person_id)
             GROUP BY n""",
                _seconds(asked.since),
            )
        )

    def _rows(self, sql: str, *values: object) -> list[tuple]:
        return self._file.execute(sql, values).fetchall()


def _pages(source: duckdb.DuckDBPyConnection, name: str, columns: str) -> Iterator[list[tuple]]:
    """Read a table, moments as seconds since 1970: SQLite has no type for them."""
    asked = ", ".join(
        f"epoch({column})" if column.endswith("_at") else column for column in columns.split(", ")
    )
    found = source.execute(f"SELECT {asked} FROM {name}")  # noqa: S608 - above
    while rows := found.fetchmany(_PAGE):
        yield rows


def _seconds(moment: datetime) -> float:
    return moment.replace(tzinfo=UTC).timestamp()
