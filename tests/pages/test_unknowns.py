"""Messages in doubt on a run's page: listed, decided after a question, and said when sent twice."""

from datetime import UTC, datetime, timedelta

import pytest

from relay_core.delivery.heard import Receipt, ReceiptKind, Reply
from relay_core.delivery.receipts import record
from relay_core.delivery.recording import Attempt, recording
from relay_core.delivery.unknowns import Decision
from relay_core.gateways.outcomes import Accepted, OutcomeUnknown
from tests.delivery.world import LANE, begin_next, phone, planned_run


@pytest.fixture
def db(desk):
    """The file behind the pages."""
    return desk._database  # noqa: SLF001 - what happened is put into the file


def attempt(db):
    now = datetime.now(UTC)
    row = db.write(lambda s: begin_next(s, lane=LANE, now=now))
    return Attempt(
        delivery_id=row["id"],
        run_id=row["run_id"],
        phone=row["phone"],
        number=row["attempts"],
        begun_at=row["begun_at"],
    )


def end(db, begun, outcome):
    db.write(recording(begun, outcome, now=datetime.now(UTC), dice=0.0, max_attempts=3))


@pytest.fixture
def doubtful(db):
    """A run with two messages in doubt and one that waits."""
    run = planned_run(db, people=3)
    for _ in range(2):
        end(db, attempt(db), OutcomeUnknown("ReadTimeout"))
    return run


class TestMessagesInDoubt:
    def test_are_listed_with_what_is_known(self, open_page, doubtful):
        page = open_page("run.py", run=str(doubtful))

        assert not page.exception
        table = page.dataframe[0].value
        assert list(table["Person"]) == ["Person 0", "Person 1"]
        assert "no usable answer" in table["What is known"][0]

    @pytest.mark.parametrize(
        ("decided", "after"), [("sent", "accepted"), ("again", "queued"), ("not_sent", "failed")]
    )
    def test_are_settled_only_after_a_question(self, open_page, desk, doubtful, decided, after):
        page = open_page("run.py", run=str(doubtful))

        page.button(key=f"unknowns_{doubtful}_{decided}").click().run()
        asked = desk.run(doubtful).unknown
        page.button(key="unknowns_confirm").click().run()

        assert not page.exception
        assert asked == 2
        run = desk.run(doubtful)
        assert run.unknown == 0
        assert getattr(run, after) == (3 if after == "queued" else 2)

    def test_of_a_run_that_is_over_cannot_be_sent_again_there(self, open_page, db):
        run = planned_run(db, people=1)
        end(db, attempt(db), OutcomeUnknown("ReadTimeout"))

        page = open_page("run.py", run=str(run))

        assert page.button(key=f"unknowns_{run}_again").disabled

    def test_that_arrived_twice_are_said_so(self, open_page, desk, db, doubtful):
        desk.settle_unknown(doubtful, None, decided=Decision.AGAIN, actor="ann")
        begun = [attempt(db) for _ in range(3)]
        repeat = next(each for each in begun if each.phone == phone(0))
        end(db, repeat, Accepted("second"))
        now = datetime.now(UTC)
        late = Receipt(
            channel_id="first",
            kind=ReceiptKind.USER,
            happened_at=now,
            integration_id=LANE,
            phone=phone(0),
            conversation_id=None,
            code=None,
            reason=None,
        )
        db.write(lambda s: record(s, late, now=now))

        page = open_page("run.py", run=str(doubtful))

        assert not page.exception
        assert any("Sent twice: Person 0" in warning.value for warning in page.warning)


class TestAPerson:
    def test_shows_what_they_asked_for(self, open_page, db):
        [row] = db.table(
            "SELECT id, phone_e164 FROM people WHERE phone_e164 IS NOT NULL AND active LIMIT 1"
        ).to_pylist()
        now = datetime.now(UTC)
        reply = Reply(
            message_id="m",
            conversation_id="",
            body="Stop!",
            happened_at=now - timedelta(minutes=1),
            phone=row["phone_e164"],
        )
        db.write(lambda s: record(s, reply, now=now))

        page = open_page("person.py", person=str(row["id"]))

        assert not page.exception
        assert any("Asked for" in frame.value.columns for frame in page.dataframe)
