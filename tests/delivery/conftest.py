"""What a delivery is promised, by the file or, with RELAY_TEST_LEDGER=postgres, by PostgreSQL."""

import os

import pytest

from tests.store.ledgers import postgres, server, shared

__all__ = ["postgres", "server", "shared"]

if os.environ.get("RELAY_TEST_LEDGER") == "postgres":
    _OF_THE_FILE = ("test_full_disk", "test_reply_tickets")
    """Its disk, and views that only reports ask."""

    @pytest.fixture
    def db(request, postgres):
        """A fresh ledger in PostgreSQL in place of the file."""
        if request.module.__name__.endswith(_OF_THE_FILE):
            pytest.skip("is about the file")
        return postgres
