"""The two engines behind the ledger's port."""

from itertools import count

import pytest

from relay_core.store.postgres.ledger import PostgresLedger
from tests.store.postgres_server import create, postgres_server

_names = (f"ledger_{number}" for number in count(1))


@pytest.fixture(scope="session")
def server():
    """A PostgreSQL of this session's own."""
    with postgres_server() as url:
        yield url


@pytest.fixture
def shared(server):
    """The address of a fresh ledger in it."""
    return create(server, next(_names), like="empty")


@pytest.fixture
def postgres(shared):
    """That ledger, as one process uses it."""
    with PostgresLedger(shared) as ledger:
        yield ledger


@pytest.fixture(params=["db", "postgres"], ids=["the file", "PostgreSQL"])
def ledger(request):
    """Each engine in turn."""
    return request.getfixturevalue(request.param)
