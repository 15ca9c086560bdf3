"""Approval: by somebody else, of exactly what was frozen, and only while it still holds."""

import httpx
import pytest

from relay_core.delivery.states import RunState
from relay_core.errors import CampaignError, IllegalTransition, NotFound
from tests.campaigns.office import VALUES, WHATSAPP, campaign, change, rows, send
from tests.delivery.world import take_next


@pytest.fixture
def waiting(relay):
    """A run of three people that somebody else has to approve."""
    change(relay, approval_above=2)
    campaign(relay)
    return send(relay)


def approve(relay, run, *, actor="bert", manifest=None):
    return relay.approve_run(run.run, manifest=manifest or run.manifest, actor=actor)


class TestARunAboveTheLimit:
    def test_is_frozen_and_lets_nothing_leave(self, relay, waiting):
        begun = relay._database.write(  # noqa: SLF001 - what a lane asks
            lambda s: take_next(s, lane=WHATSAPP, now=relay._now())  # noqa: SLF001
        )

        assert waiting.state is RunState.AWAITING
        assert waiting.queued == 3
        assert begun == []

    def test_leaves_once_somebody_else_approves_it(self, relay, waiting):
        seen = relay.review_frozen(waiting.run).review

        approved = approve(relay, waiting, manifest=seen.manifest)

        assert approved.state is RunState.RUNNING
        assert (approved.created_by, approved.approved_by) == ("anna", "bert")
        assert len(seen.samples) == 3
        assert rows(relay, "SELECT actor FROM audit WHERE event = 'run.approved'") == [
            {"actor": "bert"}
        ]

    @pytest.mark.parametrize("actor", ["anna", " Anna "])
    def test_is_not_approved_by_whoever_made_it(self, relay, waiting, actor):
        with pytest.raises(CampaignError, match="own run"):
            approve(relay, waiting, actor=actor)

        assert relay.run(waiting.run).state is RunState.AWAITING

    def test_is_looked_at_as_its_maker_saw_it(self, relay):
        change(relay, approval_above=2)
        campaign(relay)
        seen = relay.review("Reminder", static_values=VALUES)
        run = send(relay, reviewed=seen.manifest)

        frozen = relay.review_frozen(run.run)

        assert frozen.changes == ()
        assert frozen.review.manifest == seen.manifest
        for name in ("template", "channel", "matched", "total", "skipped", "samples", "cost"):
            assert getattr(frozen.review, name) == getattr(seen, name), name

    def test_is_not_approved_as_something_else(self, relay, waiting):
        with pytest.raises(CampaignError, match="looked at"):
            approve(relay, waiting, manifest="0" * 64)

    def test_is_not_started_by_resuming_it(self, relay, waiting):
        with pytest.raises(IllegalTransition):
            relay.resume_run(waiting.run, actor="anna")

        assert relay.run(waiting.run).state is RunState.AWAITING

    def test_asks_for_attention(self, relay, waiting):
        [concern] = relay.overview().attention

        assert concern.run == waiting.run
        assert concern.sentence == "3 messages wait for approval by somebody else."

    def test_is_approved_once(self, relay, waiting):
        approve(relay, waiting)

        with pytest.raises(IllegalTransition):
            approve(relay, waiting, actor="carla")

        assert relay.run(waiting.run).approved_by == "bert"

    def test_is_given_up_when_rejected(self, relay, waiting):
        rejected = relay.reject_run(waiting.run, actor="bert", reason="too many")

        assert rejected.state is RunState.CANCELLED
        assert rejected.cancelled == 3
        assert rejected.note == "Rejected by bert: too many"
        with pytest.raises(IllegalTransition):
            approve(relay, waiting)

    def test_can_be_withdrawn_by_whoever_made_it(self, relay, waiting):
        relay.cancel_run(waiting.run, actor="anna")

        assert relay.run(waiting.run).state is RunState.CANCELLED

    def test_keeps_others_from_writing_to_the_same_people_meanwhile(self, relay, waiting):
        other = send(relay, request_id="another")

        phones = rows(relay, "SELECT phone FROM deliveries")
        assert other.run != waiting.run
        assert len({row["phone"] for row in phones}) == len(phones) == 6

    def test_drops_whoever_opts_out_while_it_waits_and_stays_approvable(self, relay, waiting):
        [row] = rows(relay, "SELECT phone FROM deliveries ORDER BY id LIMIT 1")
        relay._database.write(  # noqa: SLF001 - what a STOP does
            lambda s: s.run("deliveries.suppress", phone=row["phone"], reason="x", now=relay._now())  # noqa: SLF001
        )

        approved = approve(relay, waiting)

        assert (approved.queued, approved.cancelled) == (2, 1)

    def test_says_so_in_its_review(self, relay):
        change(relay, approval_above=2)
        campaign(relay)

        assert relay.review("Reminder", static_values=VALUES).needs_approval

    def test_that_is_small_needs_nobody(self, relay):
        change(relay, approval_above=3)
        campaign(relay)

        assert send(relay).state is RunState.RUNNING

    def test_that_does_not_exist_is_not_found(self, relay):
        with pytest.raises(NotFound):
            relay.approve_run(99, manifest="", actor="bert")


class TestAChangeMeanwhile:
    def refused(self, relay, run):
        changes = relay.review_frozen(run.run).changes
        with pytest.raises(CampaignError) as refusal:
            approve(relay, run)

        assert relay.run(run.run).state is RunState.AWAITING
        assert changes
        assert all(change in refusal.value.advice for change in changes)
        return refusal.value.advice

    def test_of_a_setting_that_decides_voids_the_approval(self, relay, waiting):
        change(relay, blackout_days=7)

        assert "RELAY_BLACKOUT_DAYS has changed" in self.refused(relay, waiting)

    def test_of_the_pace_does_not(self, relay, waiting):
        change(relay, sunco_pace=2.0)

        assert approve(relay, waiting).state is RunState.RUNNING

    def test_of_a_frozen_text_voids_it(self, relay, waiting):
        rows(relay, "UPDATE deliveries SET body = 'Pay me' WHERE run_id = $id", id=waiting.run)

        assert "not what was frozen" in self.refused(relay, waiting)

    def test_of_the_template_voids_it(self, relay, waiting):
        rows(
            relay,
            "UPDATE runs SET template = replace(template, 'appointment is', 'visit is')"
            " WHERE id = $id",
            id=waiting.run,
        )

        assert "says something else now" in self.refused(relay, waiting)

    def test_of_the_templates_status_at_meta_voids_it(self, relay, waiting, sandbox):
        there = f"{sandbox}/_sandbox/templates/appointment_reminder"
        httpx.post(f"{there}/paused", json={}).raise_for_status()
        try:
            assert "PAUSED" in self.refused(relay, waiting)
        finally:
            httpx.post(f"{there}/approved", json={}).raise_for_status()

    def test_of_the_integration_voids_it(self, relay, waiting, sandbox):
        there = f"{sandbox}/_sandbox/integrations/{WHATSAPP}"
        httpx.post(there, json={"status": "inactive"}).raise_for_status()
        try:
            assert "inactive in Sunshine Conversations" in self.refused(relay, waiting)
        finally:
            httpx.post(there, json={"status": "active"}).raise_for_status()
