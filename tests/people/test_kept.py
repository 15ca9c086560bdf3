"""What is kept with people is what the rows it follows from say, whatever was written."""

import hashlib
import json
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relay_core.audience.sql.quicker import tag_mask
from relay_core.delivery.heard import Receipt, ReceiptKind, Reply
from relay_core.delivery.receipts import record
from relay_core.delivery.recording import Attempt, recording, recover
from relay_core.delivery.runs import cancel_run, pause_run
from relay_core.delivery.unknowns import Decision, settle_unknown
from relay_core.errors import IllegalTransition
from relay_core.gateways.outcomes import (
    Accepted,
    OutcomeUnknown,
    Rejected,
    Throttled,
    Unreachable,
)
from relay_core.gateways.zendesk_records import ZendeskUser
from relay_core.people.mirror import remembering
from relay_core.people.settled import KeptBy, keep_by
from relay_core.store.database import open_database
from relay_core.store.migrations import migrations
from tests.delivery.world import FIRST, begin_next

LANE = "lane-1"
START = datetime(2026, 3, 15, 12, tzinfo=UTC)
LEFT = {"sending", "accepted", "delivered", "unknown"}
OPEN = {"running", "paused"}
IDS = st.integers(1, 5)
PHONES = [f"+3161234567{n}" for n in range(4)]
TAGS = ["vip", "opted_out", "één"]
DAYS = 30
SETTINGS = [
    KeptBy(),
    KeptBy(opt_out_tags=("opted_out",), frequency_cap=1, frequency_days=DAYS),
    KeptBy(opt_out_tags=("vip", "één"), opt_out_fields=("quiet",), frequency_cap=2),
    KeptBy(opt_out_fields=("quiet", "other"), frequency_cap=3),
]


USERS = st.builds(
    lambda id_, phone, tags, quiet, active, older: {
        "id": id_,
        "phone": phone,
        "tags": tuple(tags),
        "user_fields": {} if quiet is None else {"quiet": quiet},
        "active": active,
        "older": older,
    },
    IDS,
    st.sampled_from([*PHONES, None, "call me"]),
    st.lists(st.sampled_from(TAGS), unique=True),
    st.sampled_from([None, True, False]),
    st.sampled_from([True, True, True, False]),
    st.sampled_from([False, False, False, True]),
)
PLACES = st.integers(0, 9)
STEPS = st.one_of(
    st.tuples(st.just("sync"), st.lists(USERS, min_size=1, max_size=4)),
    st.tuples(st.just("plan"), st.dictionaries(st.sampled_from(PHONES), IDS, min_size=1)),
    st.tuples(st.just("begin"), st.none()),
    st.tuples(st.just("end"), st.tuples(PLACES, st.sampled_from("ARLTUO"))),
    st.tuples(st.just("receipt"), st.tuples(PLACES, st.sampled_from(list(ReceiptKind)))),
    st.tuples(st.just("stray receipt"), st.sampled_from(PHONES)),
    st.tuples(st.just("stop"), PLACES),
    st.tuples(st.just("settle"), st.tuples(PLACES, st.sampled_from(list(Decision)))),
    st.tuples(st.just("open"), st.sampled_from(SETTINGS)),
    st.tuples(st.just("cancel"), PLACES),
    st.tuples(st.just("pause"), PLACES),
    # Longer than what is looked at first for an answer, or for the last message.
    st.tuples(st.just("wait"), st.sampled_from([3, 8, 61])),
)


