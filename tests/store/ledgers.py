"""The two engines behind the ledger's port, as fixtures."""

from itertools import count

import pyarrow as pa
import pytest

from relay_core.store.postgres.dialect import postgres_text
from relay_core.store.postgres.ledger import PostgresLedger
from tests.store.postgres_server import create, postgres_server

_names = (f"ledger_{number}" for number in count(1))


class AskedLedger(PostgresLedger):
    """One that tests may ask by SQL of their own, as they do the file."""

    def table(self, sql, values=None):
        with self._readers.connection() as connection:
            cursor = connection.execute(postgres_text(sql), values or {})
            names = [column.name for column in cursor.description or ()]
            rows = cursor.fetchall() if names else []
        return pa.table({name: [row[name] for row in rows] for name in names})


@pytest.fixture(scope="session")
def server():
    """The address of a PostgreSQL of this session's own, to be followed by `/name`."""
    with postgres_server() as running:
        yield running.url


@pytest.fixture
def shared(server):
    """The address of a fresh ledger in it."""
    return create(server, next(_names), like="empty")


@pytest.fixture
def postgres(shared):
    """That ledger, as one process uses it."""
    with AskedLedger(shared) as ledger:
        yield ledger
