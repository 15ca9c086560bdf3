"""Segments taken away as a file and brought back, here or in another account."""

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.audience.conditions.clauses import judging
from relay_core.audience.conditions.definition import ByConditions, ByQuery, BySegment
from relay_core.audience.conditions.fields import catalogue
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree
from relay_core.audience.segments.files import (
    Arrival,
    NamedDefinition,
    import_segments,
    segments_from_json,
    segments_to_json,
    with_dependencies,
)
from relay_core.audience.segments.history import versions
from relay_core.audience.segments.saved import save_segment, segment_named, segments
from relay_core.errors import AudienceError, NotFound
from relay_core.store.database import open_database
from tests.audience.population import NOW, settle

VIP = ByConditions(ConditionTree(all=(Condition("uf.plan", Op.IS_ANY_OF, ("pro",)),)))


def within(*names):
    return ByConditions(ConditionTree(all=(Condition("relay.segment", Op.IS_ANY_OF, names),)))


def save(db, name, definition=VIP):
    return save_segment(db, name=name, definition=definition, actor="ada", now=NOW)


def bring(db, wanted, *, replacing=False):
    return import_segments(db, wanted, replacing=replacing, actor="bob", now=NOW)


class Between:
    """A ledger in which somebody else writes between reading and writing."""

    def __init__(self, ledger, deed):
        self.rows = ledger.rows
        self._ledger, self._deed = ledger, deed

    def write(self, work):
        self._deed()
        return self._ledger.write(work)


@pytest.fixture
def other(tmp_path):
    with open_database(tmp_path / "other.duckdb") as database:
        settle(database, [])
        yield database


class TestAFileOfSegments:
    def test_carries_what_its_segments_need_and_can_be_brought_elsewhere(self, db, other):
        settle(db, [])
        save(db, "VIP")
        save(db, "Query", ByQuery("tags:gold"))
        save(db, "Best", within("VIP"))
        save(db, "Alias", BySegment("Best"))
        text = segments_to_json(with_dependencies(db, ["Alias"]), catalogue=catalogue(db))

        arrivals = bring(other, segments_from_json(text, judge=judging(catalogue(other))))

        assert list(arrivals) == ["VIP", "Best", "Alias"]
        assert set(arrivals.values()) == {Arrival.ADDED}
        assert segment_named(other, "Best").definition == within("VIP")

    def test_says_what_its_fields_mean(self, db):
        settle(db, [])
        save(db, "VIP")

        text = segments_to_json(segments(db), catalogue=catalogue(db))

        assert json.loads(text)["segments"][0]["fields"] == {"uf.plan": "Plan (choice)"}

    def test_may_hold_one_segment_without_a_list(self):
        text = '{"version": 1, "name": "VIP", "definition": {"version": 1, "query": "tags:vip"}}'

        assert segments_from_json(text) == (NamedDefinition("VIP", ByQuery("tags:vip")),)

    def test_is_refused_with_every_mistake(self, db):
        settle(db, [])
        listed = [
            "VIP",
            {"name": "", "definition": {"version": 1, "query": "x"}},
            {"name": "a", "definition": {"version": 1, "query": "x"}, "more": 1},
            {"name": "b", "definition": {"version": 1, "all": [{"field": "uf.x", "op": "is"}]}},
            {"name": "c", "definition": {"version": 1, "query": "x"}},
            {"name": "c", "definition": {"version": 1, "query": "y"}},
            {"name": "d"},
        ]

        with pytest.raises(AudienceError) as caught:
            segments_from_json(
                json.dumps({"version": 1, "segments": listed}), judge=judging(catalogue(db))
            )

        for mistake in (
            "segment 1 is not an object",
            "segment 2: Give the segment a name",
            "segment 3: there is no part named “more”",
            "segment 4, “b”: Correct this audience",
            "the field “uf.x” does not exist",
            "two segments are named “c”",
            "segment 7, “d”",
        ):
            assert mistake in caught.value.advice

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "[]",
            "{}",
            '{"version": 2, "segments": []}',
            '{"version": 1, "segments": []}',
            '{"version": 1, "segments": 7}',
            '{"version": 1}',
        ],
    )
    def test_of_another_form_is_refused(self, text):
        with pytest.raises(AudienceError):
            segments_from_json(text)

    def test_may_name_no_segment_that_is_neither_in_it_nor_here(self, db):
        settle(db, [])
        definition = {"name": "a", "definition": {"version": 1, "all": []}}
        definition["definition"]["all"] = [
            {"field": "relay.segment", "op": "is_any_of", "value": ["b", "nowhere"]}
        ]
        beside = {"name": "b", "definition": {"version": 1, "query": "x"}}

        with pytest.raises(AudienceError, match="mistakes") as caught:
            segments_from_json(
                json.dumps({"version": 1, "segments": [definition, beside]}),
                judge=judging(catalogue(db)),
            )

        assert "nowhere" in caught.value.advice
        assert "“b”:" not in caught.value.advice

    @given(
        st.one_of(
            st.text(),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.text(max_size=5),
                lambda inner: (
                    st.lists(inner, max_size=3)
                    | st.dictionaries(
                        st.sampled_from(
                            ["version", "segments", "name", "definition", "query", "all"]
                        ),
                        inner,
                    )
                ),
            ).map(json.dumps),
        )
    )
    def test_is_never_more_than_refused(self, text):
        with suppress(AudienceError):
            segments_from_json(text)


