"""A million people and ten million past messages: how long Relay takes to count an audience.

The peers are a notebook, pandas on frames that are in memory already, and the same as a script,
which reads what it needs from Parquet, as Relay reads its file. All count the same people, decision
by decision, and the figures are compared.
"""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from relay_core.audience.conditions.clauses import understood
from relay_core.audience.conditions.definition import ByConditions
from relay_core.audience.conditions.fields import Catalogue
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree
from relay_core.audience.english.sentences import sentence
from relay_core.audience.sql.conditions import predicate
from relay_core.audience.zendesk.compiling import compiled
from relay_core.relay import Relay, open_relay
from relay_core.settings import Settings
from tests.bench import million
from tests.bench.apart import apart, peak_mb
from tests.bench.asked import POLICIES, PURPOSE, TYPICAL, Asked, Pressure, while_building
from tests.bench.notebook import Notebook, opened
from tests.bench.script import Script, written
from tests.bench.tables import show

pytestmark = pytest.mark.bench

TRIES = 5
LIVE_COUNTS = 30
QUERY = "tags:vip created>2026-01-01 -organization:none plan:pro"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A data folder with the account in it, made once for all of them."""
    made = tmp_path_factory.mktemp("million")
    file = Settings.load(data_dir=made).database_path
    began = time.perf_counter()
    _, peak = apart(million.make, file, now=datetime.now(UTC))
    show(
        f"{million.PEOPLE:,} people and {million.DELIVERIES:,} messages",
        ("seconds to make", "MB on disk", "MB of memory to make"),
        [(time.perf_counter() - began, file.stat().st_size / 1e6, peak)],
    )
    return made


@pytest.fixture(scope="module")
def notebook(folder) -> Notebook:
    return opened(Settings.load(data_dir=folder).database_path)


@pytest.fixture(scope="module")
def script(folder, tmp_path_factory) -> Script:
    file = Settings.load(data_dir=folder).database_path
    return written(file, tmp_path_factory.mktemp("script") / "parquet")


@pytest.mark.parametrize("policy", POLICIES)
def test_counts(folder, notebook, script, policy):
    """The same people, counted by all."""
    pressure = POLICIES[policy]
    rows = []
    relay = open_relay(pressure.settings(folder))
    try:
        for name, asked in TYPICAL.items():
            steps = count(relay, asked)
            assert in_pandas(notebook, asked, pressure, notebook.refusing) == steps
            began = time.perf_counter()
            assert by_script(script, asked, pressure) == steps
            # Seconds each: once is enough.
            reading = (time.perf_counter() - began) * 1_000
            ours, theirs, knowing = side_by_side(
                lambda a=asked: count(relay, a),
                lambda a=asked: in_pandas(notebook, a, pressure, notebook.find_refusing()),
                lambda a=asked: in_pandas(notebook, a, pressure, notebook.refusing),
            )
            rows.append(
                (
                    name,
                    f"{sum(steps.values()):,}",
                    f"{steps['will_receive']:,}",
                    ours,
                    theirs,
                    f"{theirs / ours:.1f}",
                    knowing,
                    f"{knowing / ours:.1f}",
                    reading,
                    f"{reading / ours:.0f}",
                )
            )
    finally:
        relay.close()
    show(
        f"Counting with every rule of screening, {policy}; median of {TRIES}, ms",
        (
            *("", "matched", "receive", "Relay", "pandas", "times"),
            *("opt-outs known", "times", "script", "times"),
        ),
        rows,
    )


def test_live_counts(folder):
    """Counts as they follow one another while somebody builds an audience."""
    rows = []
    for name, pressure in POLICIES.items():
        (spent, start), peak = apart(live_counts, folder, pressure)
        spent.sort()
        p95 = spent[round(0.95 * len(spent)) - 1]
        rows.append((name, statistics.median(spent), p95, spent[-1], start, peak))
    show(
        f"{LIVE_COUNTS} live counts, ms",
        ("", "median", "p95", "longest", "MB before", "MB at most"),
        rows,
    )


def test_words(folder):
    """What is read and written around a count."""
    relay = open_relay(POLICIES["no blackout, no frequency cap"].settings(folder))
    try:
        known = Catalogue(relay.fields())
        asked = TYPICAL["all four"].definition.tree
        rows = [
            ("fields(), the catalogue with its counts", median_ms(relay.fields)),
            ("audience_columns(), the catalogue without", median_ms(relay.audience_columns)),
            ("check_query()", median_ms(lambda: relay.check_query(QUERY))),
            ("conditions to SQL, queries and words", median_ms(lambda: said(asked, known))),
        ]
    finally:
        relay.close()
    show(f"Around a count, median of {TRIES}", ("", "ms"), rows)


def test_segment(folder):
    """Keeping where everybody stands, and comparing with it."""
    rows, peak = apart(segment_times, folder)
    show(
        f"A segment among {million.PEOPLE:,} people, once each",
        ("", "ms"),
        [*rows, ("MB at most", peak)],
    )


def count(relay: Relay, asked: Asked) -> dict[str, int]:
    """Return how many get each decision, as the pages ask while somebody types."""
    seen = relay.preview_audience(asked.definition, purpose=PURPOSE, rows=0)
    left_out = {str(step.reason): step.count for step in seen.steps if step.count}
    return left_out | {"will_receive": seen.will_receive}


def in_pandas(
    notebook: Notebook, asked: Asked, pressure: Pressure, refusing: set[str]
) -> dict[str, int]:
    now = datetime.now(UTC).replace(tzinfo=None)
    return notebook.count(asked, pressure, now=now, refusing=refusing)


def by_script(script: Script, asked: Asked, pressure: Pressure) -> dict[str, int]:
    return script.count(asked, pressure, now=datetime.now(UTC).replace(tzinfo=None))


def live_counts(folder: Path, pressure: Pressure) -> tuple[list[float], float]:
    """Return how long each count took, and the memory held before the first."""
    relay = open_relay(pressure.settings(folder))
    try:
        start = peak_mb()
        return [ms(lambda a=a: count(relay, a)) for a in while_building(LIVE_COUNTS)], start
    finally:
        relay.close()


def segment_times(folder: Path) -> list[tuple[str, float]]:
    """Return how long it takes to keep a segment, and to say what changed."""
    relay = open_relay(POLICIES["no blackout, no frequency cap"].settings(folder))
    first, second = (
        ByConditions(ConditionTree(all=(Condition("tags", Op.HAS_ANY_OF, tags),)))
        for tags in (("vip", "interest_5"), ("vip", "interest_40"))
    )
    try:
        relay.save_segment("Measured", first, actor="bench")
        kept = ms(lambda: relay.remember_segment("Measured"))
        again = ms(lambda: relay.remember_segment("Measured"))
        same = ms(lambda: relay.segment_difference("Measured"))
        relay.save_segment("Measured", second, actor="bench")
        other = ms(lambda: relay.segment_difference("Measured"))
        moved = relay.segment_difference("Measured")
    finally:
        relay.close()
    people = moved.entered + moved.left if moved else 0
    return [
        ("remember_segment(), first", kept),
        ("remember_segment(), in the place of another", again),
        ("segment_difference(), nothing changed", same),
        (f"segment_difference(), {people:,} people moved", other),
    ]


def said(tree: ConditionTree, known: Catalogue) -> None:
    """Say conditions in every language Relay has."""
    clauses, now, zone = understood(tree, catalogue=known), datetime.now(UTC), ZoneInfo("UTC")
    predicate(clauses, now=now, zone=zone)
    compiled(clauses, now=now, zone=zone, end_users_only=True, active_only=True)
    sentence(clauses)


def ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1_000


def median_ms(work: Callable[[], object]) -> float:
    return side_by_side(work)[0]


def side_by_side(*works: Callable[[], object]) -> list[float]:
    """Return the median of each, taken in turns so that a busy machine is as busy for all."""
    tries = [[ms(work) for work in works] for _ in range(TRIES)]
    return [statistics.median(times) for times in zip(*tries, strict=True)]
