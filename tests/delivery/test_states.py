"""A delivery's states: the drawing, the enum, the arrows and the table say the same."""

import re

from relay_core.delivery import states
from relay_core.delivery.states import (
    ARROWS,
    RUN_ARROWS,
    Arrow,
    DeliveryState,
    RunArrow,
    RunState,
)
from relay_core.store.database import open_database
from relay_core.store.migrations import migrations
from relay_core.store.queries import queries
from tests.delivery.world import LANE, NOW, planned_run


def check_of(table: str, *, migration: int = 1) -> set[str]:
    body = re.search(rf"CREATE TABLE {table} \((.*?)\n\);", migrations()[migration], re.DOTALL)[1]
    words = re.search(r"state\s+TEXT NOT NULL CHECK \(state IN\s*\(([^)]*)\)", body)[1]
    return set(re.findall(r"'(\w+)'", words))


class TestTheStatesOfADelivery:
    def test_are_those_of_the_table(self):
        assert check_of("deliveries") == {state.value for state in DeliveryState}

    def test_are_all_drawn(self):
        assert all(state.value in states.__doc__ for state in DeliveryState)

    def test_have_no_arrow_that_is_not_drawn_and_explained(self):
        explained = re.findall(r"^    (\w+)  ", states.__doc__, re.MULTILINE)

        assert {arrow.value for arrow in Arrow} <= set(explained)
        assert {arrow for _, arrow in ARROWS} == set(Arrow)

    def test_can_all_be_reached_from_the_queue(self):
        reached = {DeliveryState.QUEUED}
        for _ in DeliveryState:
            reached |= {to for (source, _), to in ARROWS.items() if source in reached}

        assert reached == set(DeliveryState)

    def test_lead_from_unknown_back_to_the_queue_only_by_a_person(self):
        assert [
            arrow
            for (source, arrow), to in ARROWS.items()
            if source is DeliveryState.UNKNOWN and to is DeliveryState.QUEUED
        ] == [Arrow.REPEAT]


DRAWING = states.__doc__.split("states of its own:")[1]
OVER = {RunState.FINISHED, RunState.CANCELLED}


CHANGES = [
    ("runs.start", {"needs_approval": False}),
    ("runs.start", {"needs_approval": True}),
    ("runs.approve", {"manifest": "", "actor": "somebody else"}),
    ("runs.reject", {}),
    ("runs.pause_lane", {}),
    ("runs.finish_if_settled", {}),
    ("runs.change_state", {"from_state": "paused", "to_state": "running"}),
    ("runs.change_state", {"from_state": "running", "to_state": "cancelled"}),
    ("runs.change_state", {"from_state": "paused", "to_state": "cancelled"}),
]
"""Every query that changes a run's state, as it is called."""


class TestTheStatesOfARun:
    def test_are_those_of_the_table(self):
        assert check_of("runs_anew", migration=9) == {state.value for state in RunState}

    def test_are_all_drawn(self):
        assert all(state.value in DRAWING for state in RunState)

    def test_have_no_arrow_that_is_not_drawn_and_explained(self):
        drawing, explained = DRAWING.split("\n\n    start ")

        assert all(arrow.value in drawing for arrow in RunArrow)
        assert {arrow.value for arrow in RunArrow} == {
            "start",
            *re.findall(r"^    (\w+)  ", explained, re.MULTILINE),
        }
        assert {arrow for _, arrow in RUN_ARROWS} == set(RunArrow)

    def test_can_all_be_reached_and_all_come_to_an_end(self):
        reached = {RunState.FREEZING}
        for _ in RunState:
            reached |= {to for (source, _), to in RUN_ARROWS.items() if source in reached}

        assert reached == set(RunState)
        assert {source for source, _ in RUN_ARROWS} == set(RunState) - OVER

    def test_let_messages_leave_in_one_state_only(self):
        assert "r.state = 'running'" in queries()["deliveries.begin"]

    def test_change_only_where_the_queries_expect_the_state_they_come_from(self, tmp_path):
        taken = set()
        with open_database(tmp_path / "relay.duckdb") as db:
            for source in RunState:
                for query, values in CHANGES:
                    run_id = planned_run(db, people=0)
                    db.table(
                        "UPDATE runs SET state = $state WHERE id = $id",
                        {"state": source, "id": run_id},
                    )
                    known = {"run_id": run_id, "now": NOW, "lane": LANE, "note": "x"}
                    asked = re.findall(r"\$(\w+)", queries()[query])
                    bound = {name: (known | values)[name] for name in asked}
                    db.write(lambda s, q=query, b=bound: s.run(q, **b))
                    found = db.table("SELECT state FROM runs WHERE id = $id", {"id": run_id})
                    after = RunState(found["state"][0].as_py())
                    if after is not source:
                        taken.add((source, after))

        assert taken == {(source, to) for (source, _), to in RUN_ARROWS.items()}
