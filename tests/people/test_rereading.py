"""Reading people again before they are messaged: what changed, and nothing else."""

import pytest

from relay_core.errors import GatewayError
from relay_core.people.rereading import Change, Marks, Reread, What, reread
from relay_core.people.sync import sync
from relay_core.sandbox.world import invented
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
    more.setdefault("source", there.zendesk)
    return reread(db, ids=ids, region="FR", marks=MARKS, **more)


def ann(what, before, after):
    return (Change(person_id=50, name="Ann", what=what, before=before, after=after),)


def active(db):
    rows = db.table("SELECT id, active FROM people").to_pylist()
    return {row["id"]: row["active"] for row in rows}


class Withholding:
    """Zendesk, which leaves out these people so many times."""

    def __init__(self, zendesk, ids, *, times=1000):
        self.zendesk = zendesk
        self.ids = set(ids)
        self.times = times
        self.asked = []

    def users_by_ids(self, ids):
        self.asked.append(len(ids))
        self.times -= 1
        users = self.zendesk.users_by_ids(ids)
        return tuple(user for user in users if self.times < 0 or user.id not in self.ids)


class TestReadingAgain:
    def test_lists_nothing_where_nothing_changed(self, synced, town):
        assert again(synced, town) == Reread(changes=(), missing=frozenset())

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

        assert again(synced, town).changes == ann(*change)

    @pytest.mark.parametrize(
        "attributes",
        [{"phone": "06 12 34 56 78"}, {"notes": "Nice"}, {"tags": ["vip"]}, {"name": "Anna"}],
    )
    def test_passes_over_what_does_not(self, synced, town, attributes):
        town.change(50, **attributes)

        assert again(synced, town).changes == ()

    def test_brings_the_mirror_up_to_date(self, synced, town):
        town.change(50, suspended=True)
        town.change(51, phone=None)

        again(synced, town)

        found = synced.table("SELECT id, suspended, phone FROM people WHERE id < 60 ORDER BY id")
        assert found.to_pylist() == [
            {"id": 50, "suspended": True, "phone": "+33612345678"},
            {"id": 51, "suspended": False, "phone": None},
        ]

    def test_lists_several_changes_of_one_person_and_shows_no_number(self, synced, town):
        town.change(50, phone="+33699887766", suspended=True, tags=["opted_out"])

        found = again(synced, town)

        assert {each.what for each in found.changes} == {What.PHONE, What.SUSPENDED, What.OPT_OUT}
        assert "99887" not in str(found)

    def test_asks_for_a_hundred_at_once(self, db):
        done = []
        with outside(invented(start=NOW, count=250)) as village:
            bring(db, village)
            ids = [person.record["id"] for person in village.world.directory.people()]

            found = again(db, village, ids=[*ids, *ids], report=done.append)

        assert found == Reread(changes=(), missing=frozenset())
        assert done == [100, 200, 250]

    def test_takes_in_somebody_whom_the_mirror_did_not_know(self, db, town):
        assert again(db, town, ids=[50]).changes == ()
        assert db.table("SELECT id FROM people").to_pylist() == [{"id": 50}]


class TestSomebodyWhomZendeskDoesNotGive:
    def test_is_missing_and_stays_as_the_mirror_had_them(self, synced, town):
        town.change(50, active=False)

        found = again(synced, town)

        assert found == Reread(
            changes=ann(What.DELETED, "there", "deleted"), missing=frozenset({50})
        )
        assert active(synced)[50]

    def test_is_asked_for_twice(self, synced, town):
        source = Withholding(town.zendesk, {50}, times=1)
        town.change(50, suspended=True)

        found = again(synced, town, source=source)

        assert found == Reread(
            changes=ann(What.SUSPENDED, "not suspended", "suspended"), missing=frozenset()
        )
        assert source.asked == [2, 1]

    def test_is_no_news_once_a_sync_told_of_it(self, synced, town):
        town.change(50, active=False)
        bring(synced, town)
        source = Withholding(town.zendesk, ())

        found = again(synced, town, source=source)

        assert found == Reread(changes=(), missing=frozenset({50}))
        assert source.asked == [2]

    def test_is_missing_even_if_the_mirror_never_knew_them(self, synced, town):
        assert again(synced, town, ids=[50, 999]).missing == {999}

    @pytest.mark.parametrize(("people", "withheld", "refused"), [(10, 6, True), (10, 5, False)])
    def test_makes_the_answer_doubtful_together_with_most_others(
        self, db, people, withheld, refused
    ):
        with outside(invented(start=NOW, count=people)) as village:
            bring(db, village)
            before = active(db)
            ids = [id_ for id_, is_active in before.items() if is_active][:10]
            source = Withholding(village.zendesk, ids[:withheld])

            if refused:
                with pytest.raises(GatewayError) as caught:
                    again(db, village, ids=ids, source=source)
                assert "only 4 of 10 people" in caught.value.advice
                assert "Nothing was sent" in caught.value.advice
            else:
                assert again(db, village, ids=ids, source=source).missing == set(ids[:withheld])

        assert active(db) == before

    def test_is_not_doubted_where_only_a_few_were_asked_for(self, synced, town):
        source = Withholding(town.zendesk, {50, 51})

        assert again(synced, town, source=source).missing == {50, 51}

    def test_is_not_doubted_where_the_caller_expects_it(self, db):
        with outside(invented(start=NOW, count=20)) as village:
            bring(db, village)
            ids = [id_ for id_, is_active in active(db).items() if is_active]
            source = Withholding(village.zendesk, ids)

            found = again(db, village, ids=ids, source=source, refuse_gaps=False)

        assert found.missing == set(ids)