class Town:
    """Does each step by what Relay itself does, a second after the last one, or some days."""

    def __init__(self, db):
        self.db = db
        self._seconds = count(1)
        self._numbers = count(1)
        self.attempts: list[Attempt] = []
        self.late = timedelta()

    def now(self) -> datetime:
        return START + self.late + timedelta(seconds=next(self._seconds))

    def take(self, step: str, chosen) -> None:
        now = self.now()
        match step:
            case "sync":
                self.db.write(lambda session: self.sync(session, chosen, now))
            case "plan":
                self.db.write(lambda session: self._plan(session, chosen, now))
            case "begin":
                self._begin(now)
            case "end":
                self._end(*chosen, now)
            case "receipt":
                self._hear(*chosen, now)
            case "stray receipt":
                self._receive(f"stray-{next(self._numbers)}", ReceiptKind.USER, chosen, now)
            case "stop":
                self._stop(chosen, now)
            case "settle":
                self._settle(*chosen, now)
            case "open":
                self._open(chosen, now)
            case _:
                self._change_run(step, chosen, now)

    def wait(self, days: int) -> None:
        self.late += timedelta(days=days)

    def _open(self, chosen, now) -> None:
        self.attempts.clear()
        self.db.write(lambda session: recover(session, now=now))
        keep_by(self.db, chosen)

    def sync(self, session, chosen, now=None) -> None:
        moment = now or self.now()
        remembering([self._user(each, moment) for each in chosen], region="NL")(session)

    def _user(self, chosen, now) -> ZendeskUser:
        changed = START if chosen["older"] else now
        known = {key: value for key, value in chosen.items() if key != "older"}
        return ZendeskUser(name="Somebody", created_at=START, updated_at=changed, **known)

    def _plan(self, session, chosen, now) -> None:
        run_id = session.run(
            "runs.add",
            campaign_id=1,
            request_id=f"request-{next(self._numbers)}",
            integration_id=LANE,
            template="{}",
            definition="{}",
            static_values="{}",
            matched=len(chosen),
            planned=len(chosen),
            manifest="",
            now=now,
            **FIRST,
        )[0]["id"]
        session.run_many(
            "runs.add_deliveries",
            [
                {
                    "run_id": run_id,
                    "person_id": person_id,
                    "person_name": "Somebody",
                    "phone": phone,
                    "bound": "{}",
                    "body": "Hello",
                    "due_at": START,
                }
                for phone, person_id in chosen.items()
            ],
        )
        session.run("runs.start", run_id=run_id, needs_approval=False)
        session.run("deliveries.drop_unwanted", run_id=run_id, now=now)
        session.run("runs.finish_if_settled", run_id=run_id, now=now)

    def _begin(self, now) -> None:
        row = self.db.write(lambda session: begin_next(session, lane=LANE, now=now))
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

    def _end(self, place, letter, now) -> None:
        if not self.attempts:
            return
        attempt = self.attempts.pop(place % len(self.attempts))
        outcome = {
            "A": Accepted(f"channel-{next(self._numbers)}"),
            "R": Rejected("21211", "No such number."),
            "L": Rejected("401", "Not you.", lane_fault=True),
            "T": Throttled(retry_after_s=1.0),
            "U": Unreachable("refused"),
            "O": OutcomeUnknown("timeout"),
        }[letter]
        self.db.write(recording(attempt, outcome, now=now, dice=0.0, max_attempts=3))

    def _hear(self, place, kind, now) -> None:
        known = self._rows("SELECT channel_id, phone FROM deliveries WHERE channel_id IS NOT NULL")
        if known:
            each = known[place % len(known)]
            self._receive(each["channel_id"], kind, each["phone"], now)

    def _receive(self, channel_id, kind, phone, now) -> None:
        receipt = Receipt(
            channel_id=channel_id,
            kind=kind,
            happened_at=now,
            integration_id=LANE,
            phone=phone,
            conversation_id=f"with {phone}",
            code=None,
            reason=None,
        )
        self.db.write(lambda session: record(session, receipt, now=now))

    def _stop(self, place, now) -> None:
        reply = Reply(
            message_id=f"reply-{next(self._numbers)}",
            conversation_id=f"with {PHONES[place % len(PHONES)]}",
            body="STOP",
            happened_at=now,
        )
        self.db.write(lambda session: record(session, reply, now=now))

    def _settle(self, place, decided, now) -> None:
        runs = self._rows(
            "SELECT DISTINCT run_id FROM deliveries WHERE state = 'unknown' ORDER BY 1"
        )
        if not runs:
            return
        with suppress(IllegalTransition):
            run_id = runs[place % len(runs)]["run_id"]
            settle_unknown(self.db, run_id, None, decided=decided, actor="somebody", now=now)

    def _change_run(self, step, place, now) -> None:
        runs = self._rows("SELECT id FROM runs ORDER BY id")
        if not runs:
            return
        change = {"cancel": cancel_run, "pause": pause_run}[step]
        with suppress(IllegalTransition):
            change(self.db, runs[place % len(runs)]["id"], actor="somebody", now=now)

    def _rows(self, sql):
        return self.db.table(sql).to_pylist()


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    with open_database(tmp_path_factory.mktemp("kept") / "relay.duckdb") as database:
        database.table(
            "INSERT INTO campaigns (id, name, template_id, integration_id, definition, bindings,"
            " created_at) VALUES (1, 'Spring', 1, $lane, '{}', '{}', $now)",
            {"lane": LANE, "now": START},
        )
        yield database


