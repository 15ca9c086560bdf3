"""Whatever happens in whatever order, lost answers included: at last Zendesk shows the file."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from relay_core.audience.conditions.definition import ByQuery
from relay_core.audience.segments.saved import delete_segment, save_segment, segments
from relay_core.errors import OutsideUnavailable
from relay_core.mirroring.objects import Kind
from relay_core.mirroring.records import external_id
from relay_core.store.database import open_database
from tests.delivery.world import NOW, planned_run
from tests.mirroring.mirrored import Mirrored
from tests.mirroring.test_telling import forget
from tests.reports.story import at, send

PEOPLE = 4
SHOWN = {"accepted": "On its way", "delivered": "Delivered", "failed": "Failed"}
WHO = {"actor": "anna", "now": NOW}
people = st.integers(1, PEOPLE)
names = st.sampled_from(["VIPs", "Others"])


class Story(RuleBasedStateMachine):
    """A run, its receipts, erasures and segments, and passes between them."""

    empty_file = None

    @initialize()
    def begin(self):
        self.folder = TemporaryDirectory()
        self.db = open_database(Path(shutil.copy(self.empty_file, self.folder.name)))
        self.mirrored = Mirrored(self.db, people=PEOPLE)
        self.mirrored.define()
        planned_run(self.db, people=PEOPLE, first_person=1)
        self.sent = []
        self.forgotten = set()

    @rule()
    def a_message_leaves(self):
        if len(self.sent) < PEOPLE:
            self.sent.append(send(self.db, begun=at(len(self.sent))))

    @rule(which=people, well=st.booleans())
    def a_receipt_comes(self, which, well):
        if which <= len(self.sent):
            sent, heard = self.sent[which - 1], self.mirrored.now
            if well:
                sent.delivered(happened=heard)
            else:
                sent.failed("(#131026) No", happened=heard)

    @rule(which=people)
    def somebody_is_erased(self, which):
        if which <= len(self.sent):
            forget(self.db, which)
            self.forgotten.add(which)

    @rule(name=names, query=st.sampled_from(["tags:vip", "tags:gold"]))
    def a_segment_is_saved(self, name, query):
        save_segment(self.db, name=name, definition=ByQuery(query), **WHO)

    @rule(name=names)
    def a_segment_is_deleted(self, name):
        if name in {each.name for each in segments(self.db)}:
            delete_segment(self.db, name=name, **WHO)

    @rule(lost=st.sampled_from([None, "message/jobs", "segment/jobs", "campaign/jobs"]))
    def a_pass_is_done(self, lost):
        if lost:
            self.mirrored.lose_answer(f"relay_mirror_{lost}")
        try:
            self.mirrored.pass_over()
        except OutsideUnavailable:
            assert lost
        self.mirrored.faults.clear()

    def teardown(self):
        with self.folder, self.db:
            self.compare()

    def compare(self):
        self.mirrored.pass_over()
        told = self.mirrored.records(Kind.MESSAGE)
        kept = self.mirrored.records(Kind.SEGMENT)
        rows = self.db.table("SELECT id, person_id, state FROM deliveries").to_pylist()
        expected = [segment.definition.query for segment in segments(self.db)]
        shown = [each["audience"].removeprefix("Zendesk query: ") for each in kept.values()]

        assert {key: each["status"] for key, each in told.items()} == {
            external_id("f1", row["id"]): SHOWN[row["state"]]
            for row in rows
            if row["state"] in SHOWN and row["person_id"] not in self.forgotten
        }
        assert sorted(shown) == sorted(expected)


class TestZendesk:
    def test_shows_what_the_file_says_in_the_end(self, empty_file):
        Story.empty_file = empty_file
        case = Story.TestCase
        case.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)

        case().runTest()
