"""Segments within segments: each evaluated once, however often and by whatever way it is named."""

import time

import pytest

from relay_core.audience.comparing.differences import matched
from relay_core.audience.conditions.definition import ByConditions, ByQuery, BySegment
from relay_core.audience.conditions.tree import tree_from_json
from relay_core.audience.resolving.matching import match
from relay_core.audience.segments.files import NamedDefinition, import_segments
from relay_core.audience.segments.nesting import DEEPEST
from relay_core.audience.segments.saved import save_segment
from relay_core.audience.sql.copying import with_literals
from relay_core.errors import AudienceError
from tests.audience.population import NOW, conditions, person, settle, sources
from tests.audience.test_matching import VIPS, Directory, user


def by(all_=(), any_=(), none=()):
    return ByConditions(tree_from_json(conditions(all_, any_, none)))


def within(*names):
    return ("relay.segment", "is_any_of", list(names))


def beyond(*names):
    return ("relay.segment", "is_none_of", list(names))


def bring(db, definitions):
    wanted = [NamedDefinition(name, definition) for name, definition in definitions.items()]
    import_segments(db, wanted, replacing=False, actor="ada", now=NOW)


def ids(db, definition, **chosen):
    found = match(definition, sources(db, **chosen), now=NOW)
    return sorted(matched(db, found.predicate))


class TestASegmentThatIsNamedTwiceAtEachLevel:
    def test_costs_once(self, db):
        settle(db, [person(1, tags=["vip"]), person(2), person(3, tags=["vip"], suspended=True)])
        levels = {"S1": by([("tags", "has_any_of", ["vip"])])}
        for n in range(2, 15):
            levels[f"S{n}"] = by([within(f"S{n - 1}")], none=[beyond(f"S{n - 1}")])
        bring(db, levels)

        begun = time.perf_counter()
        found = ids(db, by([within("S14")], none=[beyond("S14")]))
        took_s = time.perf_counter() - begun

        assert found == [1]
        assert took_s < 2

    def test_is_in_the_text_once(self, db):
        settle(db, [person(1, tags=["vip"])])
        bring(
            db,
            {
                "Bottom": by([("tags", "has_any_of", ["a tag of the bottom"])]),
                "Left": by([within("Bottom")]),
                "Right": by(none=[within("Bottom")]),
                "Top": by(any_=[within("Left"), within("Right", "Bottom")]),
            },
        )

        found = match(by([within("Top")]), sources(db), now=NOW)

        assert with_literals(found.predicate).count("a tag of the bottom") == 1
        assert sorted(matched(db, found.predicate)) == [1]


class TestNesting:
    @pytest.mark.parametrize(
        ("wanted", "expected"),
        [
            (by([within("Alias")]), [1, 2]),
            (by([beyond("Outer")]), [2, 4]),
            (by([within("Outer"), within("Alias")]), [1]),
            (by(any_=[within("Outer"), within("Deep")]), [1, 2, 3]),
            (by([within("Deep")], none=[within("Found")]), [2]),
        ],
    )
    def test_means_what_each_segment_means(self, db, wanted, expected):
        settle(
            db,
            [person(1, tags=["vip"]), person(2, tags=["vip", "old"]), person(3), person(4)],
        )
        bring(
            db,
            {
                "VIP": by([("tags", "has_any_of", ["vip"])]),
                "Alias": BySegment("VIP"),
                "Found": ByQuery(VIPS),
                "Outer": by(
                    any_=[within("Alias"), within("Found")],
                    none=[("tags", "has_any_of", ["old"])],
                ),
                "Deep": by([within("Alias", "Outer"), beyond("Nobody")]),
                "Nobody": by([within("VIP"), beyond("VIP")]),
            },
        )
        search = Directory([user(1, tags=["vip"]), user(3)])

        assert ids(db, wanted, search=search) == expected

    def test_has_an_end(self, db):
        settle(db, [person(1)])
        save_segment(db, name="S1", definition=by(), actor="ada", now=NOW)
        for n in range(2, DEEPEST + 1):
            deeper = by([within(f"S{n - 1}")])
            save_segment(db, name=f"S{n}", definition=deeper, actor="ada", now=NOW)
        assert ids(db, by([within(f"S{DEEPEST}")])) == [1]

        with pytest.raises(AudienceError) as caught:
            save_segment(
                db, name="Last", definition=by([within(f"S{DEEPEST}")]), actor="ada", now=NOW
            )

        assert f"more than {DEEPEST} within one another" in caught.value.advice

    def test_of_too_many_segments_is_refused_with_both_numbers(self, db):
        settle(db, [person(1)])
        names = [f"S{n}" for n in range(101)]
        bring(db, dict.fromkeys(names, by()))

        with pytest.raises(AudienceError) as caught:
            ids(db, by([within(*names)]))

        assert "101 segments" in caught.value.advice
        assert "the limit is 100" in caught.value.advice
        assert ids(db, by([within(*names[1:])])) == [1]
