"""Workers over one ledger: messages a second by lanes and workers, and what each message costs.

Everything runs on this machine: workers, PostgreSQL, which waits for its disk as in earnest, and an
outside that takes everything at once. The peer is one process that is alone with its file.
"""

import os
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from relay_core.engine.cluster import ClusterEngine
from relay_core.log import configure_log
from relay_core.relay import open_relay
from relay_core.serving import owning
from relay_core.settings import Settings
from relay_core.store.database import open_database
from relay_core.store.postgres.ledger import PostgresLedger
from tests.bench.tables import show
from tests.delivery.world import planned_run
from tests.journeys.programs import RELAY, ROOT, until
from tests.store.postgres_server import create, postgres_server

pytestmark = pytest.mark.bench

TICKS = os.sysconf("SC_CLK_TCK")
KEPT, LIFTED = 8, 50
"""Messages a second and lane: what vendors allow, and the most that Relay may be set to."""
SECONDS = 12
MOST = 3000
ANSWERING = ROOT / "tests" / "bench" / "peers" / "answering.py"
STATEMENTS = "-c shared_preload_libraries=pg_stat_statements -c pg_stat_statements.track=all"


@pytest.fixture(scope="module")
def outside():
    with subprocess.Popen(
        [sys.executable, ANSWERING], stdout=subprocess.PIPE, text=True
    ) as process:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.kill()


@pytest.fixture(scope="module")
def server():
    with postgres_server(options=STATEMENTS) as running:
        yield running


def cpu_s(pids):
    """Return the seconds of CPU that processes took, children that ended included."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += sum(map(int, fields[11:15]))
    return total / TICKS


def children_of(pid):
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def planned(ledger, *, lanes, pace):
    """Put a run on each lane, so long that the lanes take some seconds; return the messages."""
    people = max(1, min(MOST // lanes, pace * SECONDS))
    for lane in range(lanes):
        first = people * lane
        planned_run(ledger, people=people, lane=f"lane-{lane}", start=first, first_person=first)
    return people * lanes


def settings_for(outside, folder, *, pace, **more):
    return {
        "data_dir": str(folder),
        "sandbox_url": outside,
        "sunco_pace": pace,
        "log_level": "WARNING",
        **more,
    }


@contextmanager
def workers(count, settings):
    with ExitStack() as stack:
        processes = []
        for _ in range(count):
            environment = {f"RELAY_{name.upper()}": str(each) for name, each in settings.items()}
            processes.append(
                stack.enter_context(
                    subprocess.Popen(
                        [RELAY, "worker", "--concurrency", "64"],
                        env={**os.environ, **environment},
                        stdin=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL,
                    )
                )
            )
        try:
            yield [process.pid for process in processes]
        finally:
            for process in processes:
                process.kill()


def measured(rows, *, messages):
    (first, last, sent) = rows
    assert sent == messages
    return (sent - 1) / (last - first)


def over_postgresql(server, outside, folder, *, lanes, count, pace):
    name = f"lanes_{lanes}_{count}_{pace}"
    url = create(server.url, name, like="empty")
    settings = settings_for(outside, folder, pace=pace, ledger_url=url)
    asked = "SELECT extract(epoch FROM min(begun_at))::float8, extract(epoch FROM max(begun_at))"
    with (
        psycopg.connect(url, autocommit=True) as administrator,
        PostgresLedger(url) as ledger,
        workers(count, settings) as pids,
    ):
        administrator.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        until(lambda: _workers(administrator) == count, within_s=60, look_s=0.2)
        messages = planned(ledger, lanes=lanes, pace=pace)
        administrator.execute("SELECT pg_stat_statements_reset()")
        before, before_db = cpu_s(pids), cpu_s([server.pid, *children_of(server.pid)])
        engine = ClusterEngine(ledger, url)
        engine.start()
        try:
            until(lambda: _sent(administrator) == messages, within_s=300, look_s=0.5)
        finally:
            engine.stop()
        used = cpu_s(pids) - before
        used_db = cpu_s([server.pid, *children_of(server.pid)]) - before_db
        calls = administrator.execute(
            "SELECT sum(calls)::int FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid"
            " WHERE d.datname = current_database() AND toplevel"
        ).fetchone()[0]
        rows = administrator.execute(f"{asked}::float8, count(*) FROM attempts").fetchone()
    return (
        measured(rows, messages=messages),
        used / messages * 1000,
        used_db / messages * 1000,
        calls / messages,
    )


def in_one_file(outside, folder, *, lanes, pace):
    configure_log(level="WARNING")
    folder.mkdir()
    with open_database(folder / "relay.duckdb") as db:
        messages = planned(db, lanes=lanes, pace=pace)
    relay = open_relay(Settings.load(**settings_for(outside, folder, pace=pace)))
    before = time.process_time()
    with owning(relay, sending=False):
        relay._begin_sending()  # noqa: SLF001 - without a webhook: nobody reports here
        asked = "SELECT count(*) AS n FROM attempts"
        until(
            lambda: relay._database.few(asked, {})[0]["n"] == messages,  # noqa: SLF001 - the same
            within_s=300,
            look_s=0.5,
        )
        used = time.process_time() - before
        found = relay._database.few(  # noqa: SLF001 - the same
            "SELECT epoch(min(begun_at)) a, epoch(max(begun_at)) b, count(*) c FROM attempts", {}
        )[0]
    return measured(tuple(found.values()), messages=messages), used / messages * 1000


def _workers(administrator):
    asked = "SELECT count(*) FROM relay_queue.procrastinate_workers"
    return administrator.execute(asked).fetchone()[0]


def _sent(administrator):
    return administrator.execute("SELECT count(*) FROM attempts").fetchone()[0]


@pytest.mark.parametrize("pace", [KEPT, LIFTED])
def test_messages_by_lanes_and_workers(server, outside, tmp_path, pace):
    rows = []
    for lanes in (1, 16, 64):
        alone, cost = in_one_file(outside, tmp_path / f"file{lanes}", lanes=lanes, pace=pace)
        rows.append((lanes, "file", lanes * pace, alone, 1.0, cost, "", ""))
        for count in (1, 2, 4):
            found = over_postgresql(server, outside, tmp_path, lanes=lanes, count=count, pace=pace)
            rate, *costs = found
            rows.append((lanes, f"{count} workers", lanes * pace, rate, rate / alone, *costs))
    show(
        f"At most {pace} messages a second and lane",
        ["lanes", "", "allowed/s", "sent/s", "x file", "CPU ms", "server's ms", "statements"],
        rows,
    )
