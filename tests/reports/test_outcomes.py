"""The tickets after a run: whose they are, from when they count, and what may be said of them."""

from datetime import timedelta

import pytest

from relay_core.gateways.outcomes import Rejected
from relay_core.reports.outcome_tickets import outcome_tickets
from relay_core.reports.outcome_words import said_answers, said_outcome
from relay_core.reports.outcomes import Opened, Verdict, Window
from relay_core.reports.paper import as_html
from relay_core.reports.run_report import run_report
from tests.delivery.world import NOW, phone, planned_run
from tests.reports.story import at, send

HOUR = 3600
LATER = NOW + timedelta(days=5)


def hold_out(db, run_id, *people, percent=20):
    """Hold people out of a run, each at a place of its queue: id to place."""

    def work(session):
        session.run("control_groups.add", run_id=run_id, percent=percent, seed="test")
        session.run_many(
            "runs.add_exclusions",
            [
                {
                    "run_id": run_id,
                    "person_id": person,
                    "person_name": f"Held {person}",
                    "reason": "held_out",
                    "place": place,
                }
                for person, place in people
            ],
        )
        session.run("control_groups.give_neighbours", run_id=run_id)

    db.write(work)


def opened(db, number, person, moment, *, channel="email", is_messaging=False):
    """Let a person open a ticket."""
    ticket = {
        "id": number,
        "requester_id": person,
        "opened_at": moment,
        "channel": channel,
        "is_messaging": is_messaging,
    }
    db.write(lambda session: session.run_many("people.upsert_opened_tickets", [ticket]))


def read(db, moment=LATER, *, notice=None):
    """Let tickets be read until a moment."""
    db.write(
        lambda session: session.run(
            "people.record_stage",
            resource="tickets",
            cursor="c",
            fetched=1,
            begun_at=moment,
            finished_at=moment,
            notice=notice,
        )
    )


def over(db, run_id):
    db.write(lambda session: session.run("runs.finish_if_settled", run_id=run_id, now=at(99)))


def windows(db, run_id, *, now=LATER):
    return run_report(db, run_id, now=now).outcome.windows


def sentence(db, run_id, *, now=LATER):
    outcome = run_report(db, run_id, now=now).outcome
    return said_outcome(outcome, outcome.windows[-1])


@pytest.fixture
def run_id(db):
    """Four messages of one hour each, and two people held out beside the second and the last."""
    number = planned_run(db, people=4)
    hold_out(db, number, (50, 1), (51, 4))
    for n in range(4):
        send(db, begun=at(n * HOUR))
    over(db, number)
    return number


