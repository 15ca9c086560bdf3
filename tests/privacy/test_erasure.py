"""Erasure on request: nothing tells of the person any more, and every figure and promise stays."""

import pytest

from relay_core.audience.conditions.limits import NO_LIMITS
from relay_core.audience.policy import ANY_PURPOSE, Policy, Purpose
from relay_core.audience.resolving.nested import among
from relay_core.audience.screening.decisions import screening
from relay_core.audience.screening.reasons import WILL_RECEIVE
from relay_core.campaigns.trying import tester_phone as number_for_a_test
from relay_core.delivery.heard import Receipt, ReceiptKind, Reply
from relay_core.delivery.receipts import record
from relay_core.errors import CampaignError, ErasureRefused, NotFound
from relay_core.gateways.outcomes import OutcomeUnknown
from relay_core.privacy.erasure import erase, erased_people, let_back
from relay_core.privacy.traces import traces_of
from tests.audience.population import NOW as SCREENED_AT
from tests.delivery.world import LANE, phone, planned_run, run_state, states
from tests.privacy.office import (
    LATER,
    POLICY,
    everything,
    figures,
    known,
    mirrored,
    noted,
    populated,
    settled_run,
)
from tests.reports.story import at, begin, conversation, send


@pytest.fixture
def office(db):
    populated(db)
    return db


def erased(db, n, *, typed=None):
    said = typed or f"person {n}"
    return erase(db, n, typed=said, region="NL", actor="kim", now=LATER)


def replied(db, n, text, *, heard, said_from=None):
    reply = Reply(
        message_id=f"late-{n}-{heard}",
        conversation_id=conversation(phone(n)),
        body=text,
        happened_at=heard,
        phone=said_from,
    )
    db.write(lambda session: record(session, reply, now=heard))


def decision(db, person_id, *, policy=POLICY, purpose=ANY_PURPOSE, now=SCREENED_AT):
    made = screening(
        among([person_id]), policy=policy, purpose=purpose, limits=NO_LIMITS, now=now
    ).truths()
    found = db.table(made.text, made.values).to_pylist()
    return found[0]["decision"] if found else None


def suppressed(db, number):
    return bool(db.rows("runs.suppressed", phone=number))


