"""Tickets after a run: forgetting people changes no figure of them, and tells of nobody."""

from datetime import timedelta

import pytest

from relay_core.people.kept import keep_people
from relay_core.privacy.erasure import let_back
from relay_core.privacy.retention import remove_aged
from relay_core.reports.outcome_tickets import outcome_tickets
from relay_core.reports.run_report import run_report
from tests.audience.population import person
from tests.delivery.world import phone
from tests.privacy.office import LATER, known, mirrored, populated, settled_run
from tests.privacy.test_erasure import erased
from tests.reports.story import at
from tests.reports.test_outcomes import hold_out, opened, over, read

OVER = at(0) + timedelta(days=5)
AGED = at(0) + timedelta(days=40)
HELD_OUT = 6
HOUSEMATE = 50
WHATSAPP_PROFILE = 51


@pytest.fixture
def run_id(db):
    """Six messages and one person held out; two of their numbers stand on other profiles, too."""
    populated(db)
    mirrored(db, known(HOUSEMATE, phone=phone(0)))
    mirrored(db, person(WHATSAPP_PROFILE, "Held by chat", phone=None, whatsapp=phone(HELD_OUT)[1:]))
    number = settled_run(db)
    hold_out(db, number, (HELD_OUT, 2))
    over(db, number)
    for ticket, opener in enumerate((0, HOUSEMATE, 2, HELD_OUT, WHATSAPP_PROFILE), start=1):
        opened(db, ticket, opener, at(3600 * ticket))
    opened(db, 6, 1, at(60), channel="whatsapp", is_messaging=True)
    read(db, OVER)
    return number


def recounted(db, number, *, held_out):
    """Whose tickets count within 72 hours, as a table below the figures names them."""
    rows = [
        outcome_tickets(
            db, number, hours=72, held_out=held_out, answers=answers, zendesk_url="https://z.test"
        ).to_pylist()
        for answers in (False, True)
    ]
    return [[(row["person_id"], row["ticket_id"]) for row in each] for each in rows]


def counted(db, number):
    """Every figure of the outcome, and what it is counted from."""
    outcome = run_report(db, number, now=AGED).outcome
    return outcome, *(recounted(db, number, held_out=each) for each in (False, True))


class TestTheOutcomeOfARun:
    def test_counts_tickets_of_recipients_and_of_whom_was_held_out(self, db, run_id):
        _, recipients, held_out = counted(db, run_id)

        assert recipients == [[(0, 1), (0, 2), (2, 3)], [(1, 6)]]
        assert held_out == [[(HELD_OUT, 4), (HELD_OUT, 5)], []]

    @pytest.mark.parametrize(
        "people",
        [
            # A recipient, whose number is on another profile, and somebody held out.
            (0, HELD_OUT),
            # The other profiles alone: what they opened counts for who has their number.
            (HOUSEMATE, WHATSAPP_PROFILE),
            # Everybody, one after the other.
            (0, HOUSEMATE, 1, WHATSAPP_PROFILE, HELD_OUT, 2),
        ],
    )
    def test_stays_the_same_through_erasures_and_retention(self, db, run_id, people):
        before = counted(db, run_id)

        for each in people:
            erased(db, each, typed="Held by chat" if each == WHATSAPP_PROFILE else None)
        after = counted(db, run_id)
        done = remove_aged(db, days=31, actor="night", now=AGED, go_on=lambda: True)

        assert after == before
        assert counted(db, run_id) == before
        assert done.runs == 1

    def test_counts_no_ticket_twice_once_people_are_mirrored_again(self, db, run_id):
        before = counted(db, run_id)
        for each in (0, HOUSEMATE):
            erased(db, each)
            let_back(db, each, actor="kim", now=LATER)

        mirrored(db, known(0, phone=phone(0)))
        half = counted(db, run_id)
        db.write(lambda session: keep_people(session, [known(HOUSEMATE, phone=phone(0))]))

        assert half == before
        assert counted(db, run_id) == before

    def test_names_nobody_who_was_erased(self, db, run_id):
        erased(db, HELD_OUT)

        held_out = "SELECT DISTINCT run_id, name FROM report_tickets WHERE is_held_out"
        assert db.few(held_out, {}) == [{"run_id": run_id, "name": None}]