class TestATicket:
    @pytest.mark.parametrize(
        ("after_h", "within"),
        [(-0.1, (0, 0)), (0, (1, 1)), (23.9, (1, 1)), (24, (0, 1)), (71.9, (0, 1)), (72, (0, 0))],
    )
    def test_of_a_recipient_counts_from_their_message(self, db, run_id, after_h, within):
        opened(db, 1, 1, at(HOUR + after_h * HOUR))

        counted = tuple(window.recipients.tickets for window in windows(db, run_id))

        # Before the run was made no ticket is kept at all.
        assert counted == within

    @pytest.mark.parametrize(("person", "hour"), [(50, 1), (51, 3)])
    def test_of_somebody_held_out_counts_from_the_message_beside_them(
        self, db, run_id, person, hour
    ):
        opened(db, 1, person, at(hour * HOUR - 60))
        opened(db, 2, person, at(hour * HOUR))

        assert [window.held_out.tickets for window in windows(db, run_id)] == [1, 1]

    def test_counts_once_for_a_person_who_opens_five(self, db, run_id):
        for number in range(5):
            opened(db, number, 1, at(2 * HOUR + number))

        [_, window] = windows(db, run_id)

        assert (window.recipients.tickets, window.recipients.wrote.count) == (5, 1)
        assert window.recipients.tickets_per_100 == 125

    def test_on_another_profile_with_the_number_is_the_persons(self, db, run_id):
        for person, number in ((1, 31_600_000_001), (77, 31_600_000_001)):
            db.table(
                "INSERT INTO sharers (person_id, phone_number) VALUES ($id, $number)",
                {"id": person, "number": number},
            )
        opened(db, 1, 77, at(2 * HOUR))

        assert windows(db, run_id)[0].recipients.wrote.count == 1

    def test_of_a_whatsapp_profile_of_the_number_is_the_persons(self, db, run_id):
        row = (
            "INSERT INTO people BY NAME SELECT $id AS id, 'x' AS name, 'end-user' AS role,"
            " $state AS phone_state, $e164 AS phone_e164, $whatsapp AS whatsapp,"
            " ltrim($e164, '+')::BIGINT AS phone_number,"
            " false AS shared_phone, []::BIGINT[] AS organization_ids, []::VARCHAR[] AS tags,"
            " true AS verified, false AS suspended, true AS active, now()::TIMESTAMP AS created_at,"
            " now()::TIMESTAMP AS updated_at"
        )
        db.table(row, {"id": 1, "state": "valid", "e164": phone(1), "whatsapp": None})
        db.table(row, {"id": 78, "state": "missing", "e164": None, "whatsapp": phone(1)[1:]})
        opened(db, 1, 78, at(2 * HOUR), channel="whatsapp", is_messaging=True)

        assert windows(db, run_id)[0].recipients.wrote.count == 1

    def test_that_was_deleted_does_not_count(self, db, run_id):
        opened(db, 1, 1, at(2 * HOUR))
        db.write(lambda session: session.run("people.drop_opened_tickets", ids=[1]))

        assert windows(db, run_id)[0].recipients.tickets == 0

    @pytest.mark.parametrize(
        ("channel", "is_messaging", "late_s", "apart"),
        [
            ("whatsapp", True, 5, True),
            ("whatsapp", True, 1000, False),  # long after the reply
            ("email", False, 5, False),  # not by messaging
        ],
    )
    def test_that_a_reply_opened_is_counted_apart(self, db, channel, is_messaging, late_s, apart):
        number = planned_run(db, people=2)
        send(db, begun=at(0)).delivered(happened=at(2)).replied("Thanks", heard=at(60))
        send(db, begun=at(1)).delivered(happened=at(2))
        over(db, number)
        opened(db, 1, 0, at(60 + late_s), channel=channel, is_messaging=is_messaging)

        [_, window] = windows(db, number)

        assert (window.recipients.answers, window.recipients.tickets) == (apart, not apart)
        assert bool(said_answers(window)) == apart

    @pytest.mark.parametrize(
        ("ticket", "channel", "apart"),
        [
            (1, "whatsapp", (1, 1)),
            (1, "sms", (1, 1)),  # whatever Zendesk calls the channel
            (2, "whatsapp", (0, 0)),  # the reply is in another ticket
            (None, "whatsapp", (1, 0)),  # Zendesk did not say, so the time does
        ],
    )
    def test_is_a_replys_where_zendesk_says_so(self, db, ticket, channel, apart):
        number = planned_run(db, people=1)
        send(db, begun=at(0)).delivered(happened=at(2)).replied("Thanks", heard=at(60))
        over(db, number)
        opened(db, 1, 0, at(65), channel=channel, is_messaging=channel == "whatsapp")
        db.table("UPDATE replies SET ticket_id = $ticket", {"ticket": ticket})

        [_, window] = windows(db, number)

        assert (window.recipients.answers, window.recipients.certain) == apart
        assert window.recipients.tickets == 1 - window.recipients.answers

    @pytest.mark.parametrize(
        ("certain", "words"),
        [
            (2, "2 tickets were opened by replies to the message itself within 72 hours. Who"),
            (1, "opened by replies to the message itself within 72 hours, 1 of them probably."),
            (0, "2 tickets were probably opened by replies to the message itself within"),
        ],
    )
    def test_is_called_probable_only_where_zendesk_did_not_say(self, certain, words):
        opened_by = Opened(wrote=None, tickets=0, tickets_per_100=0, answers=2, certain=certain)
        window = Window(
            hours=72,
            over_at=None,
            verdict=Verdict.NO_CONTROL,
            recipients=opened_by,
            held_out=None,
            difference=None,
            people=None,
        )

        assert words in said_answers(window)


class TestWhoCounts:
    def test_are_failed_ones_too_and_nobody_whose_message_never_left(self, db):
        number = planned_run(db, people=3)
        hold_out(db, number, (50, 0), (51, 2))
        send(db, Rejected("21211", "No such number"), begun=at(0))
        send(db, begun=at(1))

        [_, window] = windows(db, number)

        assert window.recipients.wrote.total == 2
        assert window.held_out.wrote.total == 1  # beside the third message, which waits
        assert run_report(db, number, now=LATER).outcome.held_out == 2


