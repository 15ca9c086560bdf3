"""Two replicas and three workers over one ledger, with everything going wrong that may."""

import json
import os
import random
import signal
import time
from bisect import bisect_left
from collections import defaultdict
from itertools import count, pairwise

import psycopg
import pytest

from relay_core.audience.conditions.definition import ByQuery
from relay_core.campaigns.bindings import FromField, Static
from relay_core.gateways.talk_lanes import is_talk
from tests.crash.cluster import Cluster
from tests.crash.record import judge
from tests.journeys.programs import sandbox_process, until
from tests.journeys.town import TEMPLATE, neighbours, people_file
from tests.store.postgres_server import create, postgres_server

PEOPLE = int(os.environ.get("RELAY_TEST_CRASH_PEOPLE") or 20_000)
LANES = int(os.environ.get("RELAY_TEST_CRASH_LANES") or 12)
PACE = 8
SEED = int(os.environ.get("RELAY_TEST_CRASH_SEED") or random.randrange(10**6))
EVERY_S = 10
"""Between two bad things, on average."""
CLOCK_S = 0.000_001

pytestmark = pytest.mark.crash


@pytest.fixture
def cluster(tmp_path):
    people = people_file(receivers=PEOPLE)
    for number, user in enumerate(people["users"]):
        user["tags"] = [f"lane_{number % LANES}"]
    file = tmp_path / "people.json"
    file.write_text(json.dumps(people), "utf-8")
    with (
        postgres_server(options="") as server,
        sandbox_process("--people", str(file), "--speed", "20") as world,
    ):
        for _ in range(LANES - 3):
            world.client.post("/_sandbox/integrations", json={"seeded": True}).raise_for_status()
        settings = {"sunco_pace": PACE, "send_timeout_s": 5, "audience_cap": PEOPLE}
        made = Cluster(
            world=world,
            ledger_port=server.port,
            ledger="proof",
            folder=tmp_path,
            settings=settings,
        )
        create(server.url, "proof", like="empty")
        made.server = server
        try:
            yield made
        finally:
            made.close()


def pressed(cluster):
    """Begin one campaign for each lane, through one replica and the other."""
    with cluster.desk("east") as east:
        east.sync_people()
        east.refresh_templates()
        lanes = [each.id for each in east.integrations() if not is_talk(each.id)]
        template = east.template(TEMPLATE).id
    assert len(lanes) == LANES
    time.sleep(1)  # within which every replica sees it
    runs = {}
    for number, lane in enumerate(lanes):
        with cluster.desk("east" if number % 2 else "west") as desk:
            made = desk.create_campaign(
                f"News {number}",
                template_id=template,
                integration_id=lane,
                definition=ByQuery(f"tags:lane_{number}"),
                bindings={"clarice": FromField("name"), "monday": Static()},
                actor="anna",
            )
            status = desk.send(
                made.name,
                static_values={"monday": "Tuesday"},
                request_id=f"press {number}",
                actor="anna",
            )
            runs[lane] = status.run
    return runs


