"""A real file with a run in it, and a channel that ends as it is told."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Event, Thread

from relay_core.delivery.gates import OPEN
from relay_core.delivery.pacing import Pacer
from relay_core.delivery.queue import LaneQueue
from relay_core.delivery.sender import LaneSender, Surroundings
from relay_core.delivery.turns import LaneGates
from relay_core.gateways.channel import Outgoing
from relay_core.gateways.outcomes import Accepted, SendOutcome
from relay_core.store.database import Database
from relay_core.templates.writing.documents import template_to_dict
from relay_core.templates.writing.template import Category, Template

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
LANE = "lane-1"
TEMPLATE = Template(
    name="fault_found", language="en", category=Category.UTILITY, body="We found it."
)
FROZEN = json.dumps(template_to_dict(TEMPLATE))
FIRST = {
    "kind": "campaign",
    "rules": "{}",
    "warnings": "[]",
    "created_by": "test",
    "parent_run": None,
    "retried": None,
}
"""What `runs.add` takes of a run that follows no other."""
_requests = count(1)


def phone(n: int) -> str:
    return f"+3161234{n:04d}"


def delivery(run_id: int, n: int, *, to: int | None = None) -> dict[str, object]:
    """What `runs.add_deliveries` takes of person `n`, who has the phone `to`."""
    return {
        "run_id": run_id,
        "person_id": n,
        "person_name": f"Person {n}",
        "phone": phone(n if to is None else to),
        "country": "NL",
        "language": "nl",
        "bound": "{}",
        "body": "We found it.",
        "due_at": NOW,
    }


def planned_run(
    db: Database,
    *,
    people: int,
    lane: str = LANE,
    start: int = 0,
    first_person: int = 0,
    needs_approval: bool = False,
    template: str = FROZEN,
) -> int:
    """Put a run with one delivery to each of `people` phones into the file."""

    def work(session):
        session.run(
            "templates.keep_integration",
            id=lane,
            type="twilio",
            name="SMS",
            status="active",
            sender=None,
            now=NOW,
        )
        campaign_id = session.run(
            "campaigns.add",
            name=f"Campaign {next(_requests)}",
            template_id=1,
            languages=None,
            integration_id=lane,
            definition="{}",
            bindings="{}",
            now=NOW,
        )[0]["id"]
        run_id = session.run(
            "runs.add",
            campaign_id=campaign_id,
            request_id=f"request-{next(_requests)}",
            integration_id=lane,
            template=template,
            definition="{}",
            static_values="{}",
            matched=people,
            planned=people,
            manifest="",
            now=NOW,
            **FIRST,
        )[0]["id"]
        session.run_many(
            "runs.add_deliveries",
            [delivery(run_id, first_person + n, to=start + n) for n in range(people)],
        )
        session.run("runs.start", run_id=run_id, needs_approval=needs_approval)
        return run_id

    return db.write(work)


def take_next(session, *, lane: str, now: datetime):
    """Commit to what is next on a lane, past all gates; return it, if there is something."""
    row = LaneQueue(lane).begin_next(session, now=now)
    return [row] if row else []


def begin_next(session, *, lane: str, now: datetime):
    """Take the next turn of a lane whose gates all stand open."""
    return LaneGates(lane, rules=OPEN).take_turn(session, now=now)


class Scripted:
    """A channel whose outcomes are given; remembers what it carried."""

    def __init__(self, *outcomes: SendOutcome | Callable[[Outgoing], SendOutcome]) -> None:
        self.carried: list[Outgoing] = []
        self._outcomes = list(outcomes)

    def make_ready(self) -> None:
        """It always is."""

    def send(self, outgoing: Outgoing) -> SendOutcome:
        self.carried.append(outgoing)
        outcome = self._outcomes.pop(0) if self._outcomes else Accepted(f"n-{outgoing.phone}")
        return outcome(outgoing) if callable(outcome) else outcome

    def close(self) -> None:
        """Nothing to let go of."""


def send_all(
    db: Database,
    channel,
    *,
    max_attempts: int = 3,
    until: Callable[[], bool],
    lane: str = LANE,
    has_room: Callable[[], bool] = lambda: True,
) -> None:
    """Run a lane on a clock a thousand times faster than life until `until` is true."""
    began = datetime.now(UTC)
    stop, wake = Event(), Event()
    sender = LaneSender(
        lane=lane,
        ledger=db,
        channel=channel,
        pacer=Pacer(per_second=500, guard_s=0),
        surroundings=Surroundings(
            clock=lambda: NOW + 1000 * (datetime.now(UTC) - began),
            monotonic=lambda: (datetime.now(UTC) - began) / timedelta(seconds=1),
            dice=lambda: 0.5,
            max_attempts=max_attempts,
            has_room=has_room,
        ),
        stop=stop,
        wake=wake,
    )
    thread = Thread(target=sender.run)
    thread.start()
    try:
        patience = Event()
        for _ in range(500):
            if until():
                break
            patience.wait(0.02)
        else:
            raise AssertionError("the lane did not come to an end")
    finally:
        stop.set()
        wake.set()
        thread.join()


def states(db: Database, run_id: int) -> dict[str, int]:
    rows = db.rows("runs.counts", run_ids=[run_id])
    return {row["state"]: row["deliveries"] for row in rows}


def run_state(db: Database, run_id: int) -> str:
    return db.rows("runs.one", run_id=run_id)[0]["state"]
