"""The two engines behind the ledger's port."""

import pytest

from tests.store.ledgers import postgres, server, shared

__all__ = ["postgres", "server", "shared"]


@pytest.fixture(params=["db", "postgres"], ids=["the file", "PostgreSQL"])
def ledger(request):
    """Each engine in turn."""
    return request.getfixturevalue(request.param)