class Disturbance:
    """Bad things, each of which is noted with its time."""

    def __init__(self, cluster, dice):
        self._cluster = cluster
        self._dice = dice
        self._names = count(4)
        self.done = []

    def go_on(self, *, is_over):
        """Do one after the other until all is sent."""
        deeds = [
            self.kill_worker,
            self.kill_worker,
            self.pause_worker,
            self.cut_worker,
            self.reset_database,
            self.kill_replica,
        ]
        while True:
            for deed in self._dice.sample(deeds, len(deeds)):
                rest_until = time.monotonic() + self._dice.uniform(0, 2 * EVERY_S)
                while time.monotonic() < rest_until:
                    if is_over():
                        return
                    time.sleep(0.5)
                deed()

    def kill_worker(self):
        name = self._one_of(self._cluster.workers, "kill")
        self._cluster.kill_worker(name)
        time.sleep(self._dice.uniform(0, 5))
        self._cluster.start_worker(f"worker{next(self._names)}")

    def pause_worker(self):
        process = self._cluster.workers[self._one_of(self._cluster.workers, "pause")]
        process.send_signal(signal.SIGSTOP)
        time.sleep(self._dice.uniform(2, 15))
        process.send_signal(signal.SIGCONT)

    def cut_worker(self):
        line = self._cluster.lines[self._one_of(self._cluster.workers, "cut")]
        line.cut()
        time.sleep(self._dice.uniform(5, 25))
        line.mend()

    def reset_database(self):
        self._one_of(["database"], "reset")
        self._cluster.server.stop(signal.SIGQUIT)
        time.sleep(self._dice.uniform(0, 5))
        self._cluster.server.start()

    def kill_replica(self):
        name = self._one_of(self._cluster.replicas, "kill")
        self._cluster.stop_replica(name, kill=True)
        time.sleep(self._dice.uniform(0, 5))
        self._cluster.start_replica(name)

    def _one_of(self, names, deed):
        name = self._dice.choice(sorted(names))
        self.done.append(f"{deed} {name}")
        return name


def densest_second(moments):
    moments = sorted(moments)
    return max(bisect_left(moments, each + 1 - CLOCK_S) - n for n, each in enumerate(moments))


def longest_pause(moments):
    moments = sorted(moments)
    return max(late - early for early, late in pairwise(moments))


class TestACluster:
    def test_sends_everything_once_whatever_ends_meanwhile(self, cluster):
        dice = random.Random(SEED)
        cluster.start_replica("east")
        cluster.start_replica("west")
        began = time.monotonic()
        runs = pressed(cluster)
        print(f"\nseed {SEED}: {LANES} runs begun in {time.monotonic() - began:.1f} s")
        began = time.monotonic()
        for number in (1, 2, 3):
            cluster.start_worker(f"worker{number}")
        ledger = f"{cluster.server.url}/proof"

        def is_over():
            try:
                with psycopg.connect(ledger) as connection:
                    asked = "SELECT count(*) FROM runs WHERE finished_at IS NULL"
                    return connection.execute(asked).fetchone()[0] == 0
            except psycopg.OperationalError:
                return False

        disturbance = Disturbance(cluster, dice)
        disturbance.go_on(is_over=is_over)
        took_s = time.monotonic() - began
        until(lambda: cluster.world.state()["still_to_happen"] == 0, within_s=300, look_s=1)
        time.sleep(3)

        with psycopg.connect(ledger) as connection:
            states = dict(connection.execute("SELECT phone, state FROM deliveries").fetchall())
            heard = connection.execute(
                "SELECT DISTINCT phone FROM receipts WHERE phone IS NOT NULL"
            )
            told = {phone for (phone,) in heard.fetchall()}
            left = connection.execute(
                "SELECT r.integration_id, extract(epoch FROM a.begun_at)"
                "  FROM attempts a JOIN runs r ON r.id = a.run_id"
            ).fetchall()
        accepted = cluster.world.accepted()
        found = judge(
            [person["phone"] for person in neighbours(PEOPLE)],
            reached=[each["destination"] for each in accepted],
            states=states,
            heard=told,
        )
        by_lane = defaultdict(list)
        for lane, at in left:
            by_lane[lane].append(float(at))
        print(f"{len(accepted)} messages in {took_s:.0f} s, {found}")
        print("  " + ", ".join(disturbance.done))
        arrived = defaultdict(list)
        for each in accepted:
            arrived[each["integration_id"]].append(each["received_at"])
        for lane, moments in by_lane.items():
            print(
                f"  {lane}: {len(moments)}, densest second {densest_second(moments)} leaving, "
                f"{densest_second(arrived[lane])} arriving, "
                f"longest pause {longest_pause(moments):.1f} s"
            )
        print(cluster.remarks())
        for name in ("east", "west"):
            with cluster.desk(name) as desk:
                shown = [desk.run(run) for run in runs.values()]
                assert all(not each.is_active for each in shown)
        assert found.is_clean, found
        assert max(map(densest_second, by_lane.values())) <= PACE
