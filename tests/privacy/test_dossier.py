"""What is told about one person: their history, and the file that answers a request for access."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest

from relay_core.people.consent import consent_of, said_consent
from relay_core.privacy.dossier import dossier
from relay_core.privacy.history import messages_of
from tests.delivery.world import phone
from tests.privacy.office import LATER, known, mirrored, noted, populated, settled_run
from tests.privacy.test_erasure import erased
from tests.reports.story import at
from tests.reports.test_outcomes import hold_out, opened

FIELDS = {"kind": "user", "born_at": "yesterday"}
"""Keys that an account chose, as Relay's own are called."""


@pytest.fixture
def office(db):
    populated(db)
    return db


def told(db, n):
    return messages_of(db, n, phones=[phone(n)])


class TestTheHistory:
    def test_tells_each_message_with_receipts_and_replies_in_order(self, office):
        run_id = settled_run(office)

        [message] = told(office, 1)

        assert (message.run_id, message.state, message.text) == (
            run_id,
            "delivered",
            "We found it.",
        )
        assert message.template == "fault_found (en)"
        assert message.delivered_after_s == 4
        assert [each.kind for each in message.receipts] == ["user"]
        assert [(each.text, each.opts_out) for each in message.replies] == [("STOP", True)]

    def test_says_what_the_decision_rested_on(self, office):
        settled_run(office)
        office.table("UPDATE deliveries SET consent = 'tag:agreed' WHERE person_id = 1")

        assert told(office, 1)[0].consent == "tag agreed"
        assert told(office, 2)[0].consent == "not noted"

    def test_says_that_texts_were_removed(self, office):
        settled_run(office)
        erased(office, 0)

        [message] = told(office, 0)

        assert (message.text, message.removed, message.phone) == (None, "asked", None)
        assert message.delivered_after_s == 2


class TestConsent:
    @pytest.mark.parametrize(
        ("tags", "fields", "rules", "said"),
        [
            (["agreed"], {}, {"consent_tags": ["Agreed"]}, "tag agreed"),
            ([], {"ok": True}, {"consent_fields": ["ok"]}, "field ok checked"),
            ([], {"ok": False}, {"consent_fields": ["ok"]}, "not required"),
            # Nobody would be messaged then; nothing is claimed.
            ([], {}, {"consent_required": True, "consent_tags": ["agreed"]}, "not noted"),
        ],
    )
    def test_is_what_said_yes(self, tags, fields, rules, said):
        assert said_consent(consent_of(tags=tags, fields=fields, rules=rules)) == said


class TestTheDossier:
    def test_holds_everything_twice_once_to_read(self, office):
        mirrored(office, known(1, details="Likes <b>tea</b>", tags=["vip"], fields=FIELDS))
        settled_run(office)
        noted(office, "people.excluded", "block list", '{"ids": [1, 2], "reason": "asked"}')

        with ZipFile(BytesIO(dossier(office, 1, actor="kim", now=LATER).as_zip())) as both:
            page = both.read("person.html").decode()
            document = json.loads(both.read("person.json"))

        assert document["profile"]["email"] == "p1@example.com"
        assert document["messages"][0]["replies"][0]["text"] == "STOP"
        assert document["numbers_never_messaged"][0]["phone"] == phone(1)
        assert document["opt_outs"][0]["word"] == "stop"
        # Who else was moved is theirs.
        assert json.loads(document["audit_trail"][0]["detail"])["ids"] == [1]
        for shown in ("<th>kind</th><td>user</td>", "on the phone", "15 March 2026, 12:00:01 UTC"):
            assert shown in page
        for shown in ("p1@example.com", "We found it.", "STOP", "vip", "Met 1 in May"):
            assert shown in page
        assert "Likes &lt;b&gt;tea" in page

    def test_is_written_to_the_audit_trail(self, office):
        dossier(office, 1, actor="kim", now=LATER)

        entry = office.few("SELECT actor, event, subject FROM audit", {})
        assert entry == [{"actor": "kim", "event": "person.exported", "subject": "1"}]

    def test_names_tickets_that_count_and_what_leaving_out_means(self, office):
        run_id = settled_run(office)
        hold_out(office, run_id, (6, 1))
        opened(office, 71, 6, at(60))
        opened(office, 72, 6, at(100 * 3600))

        held_out = dossier(office, 6, actor="kim", now=LATER).parts

        assert [(each["ticket"], each["counted_after_runs"]) for each in held_out["tickets"]] == [
            (71, [run_id]),
            (72, None),
        ]
        assert held_out["tickets"][0]["opened_by_you"] is True
        assert held_out["left_out_of"][0]["meaning"] == "Held out to compare with"
