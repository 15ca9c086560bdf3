"""The durable queue: what a lane does with each end of an attempt."""

import json
from dataclasses import replace

from relay_core.delivery.recording import recover
from relay_core.gateways.outcomes import (
    Accepted,
    OutcomeUnknown,
    Rejected,
    Throttled,
    Unreachable,
)
from relay_core.templates.writing.documents import template_to_dict
from tests.delivery.world import (
    LANE,
    NOW,
    TEMPLATE,
    Scripted,
    delivery,
    planned_run,
    run_state,
    send_all,
    states,
    take_next,
)


class Stumbling:
    """A ledger on a disk that is full for a moment."""

    def __init__(self, db):
        self._db = db
        self._failures = 1
        self.rows = db.rows

    def write(self, work):
        if self._failures:
            self._failures -= 1
            raise OSError("No space left on device")
        return self._db.write(work)


def finished(db, run_id):
    return lambda: run_state(db, run_id) == "finished"


def _in_french(session, run_id, french):
    """One more person of a run that goes over WhatsApp, who reads French."""
    session.run(
        "templates.keep_integration",
        id=LANE,
        type="whatsapp",
        name="WhatsApp",
        status="active",
        sender=None,
        now=NOW,
    )
    session.run(
        "runs.add_template",
        run_id=run_id,
        language="fr",
        template=json.dumps(template_to_dict(french)),
    )
    session.run_many("runs.add_deliveries", [delivery(run_id, 1) | {"template_language": "fr"}])


class TestALane:
    def test_carries_every_delivery_once_and_then_the_run_is_finished(self, db):
        run_id = planned_run(db, people=40)
        channel = Scripted()

        send_all(db, channel, until=finished(db, run_id))

        assert len({outgoing.phone for outgoing in channel.carried}) == len(channel.carried) == 40
        assert states(db, run_id) == {"accepted": 40}

    def test_makes_each_message_from_the_template_in_its_own_language(self, db):
        run_id = planned_run(db, people=1)
        french = replace(TEMPLATE, language="fr", body="Nous l'avons trouvé.")
        db.write(lambda session: _in_french(session, run_id, french))
        channel = Scripted()

        send_all(db, channel, until=finished(db, run_id))

        codes = [
            outgoing.message["template"]["language"]["code"]
            for outgoing in sorted(channel.carried, key=lambda each: each.phone)
        ]
        assert codes == ["en", "fr"]

    def test_never_repeats_a_delivery_whose_fate_is_unknown(self, db):
        run_id = planned_run(db, people=3)
        channel = Scripted(OutcomeUnknown("ReadTimeout"))

        send_all(db, channel, until=finished(db, run_id))
        send_all(db, channel, until=finished(db, run_id))

        assert len(channel.carried) == 3
        assert states(db, run_id) == {"accepted": 2, "unknown": 1}

    def test_takes_a_refusal_of_one_message_as_final(self, db):
        run_id = planned_run(db, people=2)

        send_all(db, Scripted(Rejected("http_400", "bad")), until=finished(db, run_id))

        assert states(db, run_id) == {"accepted": 1, "failed": 1}

    def test_repeats_a_throttled_delivery_without_counting_an_attempt(self, db):
        run_id = planned_run(db, people=1)
        channel = Scripted(*[Throttled(0.0)] * 5)

        send_all(db, channel, max_attempts=2, until=finished(db, run_id))

        assert len(channel.carried) == 6
        assert states(db, run_id) == {"accepted": 1}

    def test_repeats_what_never_left_and_then_pauses_without_giving_it_up(self, db):
        run_id = planned_run(db, people=1)
        channel = Scripted(*[Unreachable("ConnectError")] * 9)

        send_all(db, channel, max_attempts=3, until=lambda: run_state(db, run_id) == "paused")

        assert len(channel.carried) == 3
        assert states(db, run_id) == {"queued": 1}
        assert "network" in db.rows("runs.one", run_id=run_id)[0]["note"]

    def test_stops_with_a_reason_when_the_channel_refuses_relay_itself(self, db):
        run_id = planned_run(db, people=30)
        refused = Rejected("http_401", "Authorization is required.", lane_fault=True)
        channel = Scripted(*[refused] * 30)

        send_all(db, channel, until=lambda: run_state(db, run_id) == "paused")

        assert states(db, run_id) == {"queued": 30}
        assert "Authorization is required" in db.rows("runs.one", run_id=run_id)[0]["note"]

    def test_records_a_bug_of_a_channel_as_doubt(self, db):
        run_id = planned_run(db, people=1)

        def broken(_outgoing):
            raise RuntimeError("no outcome")

        send_all(db, Scripted(broken), until=finished(db, run_id))

        assert states(db, run_id) == {"unknown": 1}

    def test_goes_on_after_a_moment_in_which_nothing_could_be_written(self, db):
        run_id = planned_run(db, people=2)

        send_all(Stumbling(db), Scripted(), until=finished(db, run_id))

        assert states(db, run_id) == {"accepted": 2}

    def test_leaves_other_lanes_alone(self, db):
        mine = planned_run(db, people=2)
        other = planned_run(db, people=2, lane="lane-2")

        send_all(db, Scripted(), until=finished(db, mine))

        assert states(db, other) == {"queued": 2}


class TestRecovery:
    def test_makes_what_a_stopped_process_left_open_unknown_and_never_queued(self, db):
        run_id = planned_run(db, people=2)
        db.write(lambda session: take_next(session, lane=LANE, now=NOW))

        recovered = db.write(lambda session: recover(session, now=NOW))

        assert recovered == 1
        assert states(db, run_id) == {"queued": 1, "unknown": 1}

    def test_finishes_a_run_that_waited_for_nothing_else(self, db):
        run_id = planned_run(db, people=1)
        db.write(lambda session: take_next(session, lane=LANE, now=NOW))

        db.write(lambda session: recover(session, now=NOW))

        assert run_state(db, run_id) == "finished"

    def test_changes_nothing_when_done_twice(self, db):
        run_id = planned_run(db, people=1)
        send_all(db, Scripted(Accepted("n-1")), until=finished(db, run_id))

        assert db.write(lambda session: recover(session, now=NOW)) == 0
        assert states(db, run_id) == {"accepted": 1}