class TestBringingSegments:
    def test_leaves_the_same_alone(self, db):
        save(db, "VIP")

        assert bring(db, [NamedDefinition("VIP", VIP)]) == {"VIP": Arrival.UNCHANGED}
        assert segment_named(db, "VIP").version == 1

    def test_replaces_only_when_told_to(self, db):
        save(db, "VIP", ByQuery("tags:vip"))
        wanted = [NamedDefinition("New", VIP), NamedDefinition("VIP", VIP)]

        with pytest.raises(AudienceError, match="taken"):
            bring(db, wanted)
        assert [segment.name for segment in segments(db)] == ["VIP"]

        assert bring(db, wanted, replacing=True) == {
            "New": Arrival.ADDED,
            "VIP": Arrival.REPLACED,
        }
        assert segment_named(db, "VIP").version == 2

    def test_brings_all_or_none(self, db):
        circle = [NamedDefinition("a", within("b")), NamedDefinition("b", within("a"))]
        broken = [NamedDefinition("a", VIP), NamedDefinition("b", BySegment("nowhere"))]

        with pytest.raises(AudienceError, match="circle"):
            bring(db, circle)
        with pytest.raises(NotFound):
            bring(db, broken)

        assert segments(db) == []

    def test_leaves_the_same_trail_as_saving_each(self, db):
        save(db, "VIP", ByQuery("tags:vip"))

        bring(db, [NamedDefinition("New", VIP), NamedDefinition("VIP", VIP)], replacing=True)

        trail = db.table("SELECT event, subject, actor, detail FROM audit WHERE actor = 'bob'")
        assert sorted(tuple(row.values()) for row in trail.to_pylist()) == [
            ("segment.saved", "New", "bob", "version 1"),
            ("segment.saved", "VIP", "bob", "version 2"),
        ]
        assert [each.number for each in versions(db, "VIP")] == [2, 1]

    def test_of_a_thousand_takes_no_time_from_what_else_is_written(self, db):
        wanted = [
            NamedDefinition(f"S{n}", within(f"S{n - n % 25}")) for n in range(1_000) if n % 25
        ]
        wanted += [NamedDefinition(f"S{n}", VIP) for n in range(0, 1_000, 25)]

        begun = time.perf_counter()
        bring(db, wanted)
        took_s = time.perf_counter() - begun

        assert len(segments(db)) == 1_000
        assert took_s < 2

    def test_in_a_chain_without_end_is_refused_at_once(self, db):
        chain = [NamedDefinition("S0", VIP)]
        chain += [NamedDefinition(f"S{n}", within(f"S{n - 1}")) for n in range(1, 1_000)]

        begun = time.perf_counter()
        with pytest.raises(AudienceError) as caught:
            bring(db, chain)
        took_s = time.perf_counter() - begun

        assert "more than 30 within one another" in caught.value.advice
        assert took_s < 2
        assert segments(db) == []

    def test_is_judged_again_when_another_has_come_between(self, db):
        between = Between(db, lambda: save(db, "VIP", ByQuery("tags:gold")))

        with pytest.raises(AudienceError, match="taken"):
            bring(between, [NamedDefinition("VIP", VIP)])

        assert segment_named(db, "VIP").definition == ByQuery("tags:gold")
