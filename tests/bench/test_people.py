"""Twenty-five thousand people: fetching them, and deciding who would get a message.

The peer is what an analyst would write in a notebook: httpx, json and pandas, with the phone
numbers read beforehand. It holds the people in memory; Relay keeps them in its file.
"""

import statistics
import time
from collections.abc import Callable

import httpx
import numpy as np
import pandas as pd
import pytest

from relay_core.audience.conditions.definition import ByConditions
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree
from relay_core.people.phone import read_phone
from relay_core.relay import open_relay
from relay_core.sandbox.credentials import ADMIN_EMAIL, API_TOKEN
from relay_core.settings import Settings
from tests.bench.tables import show
from tests.journeys.programs import Sandbox, sandbox_process

pytestmark = pytest.mark.bench

PEOPLE = 25_000
PAGE = 1_000
TRIES = 5
TAG = "vip"
AUDIENCES = {
    "everybody": ConditionTree(),
    f"tagged {TAG}": ConditionTree(all=(Condition("tags", Op.HAS_ANY_OF, (TAG,)),)),
}


@pytest.fixture(scope="module")
def world():
    with sandbox_process("--count", str(PEOPLE), "--seed", "7") as running:
        yield running


@pytest.fixture(scope="module")
def relay(world, tmp_path_factory):
    settings = Settings.load(data_dir=tmp_path_factory.mktemp("data"), sandbox_url=world.url)
    front_desk = open_relay(settings)
    yield front_desk
    front_desk.close()


def test_sync_and_preview(world, relay):
    fetch(world)  # so that nobody is the first whom the world answers
    fetched: list[dict[str, object]] = []
    loop_s = seconds(lambda: fetched.extend(fetch(world)))
    read_phone.cache_clear()
    frame_s = seconds(lambda: as_frame(fetched))
    read_phone.cache_clear()
    sync_s = seconds(relay.sync_people)
    again_s = seconds(lambda: relay.sync_people(anew=True))
    show(
        f"Sync of {len(fetched):,} users",
        ("", "seconds", "people/s"),
        [
            ("Relay, first sync", sync_s, f"{len(fetched) / sync_s:,.0f}"),
            ("Relay, everybody again", again_s, f"{len(fetched) / again_s:,.0f}"),
            ("httpx + json, into memory", loop_s, f"{len(fetched) / loop_s:,.0f}"),
            (
                "httpx + json + pandas, phones read",
                loop_s + frame_s,
                f"{len(fetched) / (loop_s + frame_s):,.0f}",
            ),
        ],
    )
    people = as_frame(fetched)
    rows = []
    for name, tree in AUDIENCES.items():
        seen = relay.preview_audience(ByConditions(tree))
        ours_s = median_s(lambda t=tree: relay.preview_audience(ByConditions(t)))
        tag = TAG if tree.all else None
        decided = decide(people, tag)
        theirs_s = median_s(lambda t=tag: decide(people, t))
        reached = int((decided["decision"] == "will_receive").sum())
        rows += [
            (f"Relay, {name}", ours_s * 1000, seen.matched, seen.will_receive),
            (f"pandas, {name}", theirs_s * 1000, len(decided), reached),
        ]
    show(
        f"Preview among {PEOPLE:,} people, median of {TRIES}",
        ("", "ms", "matched", "will receive"),
        rows,
    )


def fetch(world: Sandbox) -> list[dict[str, object]]:
    """Read the whole export in a plain loop."""
    users: list[dict[str, object]] = []
    auth = (f"{ADMIN_EMAIL}/token", API_TOKEN)
    with httpx.Client(base_url=world.url, auth=auth, timeout=30, trust_env=False) as http:
        asked: dict[str, str | int] = {"per_page": PAGE, "start_time": 0}
        while True:
            page = http.get("/api/v2/incremental/users/cursor", params=asked).json()
            users += page["users"]
            if page["end_of_stream"]:
                return users
            asked = {"per_page": PAGE, "cursor": page["after_cursor"]}


def as_frame(users: list[dict[str, object]]) -> pd.DataFrame:
    people = pd.DataFrame(users)
    read = [read_phone(user["phone"], region="US") for user in users]
    people["state"] = [phone.state.value for phone in read]
    people["e164"] = [phone.e164 for phone in read]
    people["opted_out"] = [
        "opted_out" in tags or bool(fields.get("sms_opt_out"))
        for tags, fields in zip(people["tags"], people["user_fields"], strict=True)
    ]
    return people[people["active"]].sort_values("id")


def decide(people: pd.DataFrame, tag: str | None) -> pd.DataFrame:
    """Decide about everybody as Relay does: one reason each, in the same order."""
    matched = people[people["role"] == "end-user"]
    if tag is not None:
        matched = matched[[tag in tags for tags in matched["tags"]]]
    numbered = matched[matched["e164"].notna()].sort_values(["suspended", "id"])
    owners = numbered.drop_duplicates("e164").set_index("e164")["id"]
    refusing = set(people.loc[people["opted_out"] & people["e164"].notna(), "e164"])
    reasons = [
        (matched["state"] == "missing", "no_phone"),
        (matched["e164"].isna(), "invalid_phone"),
        (matched["id"] != matched["e164"].map(owners), "duplicate_phone"),
        (matched["e164"].isin(refusing), "opted_out"),
        (matched["suspended"].astype(bool), "suspended"),
    ]
    decision = np.select(
        [holds for holds, _ in reasons], [reason for _, reason in reasons], "will_receive"
    )
    return matched.assign(decision=decision)


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def median_s(work: Callable[[], object]) -> float:
    return statistics.median(seconds(work) for _ in range(TRIES))
