"""Whatever is said, in whatever order and however often: no state regresses, nothing is mixed."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from relay_core.delivery.heard import Receipt, ReceiptKind, Reply
from relay_core.delivery.receipts import record
from relay_core.delivery.recording import Attempt, recording, recover
from relay_core.delivery.states import ARROWS, DeliveryState
from relay_core.delivery.unknowns import Decision, settle_unknown
from relay_core.errors import IllegalTransition
from relay_core.gateways.outcomes import Accepted, OutcomeUnknown, Rejected, Throttled
from relay_core.store.database import open_database
from tests.delivery.world import LANE, NOW, begin_next, phone, planned_run, states

PEOPLE = 2
PLACES = st.integers(0, 11)
KINDS = st.sampled_from(list(ReceiptKind))
PHONES = st.integers(0, PEOPLE - 1)
TABLES = ("runs", "deliveries", "attempts", "receipts", "replies", "suppressions", "opt_outs")


def reachable():
    """From each state, those that the arrows lead to."""
    found = {state: {state} for state in DeliveryState}
    for _ in DeliveryState:
        for (source, _arrow), to in ARROWS.items():
            for reached in found.values():
                if source in reached:
                    reached.add(to)
    return found


REACHABLE = reachable()


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    with open_database(tmp_path_factory.mktemp("machine") / "relay.duckdb") as database:
        yield database


def emptied(db):
    for table in (*TABLES, "settlements", "campaigns"):
        db.table(f"DELETE FROM {table}")  # noqa: S608 - the names above
    return db


class Messages(RuleBasedStateMachine):
    """Runs, a channel with its own truth, people who answer, and somebody who decides."""

    db = None

    @initialize()
    def begin_anew(self):
        emptied(self.db)
        self.seconds = 0
        self.numbers = 0
        self.attempts = []
        self.sent = []
        self.sender = {}
        self.heard = set()
        self.wishes = {}
        self.before = {}
        self.repeated = set()
        for _ in range(3):
            self.plan()

    def now(self):
        self.seconds += 1
        return NOW + timedelta(seconds=self.seconds)

    def fresh(self, word):
        self.numbers += 1
        return f"{word}-{self.numbers}"

    @rule()
    def plan(self):
        # As in a real plan, whoever is blocked gets nothing.
        run_id = planned_run(self.db, people=PEOPLE)
        self.db.write(lambda s: s.run("deliveries.drop_unwanted", run_id=run_id, now=NOW))

    @rule()
    def begin(self):
        now = self.now()
        row = self.db.write(lambda s: begin_next(s, lane=LANE, now=now))
        if row:
            self.attempts.append(
                Attempt(
                    delivery_id=row["id"],
                    run_id=row["run_id"],
                    phone=row["phone"],
                    number=row["attempts"],
                    begun_at=row["begun_at"],
                )
            )

    @rule(place=PLACES, end=st.sampled_from(["accept", "lose", "time out", "reject", "throttle"]))
    def answer(self, place, end):
        if not self.attempts:
            return
        attempt = self.attempts.pop(place % len(self.attempts))
        channel_id = self.fresh("n")
        if end in {"accept", "lose"}:
            self.sent.append((channel_id, attempt.phone))
            self.sender[channel_id] = attempt.delivery_id
        outcome = {
            "accept": Accepted(channel_id),
            "lose": OutcomeUnknown("ReadTimeout"),
            "time out": OutcomeUnknown("ReadTimeout"),
            "reject": Rejected("21211", "No such number."),
            "throttle": Throttled(0.0),
        }[end]
        self.db.write(recording(attempt, outcome, now=self.now(), dice=0.0, max_attempts=3))

    @rule(place=PLACES)
    def overtake(self, place):
        """A message is taken, and its receipt comes before the answer, which is then lost."""
        if not self.attempts:
            return
        attempt = self.attempts.pop(place % len(self.attempts))
        channel_id = self.fresh("n")
        self.sent.append((channel_id, attempt.phone))
        self.sender[channel_id] = attempt.delivery_id
        self.hear(channel_id, attempt.phone, ReceiptKind.CHANNEL)
        unknown = OutcomeUnknown("ReadTimeout")
        self.db.write(recording(attempt, unknown, now=self.now(), dice=0.0, max_attempts=3))

    @rule(place=PLACES, kind=KINDS)
    def time_out_after_a_receipt_for_another(self, place, kind):
        """A receipt for something earlier comes while an answer is awaited that never comes."""
        if not self.attempts:
            return
        attempt = self.attempts.pop(place % len(self.attempts))
        carried = {row["channel_id"] for row in self.deliveries()}
        earlier = [
            each for each in self.sent if each[1] == attempt.phone and each[0] not in carried
        ]
        if earlier:
            self.hear(*earlier[place % len(earlier)], kind)
        unknown = OutcomeUnknown("ReadTimeout")
        self.db.write(recording(attempt, unknown, now=self.now(), dice=0.0, max_attempts=3))

    @rule(place=PLACES, kind=KINDS)
    def receive(self, place, kind):
        if self.sent:
            self.hear(*self.sent[place % len(self.sent)], kind)

    @rule(n=PHONES, kind=KINDS)
    def receive_anothers(self, n, kind):
        self.hear(self.fresh("foreign"), phone(n + 100), kind)
        self.hear(self.fresh("foreign"), phone(n), kind, lane="lane-of-somebody-else")

    def hear(self, channel_id, number, kind, *, lane=LANE):
        self.heard.add((channel_id, kind))
        now = self.now()
        receipt = Receipt(
            channel_id=channel_id,
            kind=kind,
            happened_at=now,
            integration_id=lane,
            phone=number,
            conversation_id=None,
            code=None,
            reason=None,
        )
        self.db.write(lambda s: record(s, receipt, now=now))

    @rule(decided=st.sampled_from(list(Decision)), place=PLACES)
    def decide(self, decided, place):
        rows = self.rows("SELECT id, run_id FROM deliveries WHERE state = 'unknown' ORDER BY id")
        if not rows:
            return
        row = rows[place % len(rows)]
        try:
            settle_unknown(
                self.db, row["run_id"], [row["id"]], decided=decided, actor="ann", now=self.now()
            )
        except IllegalTransition:
            return
        if decided is Decision.AGAIN:
            self.repeated.add(row["id"])

    @rule(n=PHONES, word=st.sampled_from(["STOP", "Start!"]), minutes=st.integers(-5, 5))
    def wish(self, n, word, minutes):
        now = self.now()
        happened_at = min(now, NOW + timedelta(minutes=minutes))
        self.wishes.setdefault(phone(n), []).append((happened_at, word == "STOP"))
        reply = Reply(
            message_id=self.fresh("m"),
            conversation_id="",
            body=word,
            happened_at=NOW + timedelta(minutes=minutes),
            phone=phone(n),
        )
        for _ in range(2):
            self.db.write(lambda s: record(s, reply, now=now))

    @rule()
    def restart(self):
        self.attempts.clear()
        now = self.now()
        self.db.write(lambda s: recover(s, now=now))

    @invariant()
    def no_state_regresses(self):
        for row in self.deliveries():
            was = self.before.get(row["id"], DeliveryState.QUEUED)
            assert DeliveryState(row["state"]) in REACHABLE[was]
            if was is DeliveryState.UNKNOWN and row["state"] in {"queued", "sending"}:
                assert row["id"] in self.repeated
            self.before[row["id"]] = DeliveryState(row["state"])

    @invariant()
    def no_receipt_is_given_to_another(self):
        carried = [row for row in self.deliveries() if row["channel_id"]]
        ids = [row["channel_id"] for row in carried]
        assert len(ids) == len(set(ids))
        for row in carried:
            if row["channel_id"] == f"by-hand:{row['id']}":
                assert row["state"] == "accepted"
            else:
                assert self.sender[row["channel_id"]] == row["id"]
        settled = self.rows("SELECT delivery_id, channel_id FROM settlements")
        for row in settled:
            if row["channel_id"]:
                assert self.sender[row["channel_id"]] == row["delivery_id"]

    @invariant()
    def nothing_is_delivered_without_a_receipt(self):
        for row in self.deliveries():
            if row["state"] == "delivered":
                assert (row["channel_id"], ReceiptKind.USER) in self.heard

    @invariant()
    def the_latest_wish_holds(self):
        blocked = {row["phone"] for row in self.rows("SELECT phone FROM suppressions")}
        assert blocked == {number for number, said in self.wishes.items() if max(said)[1]}
        waiting = {row["phone"] for row in self.deliveries() if row["state"] == "queued"}
        assert not waiting & blocked

    def deliveries(self):
        return self.rows("SELECT id, phone, state, channel_id FROM deliveries ORDER BY id")

    def rows(self, sql):
        return self.db.table(sql).to_pylist() if self.db else []


class TestWhateverIsSaid:
    def test_holds_every_promise(self, file):
        class Bound(Messages):
            db = file

        Bound.TestCase.settings = settings(max_examples=15, stateful_step_count=30, deadline=None)
        Bound.TestCase("runTest").runTest()


STEPS = st.lists(KINDS, max_size=5).flatmap(
    lambda kinds: st.permutations(["answer", *kinds]).map(lambda order: (kinds, order))
)


class TestTheOrder:
    @settings(max_examples=25, deadline=None)
    @given(steps=STEPS, lost=st.booleans())
    def test_of_answer_and_receipts_changes_nothing(self, file, steps, lost):
        db = emptied(file)
        kinds, order = steps
        run_id = planned_run(db, people=1)
        row = db.write(lambda s: begin_next(s, lane=LANE, now=NOW))
        attempt = Attempt(
            delivery_id=row["id"], run_id=run_id, phone=row["phone"], number=1, begun_at=NOW
        )
        outcome = OutcomeUnknown("ReadTimeout") if lost else Accepted("n-1")

        for step in order:
            if step == "answer":
                db.write(recording(attempt, outcome, now=NOW, dice=0.0, max_attempts=3))
                continue
            receipt = Receipt(
                channel_id="n-1",
                kind=step,
                happened_at=NOW,
                integration_id=LANE,
                phone=row["phone"],
                conversation_id=None,
                code=None,
                reason=None,
            )
            db.write(lambda s, receipt=receipt: record(s, receipt, now=NOW))

        end = "unknown" if lost and not kinds else "accepted"
        end = "failed" if ReceiptKind.FAILURE in kinds else end
        assert states(db, run_id) == {"delivered" if ReceiptKind.USER in kinds else end: 1}
