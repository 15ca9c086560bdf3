"""A delivery's states: the drawing, the enum, the arrows and the table say the same."""

import re

from relay_core.delivery import states
from relay_core.delivery.states import ARROWS, Arrow, DeliveryState, RunState
from relay_core.store.migrations import migrations


def check_of(table: str) -> set[str]:
    body = re.search(rf"CREATE TABLE {table} \((.*?)\n\);", migrations()[1], re.DOTALL)[1]
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


class TestTheStatesOfARun:
    def test_are_those_of_the_table(self):
        assert check_of("runs") == {state.value for state in RunState}
