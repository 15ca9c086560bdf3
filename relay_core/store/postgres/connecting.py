"""Connections to the shared database that notice when nobody answers, and what errors mean."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

from relay_core.errors import StoreError

_KEPT_ALIVE: Final[dict[str, Any]] = {
    # A cut line is noticed within seconds by both ends.
    "connect_timeout": 10,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "options": "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
    " -c tcp_user_timeout=10000"
    # Values are read as text; an intent that was committed is never forgotten.
    " -c timezone=UTC -c datestyle=ISO -c extra_float_digits=1 -c synchronous_commit=on"
    # Whoever reads a whole table, however small, is in the way of everybody who writes to it.
    " -c enable_seqscan=off -c jit=off",
}
NOT_STANDING_STILL: Final = "idle_in_transaction_session_timeout=5000"
"""For connections of which others may wait for a transaction: a process that stands still in the
middle of one loses it, about when its lanes are taken over."""
_SEARCH_PATH: Final = re.compile(r"search_path=(\w+)")


def connecting(url: str, *, schema: str | None = None) -> dict[str, Any]:
    """Return what libpq is given for each connection, beside the address.

    Args:
        url: `postgresql://…`; options that it states come first.
        schema: Where tables are, in place of what the address says.
    """
    own = f" -c search_path={schema}" if schema else ""
    return _KEPT_ALIVE | {"options": f"{stated_options(url)} {_KEPT_ALIVE['options']}{own}".strip()}


def stated_options(url: str) -> str:
    """Return the options that an address states; "" without."""
    return str(conninfo_to_dict(url).get("options") or "")


def own_schema(url: str) -> str | None:
    """Return the schema of the account that an address is for; None where there is but one."""
    stated = _SEARCH_PATH.search(stated_options(url))
    return stated[1] if stated else None


OVERTAKEN: Final = (
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
    # No room for what transactions have read, while one of somebody who was cut off is still open.
    psycopg.errors.OutOfMemory,
)
"""What ends a transaction that may be done again."""


@contextmanager
def explained() -> Iterator[None]:
    """Say what an error of the connection means.

    Raises:
        StoreError: The database cannot be reached, or a trigger of ours refuses.
    """
    try:
        yield
    except OVERTAKEN:
        raise
    except psycopg.errors.RaiseException as error:
        raise StoreError("the ledger refuses", advice=str(error.diag.message_primary)) from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise StoreError(
            "not allowed in the ledger",
            advice="The role in RELAY_LEDGER_URL may not do this. Let it own the database: "
            "ALTER DATABASE … OWNER TO ….",
        ) from error
    except (psycopg.OperationalError, psycopg.errors.IdleInTransactionSessionTimeout) as error:
        raise StoreError(
            f"ledger: {type(error).__name__}",
            advice="The ledger's database cannot be reached. Relay goes on once it answers; if it "
            "never did, look at RELAY_LEDGER_URL.",
        ) from error