class TestTheSentence:
    def told(self, db, *, recipients, held_out, wrote, held_wrote):
        """Tell of a run in which so many of each group opened a ticket."""
        number = planned_run(db, people=recipients)
        hold_out(db, number, *((100_000 + n, n) for n in range(held_out)))
        db.table(
            "UPDATE deliveries SET state = 'accepted', channel_id = id, begun_at = due_at"
            " WHERE run_id = $run",
            {"run": number},
        )
        over(db, number)
        for n in range(wrote):
            opened(db, n, n, at(n + 1))
        for n in range(held_wrote):
            opened(db, 50_000 + n, 100_000 + n, at(n + 1))
        read(db)
        return number

    def test_can_be_repeated_where_a_difference_is_shown(self, db):
        number = self.told(db, recipients=900, held_out=300, wrote=27, held_wrote=30)

        [_, window] = windows(db, number)

        assert window.verdict is Verdict.FEWER
        assert window.difference.difference == pytest.approx(-0.07)
        assert sentence(db, number) == (
            "Fewer tickets: 3.0 of 100 recipients opened a ticket within 72 hours, against 10.0 of "
            "100 held out. The difference lies between 3.8 and 11.0 of 100 with 95 % certainty, "
            "about 63 people fewer over the whole run."
        )

    def test_says_so_where_none_can_be_shown(self, db):
        number = self.told(db, recipients=90, held_out=30, wrote=3, held_wrote=1)

        assert windows(db, number)[1].verdict is Verdict.NOT_SHOWN
        assert sentence(db, number).startswith("No difference can be shown: 3.3 of 100 recipients")

    def test_says_more_where_the_message_brought_tickets(self, db):
        number = self.told(db, recipients=300, held_out=300, wrote=60, held_wrote=6)

        assert sentence(db, number).startswith("More tickets: 20.0 of 100 recipients")

    def test_claims_nothing_where_nobody_was_held_out(self, db):
        number = planned_run(db, people=1)
        send(db, begun=at(0))
        over(db, number)
        opened(db, 1, 0, at(5))
        read(db)

        [_, window] = windows(db, number)

        assert (window.verdict, window.difference, window.held_out) == (
            Verdict.NO_CONTROL,
            None,
            None,
        )
        assert "cannot be said whether the message changed that" in sentence(db, number)
        assert "--hold-out" in sentence(db, number)

    def test_waits_for_the_last_window(self, db, run_id):
        read(db)

        first, second = windows(db, run_id, now=at(3 * HOUR) + timedelta(hours=30))

        assert first.verdict is not Verdict.EARLY
        assert second.verdict is Verdict.EARLY
        assert sentence(db, run_id, now=at(4 * HOUR)) == (
            "Too early: 72 hours are over on 18 March 2026 at 15:00 UTC."
        )

    def test_waits_while_the_run_may_write_to_somebody(self, db):
        number = planned_run(db, people=2)
        send(db, begun=at(0))

        assert "the run is under way" in sentence(db, number)

    @pytest.mark.parametrize(
        ("until", "notice", "words"),
        [(at(9), None, "were last read on 15 March"), (LATER, "Only some.", "not read to the end")],
    )
    def test_asks_for_a_sync_where_tickets_are_not_known(self, db, run_id, until, notice, words):
        read(db, until, notice=notice)

        assert words in sentence(db, run_id)

    def test_of_a_run_older_than_what_is_known_of_tickets_claims_nothing(self, db, run_id):
        read(db)
        db.table("INSERT INTO account (name, tickets_since) VALUES ('x', $at)", {"at": at(50)})

        assert windows(db, run_id)[1].verdict is Verdict.UNKNOWN

    def test_of_a_run_that_wrote_to_nobody_says_that(self, db):
        assert "Nothing has left" in sentence(db, planned_run(db, people=0))


class TestTheTicketsBehind:
    def test_a_figure_are_as_many_as_it_says(self, db, run_id):
        opened(db, 11, 1, at(2 * HOUR))
        opened(db, 12, 1, at(30 * HOUR))
        opened(db, 13, 50, at(2 * HOUR))

        def behind(hours, *, held_out):
            return outcome_tickets(
                db,
                run_id,
                hours=hours,
                held_out=held_out,
                answers=False,
                zendesk_url="https://acme.zendesk.com/",
            ).to_pylist()

        assert [[row["ticket_id"] for row in behind(h, held_out=False)] for h in (24, 72)] == [
            [11],
            [11, 12],
        ]
        [held] = behind(72, held_out=True)
        assert (held["name"], held["hours_after"]) == ("Held 50", 1.0)
        assert held["link"] == "https://acme.zendesk.com/agent/tickets/13"


class TestTheFacts:
    def test_of_outcomes_are_those_of_the_report(self, db, run_id):
        opened(db, 1, 1, at(2 * HOUR))
        opened(db, 2, 50, at(30 * HOUR))
        [early, late] = windows(db, run_id)

        facts = db.table(
            "SELECT is_held_out, count(*) AS people, sum(tickets_24h) AS t24, sum(tickets_72h) AS"
            " t72 FROM report_outcomes WHERE run_id = $run GROUP BY 1 ORDER BY 1",
            {"run": run_id},
        ).to_pylist()

        assert [(row["people"], row["t24"], row["t72"]) for row in facts] == [
            (4, early.recipients.tickets, late.recipients.tickets),
            (2, early.held_out.tickets, late.held_out.tickets),
        ]


class TestOnPaper:
    def test_the_sentence_and_the_share_stand_with_everything_else(self, db, run_id):
        report = run_report(db, run_id, now=LATER)

        page = as_html(report)

        assert "Tickets afterwards" in page
        assert said_outcome(report.outcome, report.outcome.windows[-1]) in page
        assert "20 %, 2 people" in page
