"""What Zendesk shows is what the file says, whatever happened on the way."""

from datetime import timedelta
from itertools import islice

import pytest

from relay_core.audience.conditions.definition import ByQuery
from relay_core.audience.segments.saved import delete_segment, save_segment
from relay_core.delivery.holding_back import hold_back
from relay_core.errors import GatewayError, OutsideUnavailable
from relay_core.gateways.custom_objects import Job
from relay_core.mirroring.objects import Kind
from relay_core.mirroring.telling import message_bounds, settling
from relay_core.privacy.erasure_words import erasure_in_words
from relay_core.privacy.traces import traces_of
from relay_core.templates.kept.catalogue import templates
from relay_core.templates.kept.creating import create
from tests.delivery.world import NOW, TEMPLATE, planned_run
from tests.mirroring.mirrored import LATER, Mirrored
from tests.reports.story import at, send

WHO = {"actor": "anna", "now": NOW}


def told_run(db, *, people=3):
    """Plan a run and send it all; return what was sent."""
    planned_run(db, people=people, first_person=1)
    return [send(db, begun=at(n)) for n in range(people)]


def forget(db, person_id):
    """Do to the messages of one person what an erasure does to them."""
    rows = db.rows("erasure.texts", person_id=person_id)
    changed = [{"id": row["id"], "parts": 1} for row in rows]
    db.write(lambda session: session.run_many("erasure.forget_messages", changed))


def send_one_more(db):
    planned_run(db, people=1, first_person=4, start=4)
    send(db, begun=at(9))


def bounds(now):
    return settling(now) | message_bounds(now)


class TestAMessage:
    def test_is_seen_on_its_persons_page_with_what_became_of_it(self, db, mirrored):
        sent = told_run(db)
        sent[1].delivered(happened=at(9))
        mirrored.pass_over()

        found = mirrored.messages_of(2)

        assert [(each["text"], each["status"], each["sent_on"]) for each in found] == [
            ("We found it.", "Delivered", "2026-03-15")
        ]
        assert "Person 2" not in str(found)
        assert sent[1].phone not in str(found)

    def test_that_changed_is_told_again_and_no_other(self, db, mirrored):
        sent = told_run(db)
        mirrored.pass_over()
        mirrored.asked.clear()
        sent[2].failed("(#131026) No", happened=at(200))

        told = mirrored.pass_over()

        assert told == 2  # the message, and its campaign's figures
        assert mirrored.messages_of(3)[0]["status"] == "Failed"
        assert len(mirrored.jobs()) == 2

    def test_that_changed_a_moment_ago_waits_for_its_receipt(self, db, mirrored):
        mirrored.now = NOW
        told_run(db)

        mirrored.pass_over(after=timedelta(seconds=5))

        assert mirrored.records(Kind.MESSAGE) == {}
        assert mirrored.status().waiting_messages == 0

    def test_that_did_not_leave_is_not_told(self, db, mirrored):
        planned_run(db, people=2)
        mirrored.pass_over()

        assert mirrored.records(Kind.MESSAGE) == {}

    def test_of_a_run_before_mirroring_began_is_not_told(self, db):
        told_run(db)
        late = Mirrored(db)
        late.define()

        late.pass_over()

        assert late.records(Kind.MESSAGE) == {}
        assert len(late.records(Kind.CAMPAIGN)) == 1

    def test_is_followed_until_a_month_after_its_run(self, db, mirrored):
        sent = told_run(db)
        mirrored.pass_over()
        sent[0].delivered(happened=at(60))

        mirrored.pass_over(after=timedelta(days=31))

        assert mirrored.messages_of(1)[0]["status"] == "On its way"

    def test_is_told_with_a_hundred_others_at_once(self, db):
        many = Mirrored(db, people=120)
        many.define()
        told_run(db, people=120)
        many.asked.clear()

        many.pass_over()

        assert len(many.records(Kind.MESSAGE)) == 120
        assert len([path for path in many.jobs() if "message" in path]) == 2
        pages = many.objects.external_ids(Kind.MESSAGE.object_key)
        assert [len(page) for page in pages] == [100, 20]

    def test_repeats_no_number_that_a_vendor_named(self, db, mirrored):
        sent = told_run(db)
        sent[0].failed(f"No account for {sent[0].phone}", happened=at(9))
        mirrored.pass_over()

        assert mirrored.messages_of(1)[0]["reason"] == "No account for …"