class TestErasure:
    def test_leaves_no_name_number_address_or_text_anywhere(self, office):
        settled_run(office)
        office.table(
            "INSERT INTO upload_identifiers VALUES (1, $p, 2), (1, 'p0@example.com', 3)",
            {"p": phone(0)},
        )
        office.table("INSERT INTO upload_leftovers VALUES (1, 4, 'x;06 1234 0000;y', 'twice')")
        office.table(
            "INSERT INTO unread_events (received_at, bytes, body) VALUES (now(), 1, 'a Person 0 b')"
        )
        noted(office, "people.excluded", "block list", '{"ids": [0, 1], "reason": "his mother"}')
        noted(office, "run.rejected", "9", "Person 0 and P0@example.com asked us, +31612340000 too")
        send_about = everything(office)

        erased(office, 0)

        left = everything(office)
        for trace in ("Person 0", "p0@example.com", "31612340000", "Thanks", "06 1234", "mother"):
            assert trace in send_about, trace
            assert trace not in left, trace
        assert "Person 1" in left
        assert "asked us" in left

    def test_changes_no_figure_of_a_report(self, office):
        run_id = settled_run(office)
        office.table("UPDATE deliveries SET body = repeat('Grüße 😀 ', 30) || id")
        before = figures(office, run_id)
        facts = office.table("SELECT delivery_id, state, is_sent, code FROM report_deliveries")
        counted = [row["fetched"] for row in office.rows("people.stages")]

        for n in (0, 1, 3):
            erased(office, n)

        assert figures(office, run_id) == before
        same = office.table("SELECT delivery_id, state, is_sent, code FROM report_deliveries")
        assert sorted(same.to_pylist(), key=str) == sorted(facts.to_pylist(), key=str)
        assert [row["fetched"] for row in office.rows("people.stages")] == counted

    def test_is_refused_unless_their_name_or_number_was_typed(self, office):
        settled_run(office)

        with pytest.raises(ErasureRefused):
            erased(office, 0, typed="Person 1")
        assert "Person 0" in everything(office)
        erased(office, 0, typed="06 1234 0000")
        assert "Person 0" not in everything(office)

    def test_cancels_what_waits(self, office):
        run_id = planned_run(office, people=2)

        traces = erased(office, 0)

        assert traces.queued == 1
        assert states(office, run_id) == {"cancelled": 1, "queued": 1}

    def test_ends_a_run_that_waited_for_them_alone(self, office):
        run_id = planned_run(office, people=1)

        erased(office, 0)

        assert run_state(office, run_id) == "finished"

    def test_waits_for_a_message_that_is_leaving(self, office):
        planned_run(office, people=1)
        begin(office, begun=at(0))

        with pytest.raises(ErasureRefused, match="leaving") as refusal:
            erased(office, 0)

        assert "Wait a minute" in refusal.value.advice

    def test_asks_for_a_decision_about_a_message_in_doubt(self, office):
        run_id = planned_run(office, people=1)
        send(office, OutcomeUnknown("ReadTimeout"), begun=at(0))

        with pytest.raises(ErasureRefused) as refusal:
            erased(office, 0)

        assert f"relay run unknown {run_id}" in refusal.value.advice
        assert "Person 0" in everything(office)

    def test_of_nobody_is_refused(self, office):
        with pytest.raises(NotFound):
            erased(office, 4711)

    def test_is_written_to_the_audit_trail_with_counts(self, office):
        settled_run(office)

        erased(office, 0)

        entry = office.few("SELECT * FROM audit WHERE event = 'person.erased'", {})[0]
        assert (entry["actor"], entry["subject"]) == ("kim", "0")
        assert entry["detail"] == '{"messages": 1, "replies": 1, "cancelled": 0}'

    def test_can_be_done_again_when_something_came_since(self, office):
        settled_run(office)
        erased(office, 0)

        assert erased(office, 0).messages == 1


class TestAnOptOut:
    def test_by_reply_holds_when_the_number_comes_back(self, office):
        settled_run(office)
        erased(office, 1)
        assert not suppressed(office, phone(1))

        mirrored(office, known(50, phone=phone(1)))

        assert suppressed(office, phone(1))
        assert decision(office, 50) == "opted_out"

    @pytest.mark.parametrize("by", ["tag", "block list"])
    def test_that_the_profile_or_the_block_list_said_holds_as_well(self, office, by):
        if by == "tag":
            mirrored(office, known(2, tags=["opted_out"]))
        else:
            office.table("INSERT INTO choices VALUES (0, 2, 'excluded', 'kim', 'asked', now())")

        erased(office, 2)

        mirrored(office, known(50, phone=phone(2)))
        assert decision(office, 50) == "opted_out"

    def test_of_a_shared_number_goes_on_keeping_the_other_profile_out(self, office):
        mirrored(office, known(2, tags=["opted_out"]), known(50, phone=phone(2)))

        traces = erased(office, 2)

        assert [(each.phone, each.person_id) for each in traces.elsewhere] == [(phone(2), 50)]
        assert decision(office, 50) == "opted_out"

    def test_that_comes_after_the_erasure_holds(self, office):
        settled_run(office)
        erased(office, 0)

        replied(office, 0, "STOP", heard=at(4000))

        mirrored(office, known(50, phone=phone(0)))
        assert decision(office, 50) == "opted_out"

    def test_is_lifted_by_a_later_start_and_by_no_earlier_one(self, office):
        settled_run(office)
        erased(office, 1)

        replied(office, 1, "START", heard=at(20), said_from=phone(1))
        mirrored(office, known(50, phone=phone(1)))
        assert decision(office, 50) == "opted_out"
        replied(office, 1, "start", heard=at(5000), said_from=phone(1))

        assert decision(office, 50) == WILL_RECEIVE

    def test_keeps_tests_away_too(self, office):
        settled_run(office)
        erased(office, 1)

        with pytest.raises(CampaignError, match="opted out"):
            number_for_a_test(office, actor="kim", typed=phone(1), region="NL", now=LATER)

        assert "31612340001" not in everything(office)


