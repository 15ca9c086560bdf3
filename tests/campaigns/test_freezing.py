"""Freezing: page by page, whole or not at all; one press is one run, wherever it comes from."""

import threading
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from relay_core.campaigns.changing import Edit
from relay_core.campaigns.freezing import Press, discard_unfinished, freeze
from relay_core.campaigns.planning import Plan
from relay_core.campaigns.writing import Exclusion, Recipient
from relay_core.control import ask_owner
from relay_core.errors import CampaignError
from relay_core.relay import open_relay
from relay_core.serving import owning
from tests.campaigns.office import TWILIO, VALUES, WHATSAPP, campaign, change, rows, send
from tests.delivery.world import take_next

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
PEOPLE = 2_500
DEVIATIONS = [
    {"warnings": ("A new doubt.",)},
    {"rules": {"blackout_days": 3}},
    {"recipients": ()},
]


def plan(relay, *, people=PEOPLE, **known):
    made = {
        "recipients": tuple(
            Recipient(
                person_id=n,
                name=f"Person {n}",
                phone=f"+31612{n:06d}",
                country="NL",
                language="nl",
                bound={"clarice": f"Person {n}"},
                body="Hello",
            )
            for n in range(people)
        ),
        "exclusions": (Exclusion(person_id=9_999, name="Somebody", reason="staff"),),
        **known,
    }
    return Plan(
        campaign=relay.campaign("Reminder"), static_values=VALUES, matched=people + 1, **made
    )


def press(relay, made, *, ledger=None, request_id="press", **how):
    return freeze(
        ledger or relay._database,  # noqa: SLF001 - the second half of a send
        made,
        Press(request_id=request_id, actor="anna"),
        reviewed=how.pop("reviewed", None),
        now=NOW,
        **how,
    )


class Failing:
    """The file, but it is full after so many writes."""

    def __init__(self, real, *, after, dies=False):
        self.real, self.left, self.dies = real, after, dies

    def __getattr__(self, name):
        return getattr(self.real, name)

    def write(self, work):
        self.left -= 1
        # A process that dies writes nothing more; a full disk may have room for a removal.
        if self.left == -1 or (self.dies and self.left < 0):
            raise OSError("no space left on device")
        return self.real.write(work)


@pytest.fixture(autouse=True)
def _campaign(relay):
    campaign(relay)


class TestFreezing:
    def test_writes_a_thousand_to_a_transaction_and_all_of_them(self, relay):
        ledger = Failing(relay._database, after=10**6)  # noqa: SLF001 - only to count

        run = relay.run(press(relay, plan(relay), ledger=ledger))

        # The run itself, three pages of people, one of those left out, and the start.
        assert 10**6 - ledger.left == 6
        assert run.queued == run.planned == PEOPLE
        assert run.skipped == {"staff": 1}

    @pytest.mark.parametrize("after", range(1, 6))
    def test_that_fails_in_the_middle_leaves_nothing_and_can_be_done_again(self, relay, after):
        ledger = Failing(relay._database, after=after)  # noqa: SLF001 - a full disk

        with pytest.raises(OSError, match="no space"):
            press(relay, plan(relay), ledger=ledger)

        for table in ("runs", "deliveries", "exclusions"):
            assert rows(relay, f"SELECT count(*) AS n FROM {table}") == [{"n": 0}]  # noqa: S608
        assert relay.run(press(relay, plan(relay))).queued == PEOPLE

    @pytest.mark.parametrize("after", range(1, 6))
    def test_that_is_killed_can_send_nothing_and_is_removed_at_the_next_start(self, relay, after):
        dead = Failing(relay._database, after=after, dies=True)  # noqa: SLF001 - a killed process
        with pytest.raises(OSError, match="no space"):
            press(relay, plan(relay), ledger=dead)

        begun = relay._database.write(  # noqa: SLF001 - what a lane asks
            lambda s: take_next(s, lane=WHATSAPP, now=relay._now())  # noqa: SLF001
        )
        removed = relay._database.write(discard_unfinished)  # noqa: SLF001 - as at a start

        assert begun == []
        assert relay.runs() == []
        assert removed == 1
        assert rows(relay, "SELECT count(*) AS n FROM deliveries") == [{"n": 0}]

    def test_may_still_be_under_way_elsewhere_for_a_while(self, relay):
        dead = Failing(relay._database, after=3, dies=True)  # noqa: SLF001 - a killed process
        with pytest.raises(OSError, match="no space"):
            press(relay, plan(relay), ledger=dead)
        begun_at = rows(relay, "SELECT created_at FROM runs")[0]["created_at"].replace(tzinfo=UTC)

        def discarded(before):
            return relay._database.write(  # noqa: SLF001 - as from time to time
                lambda session: discard_unfinished(session, before=before)
            )

        assert discarded(begun_at) == 0
        assert discarded(begun_at + timedelta(seconds=1)) == 1

    def test_by_the_same_press_begins_anew_where_it_was_cut(self, relay):
        dead = Failing(relay._database, after=3, dies=True)  # noqa: SLF001 - a killed process
        with pytest.raises(OSError, match="no space"):
            press(relay, plan(relay), ledger=dead)

        run = relay.run(press(relay, plan(relay)))

        assert run.queued == PEOPLE
        assert rows(relay, "SELECT count(*) AS n FROM deliveries") == [{"n": PEOPLE}]

    def test_is_forgotten_by_a_process_that_opens_the_file_anew(self, relay):
        dead = Failing(relay._database, after=3, dies=True)  # noqa: SLF001 - a killed process
        with pytest.raises(OSError, match="no space"):
            press(relay, plan(relay), ledger=dead)
        relay.close()

        again = open_relay(relay.settings)

        try:
            assert rows(again, "SELECT count(*) AS n FROM runs") == [{"n": 0}]
        finally:
            again.close()