def emptied(db) -> Town:
    for table in (
        "people",
        "sharers",
        "runs",
        "deliveries",
        "receipts",
        "replies",
        "suppressions",
        "opt_outs",
        "settlements",
    ):
        db.table(f"DELETE FROM {table}")  # noqa: S608 - the names above
    keep_by(db, SETTINGS[2])
    return Town(db)


def user(id_, phone, *tags):
    return {"id": id_, "phone": phone, "tags": tags, "active": True, "older": False}


def kept(db):
    known = settled(db)
    people = db.table(
        "SELECT id, phone_number, tag_bits, last_message_at, refused, shares_number, capped_at"
        " FROM people ORDER BY id"
    ).to_pylist()
    for each in people:
        if not known.frequency_cap or not counts(db, each["capped_at"]):
            each["capped_at"] = None
    sharers = db.table("SELECT person_id, phone_number, refused FROM sharers ORDER BY 1")
    replies = db.table("SELECT message_id, delivery_id FROM replies ORDER BY 1")
    return people, sharers.to_pylist(), numbers_of_deliveries(db), replies.to_pylist()


def settled(db):
    [row] = db.rows("settled.kept_by")
    return KeptBy(**{name: tuple(v) if isinstance(v, list) else v for name, v in row.items()})


def counts(db, moment):
    """Whether a message is within the days at the moment of the last change, or of any later."""
    last = db.table("SELECT max(changed_at) AS at FROM deliveries").to_pylist()[0]["at"]
    return moment is not None and moment >= last - timedelta(days=DAYS)


def numbers_of_deliveries(db):
    told = db.table(
        "SELECT phone, phone_number, conversation_id, conversation_number FROM deliveries"
        " ORDER BY id"
    )
    return [tuple(each.values()) for each in told.to_pylist()]


def from_scratch(db):
    known = settled(db)
    people = db.table(
        "SELECT id, phone_e164, tags, fields::JSON AS fields FROM people ORDER BY id"
    ).to_pylist()
    sent = [
        each
        for each in db.table("SELECT person_id, phone, state, begun_at FROM deliveries").to_pylist()
        if each["state"] in LEFT
    ]
    numbers = Counter(each["phone_e164"] for each in people if each["phone_e164"])
    told = []
    for each in people:
        heard = sorted(
            message["begun_at"]
            for message in sent
            if message["person_id"] == each["id"] or message["phone"] == each["phone_e164"]
        )
        cap = known.frequency_cap
        capped_at = heard[-cap] if cap and len(heard) >= cap else None
        checked = {key for key, value in json.loads(each["fields"]).items() if value is True}
        told.append(
            {
                "id": each["id"],
                "phone_number": int(each["phone_e164"][1:]) if each["phone_e164"] else None,
                "tag_bits": tag_mask(each["tags"]),
                "last_message_at": heard[-1] if heard else None,
                "refused": bool(
                    {*known.opt_out_tags} & {*each["tags"]} or {*known.opt_out_fields} & checked
                ),
                "shares_number": numbers[each["phone_e164"]] > 1,
                "capped_at": capped_at if counts(db, capped_at) else None,
            }
        )
    sharers = [
        {key: each[key] for key in ("phone_number", "refused")} | {"person_id": each["id"]}
        for each in told
        if each["shares_number"]
    ]
    numbers_sent_to = [
        (phone, int(phone[1:]), conversation, number_of(conversation))
        for phone, _, conversation, _ in numbers_of_deliveries(db)
    ]
    return told, sharers, numbers_sent_to, answers_from_scratch(db)


def number_of(conversation):
    """The number by which a conversation is looked for: the second half of its MD5 hash."""
    if conversation is None:
        return None
    digest = hashlib.md5(conversation.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[8:], "little")


def answers_from_scratch(db):
    """What each reply answers: the newest of its conversation that got through before it."""
    sent = db.table(
        "SELECT id, conversation_id, begun_at FROM deliveries"
        " WHERE state IN ('accepted', 'delivered')"
    ).to_pylist()
    replies = db.table("SELECT * FROM replies ORDER BY message_id").to_pylist()
    told = []
    for reply in replies:
        before = [
            (message["begun_at"], message["id"])
            for message in sent
            if message["conversation_id"] == reply["conversation_id"]
            and message["begun_at"] <= reply["received_at"]
        ]
        delivery_id = max(before)[1] if before else None
        told.append({"message_id": reply["message_id"], "delivery_id": delivery_id})
    return told