class TestWhatIsGone:
    def test_is_foreseen_by_whoever_erases(self, db, mirrored):
        told_run(db)
        mirrored.pass_over()

        said = erasure_in_words(traces_of(db.rows, 1))

        assert any("Zendesk shows 1 of these messages" in line for line in said)

    def test_of_an_erased_person_goes_and_everybody_elses_stays(self, db, mirrored):
        told_run(db)
        mirrored.pass_over()
        forget(db, 1)

        mirrored.pass_over()

        assert mirrored.messages_of(1) == []
        assert len(mirrored.records(Kind.MESSAGE)) == 2

    def test_before_it_was_told_is_never_told(self, db, mirrored):
        told_run(db)
        forget(db, 1)

        mirrored.pass_over()

        assert mirrored.messages_of(1) == []

    def test_there_already_is_no_trouble(self, db, mirrored):
        told_run(db)
        mirrored.pass_over()
        mirrored.account.world.objects.records[Kind.MESSAGE.object_key].clear()
        mirrored.account.world.objects._by_external_id.clear()  # noqa: SLF001 - by somebody's hand
        forget(db, 1)

        mirrored.pass_over()

        assert mirrored.status().refused == ()
        assert mirrored.status().told["message"] == 2


class TestEveryOtherKind:
    def test_is_shown_as_it_stands(self, db, mirrored):
        sent = told_run(db)
        sent[0].delivered(happened=at(9))
        sent[1].failed("(#131026) No", happened=at(9))
        create(db, TEMPLATE, integration_ids=["lane-1"], **WHO)
        save_segment(db, name="VIPs", definition=ByQuery("tags:vip"), **WHO)

        mirrored.pass_over()

        campaign = next(iter(mirrored.records(Kind.CAMPAIGN).values()))
        figures = ("runs", "accepted", "delivered", "failed", "unknown", "last_sent_on")
        assert [campaign[each] for each in figures] == [1, 1, 1, 1, 0, "2026-03-15"]
        assert campaign["channel"] == "SMS (Twilio)"
        template = next(iter(mirrored.records(Kind.TEMPLATE).values()))
        assert (template["text"], template["status"]) == ("We found it.", "SMS: READY")
        segment = next(iter(mirrored.records(Kind.SEGMENT).values()))
        assert segment["audience"] == "Zendesk query: tags:vip"

    def test_that_did_not_change_is_not_told_again(self, db, mirrored):
        told_run(db)
        save_segment(db, name="VIPs", definition=ByQuery("tags:vip"), **WHO)
        mirrored.pass_over()
        mirrored.asked.clear()

        assert mirrored.pass_over() == 0
        assert mirrored.asked == []

    def test_follows_what_is_changed_and_deleted(self, db, mirrored):
        for name in ("VIPs", "Others"):
            save_segment(db, name=name, definition=ByQuery("tags:vip"), **WHO)
        mirrored.pass_over()
        save_segment(db, name="VIPs", definition=ByQuery("tags:gold"), **WHO)
        delete_segment(db, name="Others", **WHO)

        mirrored.pass_over()

        assert [each["audience"] for each in mirrored.records(Kind.SEGMENT).values()] == [
            "Zendesk query: tags:gold"
        ]

    def test_is_told_once_in_a_pass_while_its_run_goes_on(self, db, mirrored):
        left = iter(range(20))
        planned_run(db, people=20, first_person=1)
        mirrored.meanwhile = lambda: [send(db, begun=at(n)) for n in islice(left, 1)]
        mirrored.pass_over()
        mirrored.asked.clear()

        mirrored.pass_over()

        assert [path for path in mirrored.jobs() if "campaign" in path] == [
            "/api/v2/custom_objects/relay_mirror_campaign/jobs"
        ]

    def test_that_was_deleted_stays_away_though_a_campaign_names_it(self, db, mirrored):
        planned_run(db, people=1)
        create(db, TEMPLATE, integration_ids=["lane-1"], **WHO)
        mirrored.pass_over()
        db.write(lambda session: session.run("templates.mark_deleted", id=1, now=NOW))
        mirrored.pass_over()
        mirrored.asked.clear()

        mirrored.pass_over()

        assert [each.template.name for each in templates(db)] == [TEMPLATE.name]
        assert mirrored.records(Kind.TEMPLATE) == {}
        assert mirrored.asked == []


class TestARefusedRecord:
    @pytest.fixture
    def refused(self, db, mirrored):
        """Somebody was deleted in Zendesk after the message had left."""
        told_run(db)
        mirrored.account.world.directory.person(1).record["active"] = False
        mirrored.pass_over()
        return mirrored

    def test_holds_up_no_other_and_is_said(self, refused):
        assert len(refused.records(Kind.MESSAGE)) == 2
        assert [(each.kind, "person" in each.trouble) for each in refused.status().refused] == [
            ("message", True)
        ]

    def test_is_tried_three_times_and_then_left_to_a_person(self, db, refused):
        for _ in range(2):
            refused.pass_over()
        refused.asked.clear()
        refused.pass_over()
        assert refused.asked == []

        refused.account.world.directory.person(1).record["active"] = True
        db.write(lambda session: session.run("mirroring.try_again"))
        refused.pass_over()

        assert len(refused.records(Kind.MESSAGE)) == 3
        assert refused.status().refused == ()