class TestAnErasedPerson:
    def test_is_not_mirrored_again_until_somebody_lets_them_back(self, office):
        erased(office, 0)

        mirrored(office, known(0), known(1))
        assert decision(office, 0) is None
        let_back(office, 0, actor="kim", now=LATER)
        mirrored(office, known(0))

        assert decision(office, 0) == WILL_RECEIVE
        assert erased_people(office) == []

    def test_is_listed_with_who_did_it(self, office):
        erased(office, 0)

        listed = erased_people(office)

        assert [(each.person_id, each.actor, each.erased_at) for each in listed] == [
            (0, "kim", LATER)
        ]

    def test_who_was_not_erased_cannot_be_let_back(self, office):
        with pytest.raises(NotFound):
            let_back(office, 0, actor="kim", now=LATER)

    def test_still_counts_when_a_receipt_or_a_reply_comes_late(self, office):
        run_id = settled_run(office)
        taken = office.few("SELECT channel_id FROM deliveries WHERE person_id = 2", {})[0]
        erased(office, 2)
        receipt = Receipt(
            channel_id=taken["channel_id"],
            kind=ReceiptKind.USER,
            happened_at=at(3700),
            integration_id=LANE,
            phone=phone(2),
            conversation_id=conversation(phone(2)),
            code=None,
            reason="For +31612340002",
        )

        before = figures(office, run_id)
        office.write(lambda session: record(session, receipt, now=at(3700)))
        replied(office, 2, "Who is this? Person 2", heard=at(3800), said_from=phone(2))

        after = figures(office, run_id)
        assert after["delivered"] == before["delivered"] + 1
        assert after["replied"] == before["replied"] + 1
        left = everything(office)
        assert "31612340002" not in left
        assert "Person 2" not in left

    def test_was_messaged_lately_also_by_the_number_that_comes_back(self, office):
        settled_run(office)
        template = office.few("SELECT template_id FROM campaigns", {})[0]["template_id"]
        strict = Policy(opt_out_tags=("opted_out",), blackout_days=300)
        erased(office, 2)

        mirrored(office, known(50, phone=phone(2)))

        purpose = Purpose(template_id=template)
        assert decision(office, 50, policy=strict, purpose=purpose, now=LATER) == "blackout"

    def test_has_a_number_that_stays_while_somebody_else_has_it(self, office):
        settled_run(office)
        mirrored(office, known(50, phone=phone(0)))
        erased(office, 0)
        kept = office.few("SELECT phone, person_name, body FROM deliveries WHERE person_id = 0", {})
        assert (kept[0]["phone"], kept[0]["person_name"], kept[0]["body"]) == (phone(0), "", "")

        erased(office, 50)

        assert phone(0) not in everything(office)

    def test_keeps_the_number_of_a_message_on_its_way_to_somebody_else(self, office):
        run_id = planned_run(office, people=2)
        mirrored(office, known(1, phone=phone(900)))
        mirrored(office, known(0, phone=phone(1)))

        erased(office, 0)

        assert states(office, run_id) == {"cancelled": 1, "queued": 1}
        waiting = office.few("SELECT phone FROM deliveries WHERE state = 'queued'", {})
        assert waiting == [{"phone": phone(1)}]

    def test_is_described_before_anything_goes(self, office):
        settled_run(office)

        traces = traces_of(office.rows, 1)

        assert (traces.name, traces.own_phones, traces.messages, traces.replies) == (
            "Person 1",
            (phone(1),),
            1,
            1,
        )
        assert traces.in_zendesk
        assert traces.never_message
