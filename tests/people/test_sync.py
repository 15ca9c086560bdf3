"""Mirroring people: page by page, resumable, and never half a page."""

from datetime import UTC, datetime, timedelta

import pytest

from relay_core.errors import OutsideUnavailable
from relay_core.gateways.zendesk_records import UserPage, ZendeskUser
from relay_core.people.sync import progress, sync
from relay_core.store.database import open_database

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)


def user(id_, **attributes):
    return ZendeskUser.model_validate(
        {"id": id_, "name": f"Person {id_}", "created_at": NOW, "updated_at": NOW, **attributes}
    )


class Account:
    """An account with pages of two, which fails when it is told to."""

    def __init__(self, *users):
        self.users = list(users)
        self.asked = []
        self.fails_at = None

    def users_since(self, cursor):
        self.asked.append(cursor)
        if self.fails_at == len(self.asked):
            raise OutsideUnavailable("down", advice="Try again later.")
        start = int(cursor or 0)
        page = self.users[start : start + 2]
        end = start + len(page)
        return UserPage(
            users=tuple(page), after_cursor=str(end), end_of_stream=end >= len(self.users)
        )

    def user_fields(self):
        return []

    def organizations(self):
        return []


@pytest.fixture
def db(tmp_path):
    with open_database(tmp_path / "relay.duckdb") as database:
        yield database


def run(db, account, *, anew=False, report=lambda _: None):
    return sync(db, source=account, region="NL", clock=lambda: NOW, report=report, anew=anew)


def names(db):
    return db.table("SELECT name FROM people ORDER BY id")["name"].to_pylist()


class TestASync:
    def test_brings_everybody(self, db):
        done = run(db, Account(*(user(n) for n in range(1, 6))))

        assert names(db) == [f"Person {n}" for n in range(1, 6)]
        assert (done.fetched, done.finished_at) == (5, NOW)

    def test_tells_after_each_page_how_far_it_is(self, db):
        told = []

        run(db, Account(*(user(n) for n in range(1, 6))), report=lambda p: told.append(p.fetched))

        assert told == [2, 4, 5]

    def test_goes_on_after_an_interruption_with_the_page_it_was_at(self, db):
        account = Account(*(user(n) for n in range(1, 6)))
        account.fails_at = 2
        with pytest.raises(OutsideUnavailable):
            run(db, account)
        assert progress(db).finished_at is None

        done = run(db, account)

        assert account.asked == [None, "2", "2", "4"]
        assert (done.fetched, len(names(db))) == (5, 5)

    def test_fetches_only_what_changed_the_next_time(self, db):
        account = Account(user(1), user(2), user(3))
        run(db, account)
        account.users.append(user(1, name="Renamed", updated_at=NOW + timedelta(hours=1)))
        account.asked.clear()

        run(db, account)

        assert account.asked == ["3"]
        assert names(db) == ["Renamed", "Person 2", "Person 3"]

    def test_fetches_everybody_again_when_asked(self, db):
        account = Account(user(1), user(2), user(3))
        run(db, account)
        account.asked.clear()

        run(db, account, anew=True)

        assert account.asked[0] is None


class TestAMirroredPerson:
    def test_keeps_custom_fields_tags_and_a_readable_phone(self, db):
        run(
            db,
            Account(
                user(
                    1,
                    phone="06 12345678",
                    tags=["VIP", "a"],
                    user_fields={"plan": "gold", "visits": 3, "newsletter": False, "empty": None},
                    organization_id=501,
                )
            ),
        )

        row = db.table(
            "SELECT phone_e164, tags, organization_ids, fields::JSON::VARCHAR AS fields FROM people"
        ).to_pylist()[0]
        assert row == {
            "phone_e164": "+31612345678",
            "tags": ["vip", "a"],
            "organization_ids": [501],
            "fields": '{"newsletter":false,"plan":"gold","visits":3}',
        }

    def test_that_was_deleted_is_marked_not_forgotten(self, db):
        run(db, Account(user(1, active=False)))

        assert db.rows("people.counts")[0] == {"end_users": 0, "reachable": 0, "deleted": 1}

    def test_appears_once_when_a_page_has_it_twice(self, db):
        run(db, Account(user(1), user(1, name="Later")))

        assert names(db) == ["Later"]
