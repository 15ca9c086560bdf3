"""The ledger for one process that moves it: at one moment, or once nobody else uses it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg.rows import dict_row

from relay_core.errors import StoreError
from relay_core.store.ledger import Row
from relay_core.store.postgres.connecting import explained, stated_options
from relay_core.store.postgres.schema import ledger_schema
from relay_core.store.postgres.whereabouts import others
from relay_core.worded import counted

_OTHERS_GO_S: Final = 2.0
"""A connection that was let go is still listed for a moment."""
_OPTIONS: Final = (
    "-c timezone=UTC -c datestyle=ISO -c lock_timeout=5s -c statement_timeout=0"
    " -c idle_in_transaction_session_timeout=0 -c jit=off"
)
"""Without compiling: what each row is told as takes three seconds to compile."""

_Connection = psycopg.Connection[Row]


@contextmanager
def opened_ledger(url: str) -> Iterator[_Connection]:
    """Give a connection, whose transaction begins with its first statement."""
    with (
        explained(),
        psycopg.Connection[Row].connect(
            url,
            row_factory=dict_row,
            connect_timeout=10,
            options=f"{stated_options(url)} {_OPTIONS}",
        ) as connection,
    ):
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        yield connection


@contextmanager
def at_one_moment(url: str) -> Iterator[_Connection]:
    """Give the ledger as it is at one moment, while others go on with it."""
    with opened_ledger(url) as ledger:
        ledger.read_only = True
        yield ledger


@contextmanager
def alone_with_ledger(url: str) -> Iterator[_Connection]:
    """Give the ledger as it is once nobody else uses it.

    Raises:
        StoreError: Others do.
    """
    with opened_ledger(url) as ledger:
        tables = ledger_schema(ledger).tables
        ledger.rollback()
        # Whoever begins meanwhile, and has seen what it was before, can write nothing by that.
        ledger.isolation_level = psycopg.IsolationLevel.SERIALIZABLE
        # Before anything is read, so that what is read is what stays.
        try:
            names = ", ".join(("moves", *tables))
            ledger.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE".encode())
        except psycopg.errors.LockNotAvailable as error:
            raise _used("somebody writes to it") from error
        deadline = time.monotonic() + _OTHERS_GO_S
        while (found := others(ledger))[0] and time.monotonic() < deadline:
            time.sleep(0.1)
        if found[0]:
            raise _used(f"{counted(found[0], 'connection', 'connections')} from {found[1]}")
        yield ledger


def _used(how: str) -> StoreError:
    return StoreError(
        "the ledger is in use",
        advice=f"Others use this ledger: {how}. Stop all workers and every `relay serve` that use "
        "it, and close whatever else is connected, then try again. Nothing was changed.",
    )
