"""With RELAY_TEST_LEDGER=replica the files of the tests follow ledgers in PostgreSQL."""

from itertools import count

import pytest

from relay_core.relay import open_relay
from relay_core.store.postgres import replica
from relay_core.store.postgres.dialect import postgres_text
from relay_core.store.postgres.replica import Replica, open_replica
from tests.store.ledgers import server, shared
from tests.store.postgres_server import create

__all__ = ["asked", "open_desk", "open_file", "server", "shared"]
_names = (f"followed_{number}" for number in count(1))


class AskedReplica(Replica):
    """One that tests may change by SQL of their own, as they do a file that is its own ledger."""

    def table(self, sql, values=None):
        if sql.split()[0].upper() in {"INSERT", "UPDATE", "DELETE"}:
            self._shared.aside(lambda there: there.execute(postgres_text(sql), values or {}))
            self.follow()
            sql, values = "SELECT 1 WHERE false", None
        return super().table(sql, values)


@pytest.fixture(scope="session", autouse=True)
def asked():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replica, "Replica", AskedReplica)
        yield


@pytest.fixture
def open_file(server):
    """Opens a file that follows a fresh ledger."""
    return lambda path: open_replica(path, url=create(server, next(_names), like="empty"))


@pytest.fixture(scope="session")
def open_desk(server):
    """Opens the front desk of a file that follows a ledger like that of another folder."""
    made = {}

    def opened(settings, *, like=None):
        name = made[settings.data_dir] = next(_names)
        url = create(server, name, like=made.get(like, "empty"))
        return open_relay(
            type(settings).model_validate(settings.model_dump() | {"ledger_url": url})
        )

    return opened
