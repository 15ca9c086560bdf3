"""What is not known of tickets, memberships and the time is said where an audience is shown."""

from datetime import timedelta

import pytest

from relay_core.audience.conditions.definition import ByConditions, ByQuery, BySegment
from relay_core.audience.conditions.tree import tree_from_json
from relay_core.audience.policy import Policy
from relay_core.audience.resolving.matching import match
from relay_core.audience.segments.saved import save_segment
from relay_core.people.stages import Stage
from tests.audience.population import NOW, conditions, person, settle, sources
from tests.audience.test_matching import VIPS, Directory, user

REFUSED = "Relay may not read this part."
SKIPPING = Policy(skip_open_tickets=True)


def by(*parts):
    return ByConditions(tree_from_json(conditions(parts)))


OPEN_TICKET = by(("relay.open_ticket", "is", True))
IN_ACME = by(("organization", "is_any_of", ["Acme"]))
EVERYBODY = by()


def nested(db, definition):
    """Return an audience that comes to a definition by two segments."""
    save_segment(db, name="Inner", definition=definition, actor="ada", now=NOW)
    inner = by(("relay.segment", "is_none_of", ["Inner"]))
    save_segment(db, name="Outer", definition=inner, actor="ada", now=NOW)
    return by(("relay.segment", "is_any_of", ["Outer"]))


def record(db, stage, *, finished=NOW, notice=None, fetched=3_000):
    db.write(
        lambda session: session.run(
            "people.record_stage",
            resource=stage,
            cursor=None,
            fetched=fetched,
            begun_at=NOW,
            finished_at=finished,
            notice=notice,
        )
    )


@pytest.fixture
def account(db):
    """An account whose people were read just now, and nothing else."""
    settle(db, [person(1)])
    return db


class TestTickets:
    @pytest.mark.parametrize("way", ["condition", "nested", "segment", "policy", "query"])
    def test_that_zendesk_refuses_are_a_warning_however_they_are_asked_about(self, account, way):
        record(account, Stage.TICKETS, notice=REFUSED)
        by_segments = nested(account, OPEN_TICKET)
        wanted, policy = {
            "condition": (OPEN_TICKET, Policy()),
            "nested": (by_segments, Policy()),
            "segment": (BySegment("Outer"), Policy()),
            "policy": (EVERYBODY, SKIPPING),
            "query": (ByQuery(VIPS), SKIPPING),
        }[way]

        asked = sources(account, policy=policy, search=Directory([user(1)]))
        found = match(wanted, asked, now=NOW)

        assert found.warnings == (REFUSED,)
        assert not found.complete

    def test_that_nobody_asks_about_are_no_warning(self, account):
        record(account, Stage.TICKETS, notice=REFUSED)

        found = match(IN_ACME, sources(account), now=NOW)

        assert (found.warnings, found.complete) == ((), True)

    def test_read_in_part_are_a_warning(self, account):
        record(account, Stage.TICKETS, finished=None)

        found = match(OPEN_TICKET, sources(account), now=NOW)

        assert "Reading the tickets is not finished: 3,000 so far" in found.warnings[0]
        assert not found.complete

    def test_never_read_are_a_warning(self, account):
        found = match(OPEN_TICKET, sources(account), now=NOW)

        assert "The tickets have not been read yet" in found.warnings[0]
        assert "who has an open ticket is not known" in found.warnings[0]
        assert not found.complete

    def test_older_than_a_day_are_a_warning_although_people_are_fresh(self, account):
        record(account, Stage.TICKETS, finished=NOW - timedelta(days=3))

        found = match(OPEN_TICKET, sources(account), now=NOW)

        assert "The tickets were last read from Zendesk 3 days ago" in found.warnings[0]
        assert found.notice == "People as Zendesk had them just now, tickets 3 days ago."

    def test_of_some_hours_are_said_with_their_own_age(self, account):
        record(account, Stage.TICKETS, finished=NOW - timedelta(hours=5))

        found = match(OPEN_TICKET, sources(account), now=NOW)

        assert found.notice == "People as Zendesk had them just now, tickets 5 hours ago."
        assert (found.warnings, found.complete) == ((), True)

    def test_count_also_where_zendesk_finds_the_people(self, account):
        record(account, Stage.TICKETS, notice=REFUSED)
        wanted = by(("tags", "has_any_of", ["vip"]), ("relay.open_ticket", "is", False))
        asked = sources(account, search=Directory([user(1)]))

        found = match(wanted, asked, now=NOW, against="zendesk")

        assert REFUSED in found.warnings
        assert not found.complete


class TestMemberships:
    def test_that_zendesk_refuses_are_a_warning_for_conditions_about_organizations(self, account):
        record(account, Stage.MEMBERSHIPS, notice=REFUSED)
        record(account, Stage.TICKETS)

        found = match(nested(account, IN_ACME), sources(account), now=NOW)

        assert found.warnings == (REFUSED,)
        assert not found.complete

    def test_are_not_missed_in_an_account_that_has_none(self, account):
        record(account, Stage.TICKETS)

        found = match(IN_ACME, sources(account), now=NOW)

        assert (found.warnings, found.complete) == ((), True)

    def test_are_missed_when_the_sync_stopped_before_them(self, account):
        found = match(IN_ACME, sources(account), now=NOW)

        assert "The memberships have not been read yet" in found.warnings[0]
        assert not found.complete

    def test_may_be_a_day_old(self, account):
        record(account, Stage.MEMBERSHIPS, finished=NOW - timedelta(hours=30))
        record(account, Stage.TICKETS)

        found = match(IN_ACME, sources(account), now=NOW)

        assert (found.warnings, found.complete) == ((), True)


class TestAClockThatWasSetBack:
    def test_is_said_instead_of_just_now(self, account):
        found = match(EVERYBODY, sources(account), now=NOW - timedelta(hours=3))

        assert "just now" not in found.notice
        [warning] = found.warnings
        assert "The clock of this computer and the last sync disagree" in warning
        assert "ended on 15 March 2026, 12:00 UTC, and now it is 15 March 2026, 09:00" in warning

    def test_is_seen_in_what_else_was_read(self, account):
        record(account, Stage.TICKETS, finished=NOW + timedelta(days=1))

        found = match(OPEN_TICKET, sources(account), now=NOW)

        assert "disagree" in found.warnings[0]

    def test_is_not_suspected_for_the_moment_of_asking(self, account):
        found = match(EVERYBODY, sources(account), now=NOW - timedelta(seconds=20))

        assert found.notice == "People as Zendesk had them just now."
        assert found.warnings == ()