class TestACampaignThatIsTakenAwayMeanwhile:
    @pytest.mark.parametrize("deed", ["archive_campaign", "delete_campaign"])
    def test_is_refused_at_the_last_moment(self, relay, deed):
        made = plan(relay, people=3)
        getattr(relay, deed)("Reminder", actor="bert")

        with pytest.raises(CampaignError, match="changed meanwhile"):
            press(relay, made)

        assert rows(relay, "SELECT * FROM runs") == []

    def test_is_refused_once_it_leaves_from_elsewhere(self, relay):
        made = plan(relay, people=3)
        relay.edit_campaign("Reminder", Edit(integration_id=TWILIO), actor="bert")

        with pytest.raises(CampaignError, match="changed meanwhile"):
            press(relay, made)


class TestAManifest:
    @pytest.mark.parametrize("different", DEVIATIONS, ids=lambda d: next(iter(d)))
    def test_covers_warnings_settings_and_people(self, relay, different):
        reviewed = plan(relay, people=3).manifest()

        with pytest.raises(CampaignError, match="not what was reviewed"):
            press(relay, plan(relay, people=3, **different), reviewed=reviewed, accepted=True)

        assert relay.runs() == []

    def test_of_a_review_is_void_once_a_deciding_setting_changed(self, relay):
        seen = relay.review("Reminder", static_values=VALUES)
        change(relay, consent_tags=("agreed",))

        with pytest.raises(CampaignError, match="not what was reviewed"):
            send(relay, reviewed=seen.manifest)

    def test_of_a_review_outlives_another_pace(self, relay):
        seen = relay.review("Reminder", static_values=VALUES)
        change(relay, sunco_pace=2.0)

        assert send(relay, reviewed=seen.manifest).planned == seen.total


class TestOnePress:
    def test_from_two_tabs_and_two_other_processes_makes_one_run(self, relay):
        made, wrong = [], []

        def go(desk):
            try:
                made.append(send(desk).run)
            except BaseException as error:  # noqa: BLE001 - a thread's error would be lost
                wrong.append(error)

        with owning(relay, sending=False):
            folder = relay.settings.data_dir
            others = [ask_owner(folder, sending=False) for _ in range(2)]
            threads = [threading.Thread(target=go, args=(d,)) for d in (relay, relay, *others)]
            for each in threads:
                each.start()
            for each in threads:
                each.join()
            for other in others:
                other.close()
            there = {run.run for run in relay.runs()}

        assert wrong == []
        assert len(made) == 4
        assert set(made) == there
        assert len(there) == 1

    def test_of_a_retry_or_a_test_is_not_that_of_a_campaign(self, relay):
        send(relay)

        with pytest.raises(CampaignError, match="request"):
            relay.send_test(
                "Reminder",
                static_values=VALUES,
                request_id="press",
                actor="anna",
                phone="+31612345678",
            )


class TestBetweenTheReviewAndTheSend:
    def test_a_template_that_lost_its_approval_is_refused(self, relay, sandbox):
        seen = relay.review("Reminder", static_values=VALUES)
        there = f"{sandbox}/_sandbox/templates/appointment_reminder"
        httpx.post(f"{there}/rejected", json={}).raise_for_status()
        try:
            with pytest.raises(CampaignError) as refusal:
                send(relay, reviewed=seen.manifest)
        finally:
            httpx.post(f"{there}/approved", json={}).raise_for_status()

        assert "REJECTED" in refusal.value.advice
        assert relay.runs() == []

    def test_an_integration_that_went_inactive_is_refused(self, relay, sandbox):
        seen = relay.review("Reminder", static_values=VALUES)
        there = f"{sandbox}/_sandbox/integrations/{WHATSAPP}"
        httpx.post(there, json={"status": "inactive"}).raise_for_status()
        try:
            with pytest.raises(CampaignError) as refusal:
                send(relay, reviewed=seen.manifest)
        finally:
            httpx.post(there, json={"status": "active"}).raise_for_status()

        assert "inactive in Sunshine Conversations" in refusal.value.advice
        assert send(relay, reviewed=seen.manifest).planned == 3

    def test_a_number_that_changed_in_zendesk_is_said_and_reviewed_again(self, relay, sandbox):
        seen = relay.review("Reminder", static_values=VALUES)
        person = seen.samples[0].person_id
        [old] = rows(relay, "SELECT phone FROM people WHERE id = $id", id=person)
        people = f"{sandbox}/_sandbox/people"
        httpx.post(people, json={"id": person, "phone": "+31612399999"}).raise_for_status()
        try:
            with pytest.raises(CampaignError, match="not what was reviewed"):
                send(relay, reviewed=seen.manifest)
            again = relay.review("Reminder", static_values=VALUES)
        finally:
            httpx.post(people, json={"id": person, "phone": old["phone"]}).raise_for_status()

        assert again.total == 3
        assert again.manifest != seen.manifest