def waiting_in(db):
    """Return the states of runs in which something waits: where it is looked for."""
    runs = "SELECT DISTINCT r.state FROM deliveries d JOIN runs r ON r.id = d.run_id"
    return set(db.table(f"{runs} WHERE d.state = 'queued'").column("state").to_pylist())


class TestWhatIsKeptWithPeople:
    @settings(
        max_examples=20,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        print_blob=True,
    )
    @given(steps=st.lists(STEPS, min_size=4, max_size=16))
    def test_is_what_the_rows_say_after_any_sequence_of_writes(self, db, steps):
        town = emptied(db)

        for step, chosen in steps:
            town.wait(chosen) if step == "wait" else town.take(step, chosen)

        assert kept(db) == from_scratch(db)
        assert waiting_in(db) <= OPEN

    def test_is_the_message_of_long_ago_when_the_latest_did_not_leave(self, db):
        town = emptied(db)
        town.take("sync", [user(1, PHONES[0])])
        for days in (0, 400):
            town.late = timedelta(days=days)
            town.take("plan", {PHONES[0]: 1})
            town.take("begin", None)

        town.take("end", (1, "R"))

        assert kept(db) == from_scratch(db)
        assert kept(db)[0][0]["last_message_at"] is not None

    @pytest.mark.parametrize("ends", ["RA", "AR", "RR", "AA"])
    def test_is_what_was_heard_once_it_is_known_how_attempts_ended(self, db, ends):
        town = emptied(db)
        town.take("sync", [user(1, PHONES[0]), user(2, PHONES[0])])
        for _ in ends:
            town.take("plan", {PHONES[0]: 1})
            town.take("begin", None)
        reached = kept(db)

        for end in ends:
            town.take("end", (0, end))

        assert [each["capped_at"] is not None for each in reached[0]] == [True, True]
        assert kept(db) == from_scratch(db)
        assert [each["capped_at"] is not None for each in kept(db)[0]] == [ends == "AA"] * 2

    def test_is_what_the_rows_say_where_neighbours_share_a_commit(self, db):
        town = emptied(db)
        town.take("sync", [user(1, PHONES[0]), user(2, PHONES[1]), user(3, PHONES[0])])
        town.take("plan", {PHONES[0]: 1, PHONES[1]: 2})

        def neighbours(session):
            begin_next(session, lane=LANE, now=town.now())
            town.sync(session, [user(1, PHONES[1]), user(2, PHONES[0])])
            begin_next(session, lane=LANE, now=town.now())
            town.sync(session, [user(1, PHONES[0]), user(3, PHONES[2])])

        db.write(neighbours)

        assert kept(db) == from_scratch(db)

    def test_is_filled_in_where_a_file_is_older(self, db):
        town = emptied(db)
        town.take("sync", [user(1, PHONES[0], "vip"), user(2, PHONES[0]), user(3, None, "één")])
        town.take("plan", {PHONES[0]: 1, PHONES[1]: 3})
        town.take("begin", None)
        town.take("begin", None)
        town.take("end", (0, "A"))
        town.take("receipt", (0, ReceiptKind.USER))
        for _ in range(2):
            town.take("stop", 0)
        known = migrations()
        statements = [each for number in (5, 13, 14, 18, 20) for each in known[number].split(";")]
        fills = [each for each in statements if "UPDATE " in each]

        db.table("UPDATE people SET phone_number = 0, tag_bits = -1, last_message_at = NULL")
        db.table("UPDATE people SET shares_number = false, refused = NULL, capped_at = NULL")
        db.table("UPDATE sharers SET refused = NULL")
        db.table("UPDATE deliveries SET phone_number = NULL, conversation_number = NULL")
        db.table("UPDATE replies SET delivery_id = NULL")
        db.table("DELETE FROM kept_by")
        for statement in fills:
            db.table(statement)
        keep_by(db, SETTINGS[2])

        assert len(fills) == 6
        assert kept(db) == from_scratch(db)
        assert [each["delivery_id"] is not None for each in kept(db)[3]] == [True, True]
