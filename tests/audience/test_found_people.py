"""What Zendesk answered lately, kept for looking at."""

from datetime import timedelta

import pytest

from relay_core.audience.conditions.definition import ByQuery
from relay_core.audience.resolving.found_people import KEPT_FOR, FoundPeople
from relay_core.audience.resolving.matching import Match
from relay_core.audience.sql.predicates import Predicate
from tests.audience.population import NOW


class Counting:
    """Answers like a search, and counts how often."""

    def __init__(self, *queries):
        self.queries = queries
        self.times = 0

    def __call__(self):
        self.times += 1
        return Match(
            predicate=Predicate("true"),
            explanation="",
            searched=None,
            counted=None,
            complete=True,
            notice=None,
            queries=self.queries,
        )


def look(people, find, *, query="vip", after=timedelta(0), include_staff=False):
    return people.found(
        ByQuery(query),
        include_staff=include_staff,
        against="mirror",
        now=NOW + after,
        find=find,
    )


class TestAnAnswer:
    def test_is_kept_for_some_minutes_with_its_moment(self):
        people, find = FoundPeople(), Counting("vip")
        look(people, find)

        again = look(people, find, after=KEPT_FOR - timedelta(seconds=1))

        assert (find.times, again.as_of) == (1, NOW)

    def test_is_asked_for_again_after_them(self):
        people, find = FoundPeople(), Counting("vip")
        look(people, find)

        again = look(people, find, after=KEPT_FOR)

        assert (find.times, again.as_of) == (2, NOW + KEPT_FOR)

    @pytest.mark.parametrize("other", [{"query": "gold"}, {"include_staff": True}])
    def test_is_for_that_question_only(self, other):
        people, find = FoundPeople(), Counting("vip")
        look(people, find)

        look(people, find, **other)

        assert find.times == 2

    def test_of_the_mirror_alone_is_never_kept(self):
        people, find = FoundPeople(), Counting()
        look(people, find)

        look(people, find)

        assert find.times == 2

    def test_makes_room_for_the_latest_eight(self):
        people, find = FoundPeople(), Counting("vip")
        for number in range(9):
            look(people, find, query=f"q{number}")

        look(people, find, query="q1")
        look(people, find, query="q0")

        assert find.times == 10

    def test_is_forgotten_on_request(self):
        people, find = FoundPeople(), Counting("vip")
        look(people, find)
        people.forget()

        look(people, find)

        assert find.times == 2
