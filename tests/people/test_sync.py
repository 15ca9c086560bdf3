"""Mirroring people: page by page, resumable, and never half a page."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import stamina

from relay_core.errors import AccessDenied, OutsideUnavailable
from relay_core.gateways.zendesk import Zendesk
from relay_core.people.stages import Stage, standings
from relay_core.people.sync import sync
from relay_core.sandbox.world import invented
from tests.audience.history import campaign
from tests.people.account_over_http import gateway, outside
from tests.sandbox.small_account import account_of, user

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
AGENT = ("dee@team.example/token", "sandbox-token")


@pytest.fixture(autouse=True)
def no_waiting():
    with stamina.set_testing(True, attempts=3):
        yield


@pytest.fixture
def town():
    """Somebody for each rule, over HTTP."""
    account = account_of(
        {
            "organizations": [{"id": n, "name": f"Company {n}"} for n in (7, 8, 9)],
            "user_fields": [{"key": "plan", "type": "dropdown"}, {"key": "shoe", "type": "text"}],
            "users": [
                user("Ann", id=50, phone="06 12345678", tags=["VIP", "a"]),
                user("Bob", id=51, organization_ids=[7, 8]),
                user("Cy", id=52, active=False),
                user("Dee", id=53, role="agent", email="dee@team.example"),
                user(
                    "Eve",
                    id=54,
                    phone="+33612345678",
                    identities=[
                        {"type": "phone_number", "value": "+33612345678"},
                        {"type": "messaging", "subtype_name": "whatsapp", "value": "+33612345678"},
                    ],
                ),
            ],
        }
    )
    with outside(account.world) as running:
        yield running


@pytest.fixture(scope="module")
def city():
    """Enough people for four pages."""
    with outside(invented(start=NOW, count=3_200)) as running:
        yield running


def run(db, source, *, anew=False, report=lambda _: None, at=NOW):
    return sync(db, source=source, region="NL", clock=lambda: at, report=report, anew=anew)


def table(db, sql):
    return db.table(sql).to_pylist()


def count(db, what):
    return len(table(db, f"FROM {what}"))


def organizations(db, id_):
    known = table(db, "SELECT id, organization_ids FROM people")
    return {row["id"]: row["organization_ids"] for row in known}[id_]


class TestASync:
    def test_brings_everybody(self, db, city):
        done = run(db, city.zendesk)

        assert count(db, "people") == done.fetched == len(list(city.world.directory.people()))
        assert (done.finished_at, done.stage, done.notice) == (NOW, None, None)

    def test_tells_after_each_page_how_far_it_is(self, db, city):
        told = []

        run(db, city.zendesk, report=told.append)

        people = [each for each in told if each.stage is Stage.PEOPLE]
        assert [each.fetched for each in people] == [1000, 2000, 3000]
        assert list(dict.fromkeys(each.stage for each in told if each.stage)) == list(Stage)

    @pytest.mark.parametrize("stage", [Stage.PEOPLE, Stage.MEMBERSHIPS])
    def test_goes_on_after_an_interruption_with_the_page_it_was_at(self, db, city, stage):
        def fail_in(so_far):
            if so_far.stage is stage:
                city.fail(500)

        try:
            with pytest.raises(OutsideUnavailable):
                run(db, city.zendesk, report=fail_in)
        finally:
            city.recover()
        broken = standings(db)[stage]

        run(db, city.zendesk)

        everything = {
            Stage.PEOPLE: 3_200,
            Stage.MEMBERSHIPS: len(city.world.directory.memberships("organization")),
        }[stage]
        assert 0 < broken.fetched < everything
        assert broken.finished_at is None
        assert count(db, stage) == everything
        if stage is Stage.MEMBERSHIPS:  # of people, what changed since is read after that
            assert standings(db)[stage].fetched == everything

    def test_fetches_only_what_changed_the_next_time(self, db, town):
        run(db, town.zendesk)
        town.change(50, name="Renamed")

        done = run(db, town.zendesk, at=LATER)

        assert done.fetched == 1
        assert table(db, "SELECT name FROM people WHERE id = 50") == [{"name": "Renamed"}]

    def test_fetches_everybody_again_when_asked(self, db, town):
        everybody = run(db, town.zendesk).fetched

        assert run(db, town.zendesk, anew=True).fetched == everybody

    def test_waits_for_a_rate_limit_and_goes_on(self, db, city):
        before = city.zendesk.waits
        city.fail(429, share=0.3)
        try:
            with stamina.set_testing(True, attempts=30):
                run(db, city.zendesk)
        finally:
            city.recover()

        assert city.zendesk.waits.since(before).limits > 0
        assert count(db, "people") == 3_200

    def test_begins_again_when_zendesk_has_forgotten_the_place(self, db, town):
        run(db, town.zendesk)
        with_nonsense = base64.urlsafe_b64encode(b"nonsense").decode()
        db.write(
            lambda session: session.run(
                "people.record_stage",
                resource=Stage.PEOPLE,
                cursor=with_nonsense,
                fetched=3,
                begun_at=NOW,
                finished_at=None,
                notice=None,
            )
        )

        done = run(db, town.zendesk)

        assert done.fetched == len(list(town.world.directory.people()))

    def test_needs_an_administrator(self, db, town):
        with gateway(town.url, basic=AGENT) as agent, pytest.raises(AccessDenied):
            run(db, agent)


class TestTheCatalogue:
    def test_loses_a_field_that_was_deleted_in_zendesk(self, db, town):
        run(db, town.zendesk)
        town.world.directory.forget_field("shoe")

        run(db, town.zendesk)

        assert [row["key"] for row in db.rows("people.user_fields")] == ["plan"]


class TestAMirroredPerson:
    def test_keeps_custom_fields_tags_and_a_readable_phone(self, db, town):
        fields = {"plan": "gold", "visits": 3, "newsletter": False, "empty": None}
        town.change(50, user_fields=fields, organization_id=7)

        run(db, town.zendesk)

        assert table(
            db,
            "SELECT phone_e164, tags, organization_ids, fields::JSON::VARCHAR AS fields "
            "FROM people WHERE id = 50",
        ) == [
            {
                "phone_e164": "+31612345678",
                "tags": ["vip", "a"],
                "organization_ids": [7],
                "fields": '{"newsletter":false,"plan":"gold","visits":3}',
            }
        ]

    def test_that_was_deleted_is_marked_not_forgotten(self, db, town):
        run(db, town.zendesk)

        assert db.rows("people.counts")[0]["deleted"] == 1

    def test_has_the_digits_of_its_whatsapp_identity(self, db, town):
        run(db, town.zendesk)

        known = table(db, "SELECT id, whatsapp FROM people WHERE whatsapp IS NOT NULL")
        assert known == [{"id": 54, "whatsapp": "33612345678"}]

    def test_loses_a_whatsapp_identity_that_went(self, db, town):
        run(db, town.zendesk)
        town.change(54, identities=[])

        run(db, town.zendesk)

        assert table(db, "FROM people WHERE whatsapp IS NOT NULL") == []


class TestMemberships:
    def test_are_all_kept_the_default_one_first(self, db, town):
        town.change(51, organization_id=8, organization_ids=[7, 8, 9])

        run(db, town.zendesk)

        assert organizations(db, 51) == [8, 7, 9]

    def test_survive_a_change_of_the_person(self, db, town):
        run(db, town.zendesk)
        town.change(51, name="Robert")

        run(db, town.zendesk)

        assert organizations(db, 51) == [7, 8]

    def test_end_where_zendesk_ended_them(self, db, town):
        run(db, town.zendesk)
        town.change(51, organization_ids=[7])

        run(db, town.zendesk, at=NOW + timedelta(days=2))

        assert organizations(db, 51) == [7]

    def test_are_read_once_a_day_and_whenever_everything_is(self, db, town):
        run(db, town.zendesk)
        town.change(51, organization_ids=[7, 9])

        run(db, town.zendesk, at=LATER)
        soon = organizations(db, 51)
        run(db, town.zendesk, at=LATER, anew=True)

        assert (soon, organizations(db, 51)) == ([7, 8], [7, 9])


class TestTickets:
    def test_are_kept_while_they_are_open(self, db, town):
        town.ticket(50, status="open")
        town.ticket(50, status="solved")

        run(db, town.zendesk)

        found = table(db, "SELECT requester_id, status FROM tickets")
        assert found == [{"requester_id": 50, "status": "open"}]

    def test_disappear_when_they_close_or_are_deleted(self, db, town):
        closing, deleted, staying = (town.ticket(50) for _ in range(3))
        run(db, town.zendesk)
        town.world.tickets.change(closing, {"status": "solved"}, author_id=53)
        town.world.tickets.delete(deleted)

        run(db, town.zendesk)

        assert table(db, "SELECT id FROM tickets") == [{"id": staying}]

    def test_come_back_when_they_open_again(self, db, town):
        ticket = town.ticket(50, status="solved")
        run(db, town.zendesk)
        town.world.tickets.change(ticket, {"status": "open"}, author_id=53)

        run(db, town.zendesk)

        assert count(db, "tickets") == 1

    def test_that_were_opened_since_the_first_run_are_known_until_they_are_deleted(self, db, town):
        campaign(db, 1, template_id=1, at=NOW - timedelta(days=1))
        ids = [
            town.ticket(50, created_at=created, **how)
            for created, how in (
                ("2026-03-01T00:00:00Z", {}),  # before the first run
                ("2026-03-15T00:00:00Z", {"status": "solved"}),
                ("2026-03-15T00:00:00Z", {"external_id": "relay-1-1"}),  # a text of Relay's own
                ("2026-03-15T00:00:00Z", {}),
            )
        ]
        run(db, town.zendesk)
        before = [row["id"] for row in table(db, "SELECT id FROM opened_tickets ORDER BY id")]
        town.world.tickets.delete(ids[3])

        run(db, town.zendesk)

        assert before == [ids[1], ids[3]]
        assert table(db, "SELECT id, requester_id, channel, is_messaging FROM opened_tickets") == [
            {"id": ids[1], "requester_id": 50, "channel": "api", "is_messaging": False}
        ]

    def test_take_no_longer_than_people_and_are_gone_on_with(self, db):
        account = account_of({"users": [user("Ann", id=50)]})
        with outside(account.world) as town:
            for _ in range(21_500):
                town.ticket(50)

            first = run(db, town.zendesk)
            known = count(db, "tickets")
            second = run(db, town.zendesk)

        assert (first.finished_at, first.stage, known) == (NOW, Stage.TICKETS, 20_000)
        assert "until 15 March 2026" in first.notice
        assert (second.stage, second.notice, count(db, "tickets")) == (None, None, 21_500)

    def test_that_are_forbidden_fail_nothing_and_are_told(self, db, town):
        with gateway(town.url, basic=AGENT) as agent:
            done = run(db, WithoutTickets(town.zendesk, agent))

        assert (done.finished_at, done.stage) == (NOW, None)
        assert "may not read tickets" in done.notice
        assert count(db, "people") == done.fetched

    def test_are_read_as_soon_as_that_is_allowed(self, db, town):
        town.ticket(50)
        with gateway(town.url, basic=AGENT) as agent:
            run(db, WithoutTickets(town.zendesk, agent))

        done = run(db, town.zendesk)

        assert (done.notice, count(db, "tickets")) == (None, 1)


@dataclass
class WithoutTickets:
    """An administrator's eyes for everything but tickets, which an agent may not export."""

    admin: Zendesk
    agent: Zendesk

    def tickets_since(self, cursor):
        return self.agent.tickets_since(cursor)

    def __getattr__(self, name):
        return getattr(self.admin, name)
