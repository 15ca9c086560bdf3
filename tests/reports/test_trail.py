"""The trail: who did what, when, on what, with old and new values; and nobody takes it back."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.audience.conditions.definition import ByQuery
from relay_core.audience.segments.saved import rename_segment, save_segment
from relay_core.campaigns.changing import Edit
from relay_core.delivery.runs import pause_run
from relay_core.reports.trail import TrailFilter, trail, trail_csv, trail_names
from relay_core.store.audit import changes, note
from relay_core.store.queries import queries
from tests.campaigns.office import campaign
from tests.delivery.world import NOW, planned_run

FOR_PRIVACY = {"erasure.rewrite_entry", "erasure.forget_in_audit"}
"""What somebody typed about a person who was erased goes; who did what and when stays."""


def done(db, *, at=0, actor="anna", event="run.paused", subject="7", detail=None):
    now = NOW + timedelta(seconds=at)
    db.write(
        lambda session: note(
            session, actor=actor, event=event, subject=subject, now=now, detail=detail
        )
    )


def read(db, *, most=100, after=0, **which):
    return [e.subject for e in trail(db, TrailFilter(**which), most=most, after=after)]


class TestTheTrail:
    @pytest.mark.parametrize(
        ("which", "expected"),
        [
            ({}, ["Spring 4", "3", "2", "1"]),
            ({"actor": "bob"}, ["3"]),
            ({"event": "run.paused"}, ["2", "1"]),
            ({"event": "run"}, ["3", "2", "1"]),
            ({"event": "ru"}, []),
            ({"subject": "spring"}, ["Spring 4"]),
            ({"subject": "%"}, []),
            ({"since": NOW + timedelta(seconds=2)}, ["Spring 4", "3", "2"]),
            ({"until": NOW + timedelta(seconds=2)}, ["1"]),
        ],
    )
    def test_is_read_by_who_what_whereon_and_when(self, db, which, expected):
        done(db, at=1, subject="1")
        done(db, at=2, subject="2")
        done(db, at=3, subject="3", actor="bob", event="run.resumed")
        done(db, at=4, subject="Spring 4", event="campaign.edited")

        assert read(db, **which) == expected

    def test_is_read_page_by_page(self, db):
        for n in range(5):
            done(db, at=n, subject=str(n))

        assert [read(db, most=2, after=n) for n in (0, 2, 4)] == [["4", "3"], ["2", "1"], ["0"]]

    def test_knows_whom_and_what_it_names(self, db):
        done(db, actor="bob")
        done(db, actor="anna", event="segment.saved")
        done(db, actor="bob")

        names = trail_names(db)

        assert (names.actors, names.events) == (("anna", "bob"), ("run.paused", "segment.saved"))

    def test_as_a_file_calculates_nothing(self, db):
        done(db, subject="=HYPERLINK(1)", detail="@SUM(1)", actor="+1")

        text = trail_csv(trail(db, TrailFilter(), most=10)).decode("utf-8-sig")

        assert text.splitlines()[0] == '"When","Who","What","On what","Detail"'
        assert "'=HYPERLINK(1)" in text
        assert "'@SUM(1)" in text

    def test_is_never_changed_but_for_people_who_were_erased(self):
        changing = {
            name: text
            for name, text in queries().items()
            if re.search(r"\b(UPDATE|DELETE FROM|TRUNCATE|REPLACE INTO)\s+audit\b", text)
        }

        assert set(changing) == FOR_PRIVACY
        for text in changing.values():
            assert not re.search(r"\b(actor|event|happened_at)\s*=", text.split("WHERE")[0])


class TestADetail:
    def test_says_old_and_new(self):
        said = changes(
            {"name": "Spring", "hold out": 0, "languages": ""},
            {"name": "May", "hold out": 0, "languages": "en, fr"},
        )

        assert said == "name: Spring -> May; languages: nothing -> en, fr"

    @given(st.text(max_size=300), st.text(max_size=300))
    def test_is_short_and_only_there_when_something_changed(self, old, new):
        said = changes({"body": old}, {"body": new})

        assert bool(said) == (old != new)
        assert len(said) <= 2 * 80 + len("body:  -> ")

    def test_of_a_run_names_both_states(self, db):
        run_id = planned_run(db, people=1)

        pause_run(db, run_id, actor="anna", now=NOW)

        [entry] = trail(db, TrailFilter(event="run.paused"), most=1)
        assert entry.detail == "state: running -> paused"

    def test_of_a_segment_names_both_names(self, db):
        save_segment(db, name="a", definition=ByQuery("tags:vip"), actor="anna", now=NOW)

        rename_segment(db, name="a", to="b", actor="anna", now=NOW)

        [entry] = trail(db, TrailFilter(event="segment.renamed"), most=1)
        assert (entry.subject, entry.detail) == ("a", "name: a -> b")

    def test_of_a_campaign_names_what_was_changed_and_no_person(self, relay):
        campaign(relay, "Spring")

        relay.edit_campaign(
            "Spring",
            Edit(name="May", hold_out=10, definition=ByQuery('name:"Ada"')),
            actor="bob",
        )

        [entry] = relay.trail(TrailFilter(event="campaign"), most=1)
        assert (entry.actor, entry.subject) == ("bob", "May")
        assert entry.detail == "name: Spring -> May; hold out: 0 -> 10; audience: changed"
