"""Twenty thousand people: written down as a run, and how long a lane would wait meanwhile."""

import statistics
import time
from datetime import UTC, datetime

import pytest

from relay_core.campaigns.freezing import Press, freeze
from relay_core.campaigns.planning import Plan
from relay_core.campaigns.writing import Recipient
from relay_core.relay import open_relay
from relay_core.serving import rehearsal_world
from relay_core.settings import Settings
from tests.bench.tables import show
from tests.campaigns.office import VALUES, campaign

pytestmark = pytest.mark.bench

PEOPLE = 20_000
TRIES = 5


def recipients():
    return tuple(
        Recipient(
            person_id=n,
            name=f"Person {n}",
            phone=f"+31612{n:06d}",
            country="NL",
            language="nl",
            bound={"clarice": f"Person {n}", "monday": "Tuesday"},
            body=f"Hello Person {n}, your appointment is on Tuesday.",
        )
        for n in range(PEOPLE)
    )


class Timed:
    """The file, and how long each transaction took."""

    def __init__(self, real):
        self.real, self.seconds = real, []

    def __getattr__(self, name):
        return getattr(self.real, name)

    def write(self, work):
        begun = time.perf_counter()
        try:
            return self.real.write(work)
        finally:
            self.seconds.append(time.perf_counter() - begun)


def test_freezing(tmp_path):
    with rehearsal_world(people=50) as url:
        relay = open_relay(Settings.load(data_dir=tmp_path, sandbox_url=url))
        try:
            relay.sync_people()
            relay.refresh_templates()
            made = Plan(
                campaign=campaign(relay),
                static_values=VALUES,
                matched=PEOPLE,
                recipients=recipients(),
                exclusions=(),
            )
            whole, pages, sealed = [], [], []
            for number in range(TRIES):
                begun = time.perf_counter()
                made.manifest()
                sealed.append(time.perf_counter() - begun)
                ledger = Timed(relay._database)  # noqa: SLF001 - the second half of a send
                begun = time.perf_counter()
                freeze(
                    ledger,
                    made,
                    Press(request_id=f"press-{number}", actor="bench"),
                    reviewed=None,
                    now=datetime.now(UTC),
                )
                whole.append(time.perf_counter() - begun)
                pages += ledger.seconds
        finally:
            relay.close()
    show(
        f"{PEOPLE:,} recipients written down, a thousand to a transaction",
        ("", "median s", "worst s"),
        [
            ("manifest", statistics.median(sealed), max(sealed)),
            ("whole run", statistics.median(whole), max(whole)),
            ("one transaction", statistics.median(pages), max(pages)),
        ],
    )
