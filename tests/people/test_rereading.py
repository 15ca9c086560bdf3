"""Reading people again before they are messaged: what changed, and nothing else."""

import pytest

from relay_core.people.rereading import Change, Marks, What, reread
from relay_core.people.sync import sync
from relay_core.sandbox.world import invented
from relay_core.store.database import open_database
from tests.people.account_over_http import outside
from tests.sandbox.small_account import NOW, account_of, user

MARKS = Marks(
    opt_out_tags=("Opted_Out",),
    opt_out_fields=("sms_opt_out",),
    consent_tags=("opted_in",),
    consent_fields=("agreed",),
)
PEOPLE = {
    "user_fields": [
        {"key": "sms_opt_out", "type": "checkbox"},
        {"key": "agreed", "type": "checkbox"},
    ],
    "users": [
        user("Ann", id=50, phone="+33612345678", user_fields={"agreed": True}),
        user("Bob", id=51, phone="+33612345679", tags=["opted_in"]),
    ],
}


@pytest.fixture
def town():
    with outside(account_of(PEOPLE).world) as running:
        yield running


@pytest.fixture
def db(tmp_path):
    with open_database(tmp_path / "relay.duckdb") as database:
        yield database


@pytest.fixture
def synced(db, town):
    bring(db, town)
    return db


def bring(db, there):
    sync(
        db,
        source=there.zendesk,
        region="FR",
        clock=lambda: NOW,
        report=lambda _: None,
        anew=False,
    )


def again(db, there, ids=(50, 51), **more):
    return reread(db, source=there.zendesk, ids=ids, region="FR", marks=MARKS, **more)


def ann(what, before, after):
    return (Change(person_id=50, name="Ann", what=what, before=before, after=after),)


class TestReadingAgain:
    def test_lists_nothing_where_nothing_changed(self, synced, town):
        assert again(synced, town) == ()

    @pytest.mark.parametrize(
        ("attributes", "change"),
        [
            ({"phone": "+33699887766"}, (What.PHONE, "…5678", "…7766")),
            ({"phone": "+33699885678"}, (What.PHONE, "…5678", "another …5678")),
            ({"phone": None}, (What.PHONE, "…5678", "none")),
            ({"phone": "ask the shop"}, (What.PHONE, "…5678", "invalid")),
            ({"suspended": True}, (What.SUSPENDED, "not suspended", "suspended")),
            ({"active": False}, (What.DELETED, "there", "deleted")),
            ({"role": "agent"}, (What.ROLE, "end-user", "agent")),
            ({"tags": ["opted_out"]}, (What.OPT_OUT, "not opted out", "opted out")),
            (
                {"user_fields": {"sms_opt_out": True}},
                (What.OPT_OUT, "not opted out", "opted out"),
            ),
            ({"user_fields": {"agreed": False}}, (What.CONSENT, "consent", "no consent")),
        ],
    )
    def test_lists_what_matters(self, synced, town, attributes, change):
        town.change(50, **attributes)

        assert again(synced, town) == ann(*change)

    @pytest.mark.parametrize(
        "attributes",
        [{"phone": "06 12 34 56 78"}, {"notes": "Nice"}, {"tags": ["vip"]}, {"name": "Anna"}],
    )
    def test_passes_over_what_does_not(self, synced, town, attributes):
        town.change(50, **attributes)

        assert again(synced, town) == ()

    def test_brings_the_mirror_up_to_date(self, synced, town):
        town.change(50, suspended=True)
        town.change(51, active=False)

        again(synced, town)

        found = synced.table("SELECT id, suspended, active FROM people WHERE id < 60 ORDER BY id")
        assert found.to_pylist() == [
            {"id": 50, "suspended": True, "active": True},
            {"id": 51, "suspended": False, "active": False},
        ]

    def test_lists_several_changes_of_one_person_and_shows_no_number(self, synced, town):
        town.change(50, phone="+33699887766", suspended=True, tags=["opted_out"])

        found = again(synced, town)

        assert {each.what for each in found} == {What.PHONE, What.SUSPENDED, What.OPT_OUT}
        assert "99887" not in str(found)

    def test_asks_for_a_hundred_at_once(self, db):
        done = []
        with outside(invented(start=NOW, count=250)) as village:
            bring(db, village)
            ids = [person.record["id"] for person in village.world.directory.people()]

            found = again(db, village, ids=[*ids, *ids], report=done.append)

        assert found == ()
        assert done == [100, 200, 250]

    def test_takes_in_somebody_whom_the_mirror_did_not_know(self, db, town):
        assert again(db, town, ids=[50]) == ()
        assert db.table("SELECT id FROM people").to_pylist() == [{"id": 50}]