class TestATryThatWasCutShort:
    @pytest.mark.parametrize("lost", ["/relay_mirror_message/jobs", "/relay_mirror_campaign/jobs"])
    def test_is_made_again_and_nothing_is_there_twice(self, db, mirrored, lost):
        told_run(db)
        mirrored.lose_answer(lost)
        with pytest.raises(OutsideUnavailable):
            mirrored.pass_over()

        mirrored.pass_over()

        assert len(mirrored.records(Kind.MESSAGE)) == 3
        assert len(mirrored.records(Kind.CAMPAIGN)) == 1
        assert mirrored.status().waiting_messages == 0

    def test_leaves_nothing_of_somebody_who_was_erased_meanwhile(self, db, mirrored):
        told_run(db)
        mirrored.lose_answer("/relay_mirror_message/jobs")
        with pytest.raises(OutsideUnavailable):
            mirrored.pass_over()
        forget(db, 1)

        mirrored.pass_over()

        assert mirrored.messages_of(1) == []
        assert len(mirrored.records(Kind.MESSAGE)) == 2

    def test_by_a_job_that_zendesk_forgot_is_made_again(self, db, mirrored):
        told_run(db)
        began = mirrored.objects.begin
        mirrored.objects.begin = lambda *job: began(*job).model_copy(update={"id": "V3-gone"})
        with pytest.raises(OutsideUnavailable):
            mirrored.pass_over()
        mirrored.objects.begin = began

        mirrored.pass_over()

        assert len(mirrored.records(Kind.MESSAGE)) == 3

    def test_by_a_job_that_zendesk_gave_up_says_why(self, db, mirrored):
        told_run(db)
        failed = {"status": "failed", "message": "Database is busy"}
        mirrored.objects.job = lambda job_id: Job(id=job_id, **failed)

        with pytest.raises(GatewayError) as said:
            mirrored.pass_over()

        assert "Database is busy" in said.value.advice

    def test_by_one_answer_for_all_of_a_job_is_believed(self, db, mirrored):
        told_run(db)
        done = {"status": "completed", "results": {"success": True}}
        mirrored.objects.job = lambda job_id: Job.model_validate({"id": job_id} | done)

        mirrored.pass_over()

        assert mirrored.status().told["message"] == 3

    def test_by_missing_objects_tells_nothing(self, db):
        bare = Mirrored(db)
        told_run(db)

        with pytest.raises(GatewayError) as said:
            bare.pass_over()

        assert "relay mirror make" in said.value.advice
        assert bare.status().waiting_messages == 3

    def test_by_a_record_that_spoils_its_job_holds_up_no_other(self, db, mirrored):
        told_run(db)
        mirrored.refused["relay_mirror_message/jobs"] = 422
        with pytest.raises(GatewayError):
            mirrored.pass_over()
        mirrored.refused.clear()
        send_one_more(db)

        due = db.rows("mirroring.messages", most=1, **bounds(mirrored.now + LATER))

        assert [row["id"] for row in due] == [4]
        assert [each.kind for each in mirrored.status().refused] == ["message"] * 3

    def test_by_a_record_that_is_never_answered_holds_up_no_other(self, db, mirrored):
        told_run(db)
        mirrored.refused["relay_mirror_message/jobs"] = 500
        with pytest.raises(OutsideUnavailable):
            mirrored.pass_over()
        send_one_more(db)

        due = db.rows("mirroring.messages", most=1, **bounds(mirrored.now + LATER))

        assert [row["id"] for row in due] == [4]


class TestTwoFilesOfOneAccount:
    def test_do_not_write_over_each_other(self, db, mirrored):
        told_run(db)
        mirrored.pass_over()
        db.write(lambda session: session.run("mirroring.try_again"))
        mirrored.home = "f2"
        forget(db, 1)

        mirrored.pass_over()

        assert [each for each in mirrored.records(Kind.MESSAGE) if each.startswith("f1-")] == [
            "f1-1",
            "f1-2",
            "f1-3",
        ]

    def test_of_which_one_is_a_copy_leave_it_to_a_person_who_tells(self, db, mirrored):
        hold_back(db, said="A copy of yesterday.", actor="restore", now=NOW)

        assert mirrored.status().held == "A copy of yesterday."
