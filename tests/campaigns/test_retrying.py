"""Another try: some people of an earlier run, screened anew, and nobody twice."""

import pytest

from relay_core.audience.policy import Purpose
from relay_core.campaigns.kinds import Retried, RunKind
from relay_core.errors import CampaignError
from tests.campaigns.office import campaign, change, rows, send, settle


@pytest.fixture
def run(relay):
    """A run to five people: failed, unknown, delivered, accepted, cancelled by its end."""
    campaign(relay, most=5)
    made = send(relay)
    for number, state in enumerate(["failed", "unknown", "delivered", "accepted", "cancelled"]):
        settle(relay, made.run, state, number=number)
    return made.run


def of(relay, run_id, number):
    people = rows(relay, "SELECT person_id FROM deliveries WHERE run_id = $r ORDER BY id", r=run_id)
    return people[number]["person_id"]


def reached(relay, run_id):
    found = rows(relay, "SELECT person_id FROM deliveries WHERE run_id = $r", r=run_id)
    return {row["person_id"] for row in found}


def retry(relay, run_id, who, *, request_id="retry", **how):
    return relay.retry_run(run_id, who, request_id=request_id, actor="anna", **how)


class TestARetry:
    def test_reaches_those_who_failed_although_they_had_the_template_lately(self, relay, run):
        made = retry(relay, run, Retried.FAILED)

        assert reached(relay, made.run) == {of(relay, run, 0)}
        assert (made.kind, made.parent_run, made.retried) == (RunKind.RETRY, run, Retried.FAILED)

    def test_never_reaches_others_whom_somebody_moved_into_the_campaign(self, relay, run):
        change(relay, blackout_days=0)
        relay.choose_people(
            [of(relay, run, 2)],
            choice="included",
            purpose=Purpose(campaign_id=relay.campaign("Reminder").id),
            reason="a guest",
            actor="anna",
        )

        made = retry(relay, run, Retried.FAILED)

        assert reached(relay, made.run) == {of(relay, run, 0)}

    def test_of_those_not_reached_never_includes_an_unknown(self, relay, run):
        change(relay, blackout_days=0)

        made = retry(relay, run, Retried.NOT_REACHED)

        assert reached(relay, made.run) == {of(relay, run, 0), of(relay, run, 4)}

    def test_of_those_who_did_not_reply_leaves_out_whoever_did(self, relay, run):
        change(relay, blackout_days=0)
        rows(
            relay,
            "INSERT INTO replies (message_id, phone, body, is_stop, happened_at, received_at,"
            " delivery_id) SELECT 'm', phone, 'Yes', false, begun_at,"
            " begun_at + INTERVAL 1 DAY, id FROM deliveries WHERE state = 'delivered'",
        )

        made = retry(relay, run, Retried.NO_REPLY)

        assert reached(relay, made.run) == {of(relay, run, 3)}

    def test_keeps_to_the_blackout(self, relay, run):
        with pytest.raises(CampaignError, match="nobody to send to"):
            retry(relay, run, Retried.NO_REPLY)

    def test_leaves_out_whoever_opted_out_since_and_says_so(self, relay, run):
        change(relay, blackout_days=0)
        [row] = rows(relay, "SELECT phone FROM deliveries WHERE state = 'failed'")
        relay._database.write(  # noqa: SLF001 - what a STOP does
            lambda s: s.run("deliveries.suppress", phone=row["phone"], reason="x", now=relay._now())  # noqa: SLF001
        )

        made = retry(relay, run, Retried.NOT_REACHED)

        assert reached(relay, made.run) == {of(relay, run, 4)}
        assert made.skipped == {"opted_out": 1}

    def test_is_planned_by_what_others_wrote_until_now(self, relay, run, monkeypatch):
        def follow():
            monkeypatch.undo()
            settle(relay, run, "delivered", number=0)

        # As a replica, which learns of it by following.
        monkeypatch.setattr(relay._database, "follow", follow)  # noqa: SLF001 - see above

        with pytest.raises(CampaignError, match="nobody to retry"):
            relay.review_retry(run, Retried.FAILED)

    def test_by_the_same_press_is_one_run(self, relay, run):
        assert retry(relay, run, Retried.FAILED).run == retry(relay, run, Retried.FAILED).run

    @pytest.mark.parametrize("state", ["queued", "unknown", "accepted", "delivered"])
    def test_of_the_same_run_again_reaches_nobody_whom_the_first_may_have_reached(
        self, relay, run, state
    ):
        change(relay, blackout_days=0)
        settle(relay, retry(relay, run, Retried.FAILED).run, state)

        with pytest.raises(CampaignError, match="nobody to retry"):
            retry(relay, run, Retried.FAILED, request_id="once more")

    def test_that_failed_may_be_tried_once_more(self, relay, run):
        settle(relay, retry(relay, run, Retried.FAILED).run, "failed")

        again = retry(relay, run, Retried.FAILED, request_id="once more")

        assert reached(relay, again.run) == {of(relay, run, 0)}

    def test_is_reviewed_like_a_send(self, relay, run):
        seen = relay.review_retry(run, Retried.FAILED)

        made = retry(relay, run, Retried.FAILED, reviewed=seen.manifest)

        assert seen.total == made.planned == 1
        assert f"Of run {run}, those who failed." in seen.audience

    def test_leaves_out_whom_the_mirror_knows_as_deleted_and_says_how_many(self, relay, run):
        rows(relay, "UPDATE people SET active = false WHERE id = $id", id=of(relay, run, 0))

        seen = relay.review_retry(run, Retried.NOT_REACHED)

        assert seen.total == 1
        assert "1 of them are no longer in Zendesk." in seen.audience

    def test_of_somebody_deleted_in_zendesk_says_that_they_are_gone(self, relay, run):
        change(relay, blackout_days=0)
        gone = of(relay, run, 0)
        real = relay._zendesk  # noqa: SLF001 - the outside

        class Without:
            def __getattr__(self, name):
                return getattr(real, name)

            def users_by_ids(self, ids):
                return tuple(user for user in real.users_by_ids(ids) if user.id != gone)

        relay._zendesk = Without()  # noqa: SLF001 - the outside

        made = retry(relay, run, Retried.NOT_REACHED)

        assert reached(relay, made.run) == {of(relay, run, 4)}
        assert made.skipped == {"gone": 1}


class TestARetryOfACause:
    @pytest.fixture
    def failed(self, relay):
        """A run to five people, who failed for four causes; one of them is unknown."""
        campaign(relay, most=5)
        made = send(relay)
        for number, code in enumerate(["131056", "131056", "131026", "http_422"]):
            settle(relay, made.run, "failed", number=number, code=code)
        settle(relay, made.run, "unknown", number=4, code="131056")
        reason = "(#131048) Spam rate limit hit"
        told = of(relay, made.run, 3)
        rows(relay, "UPDATE deliveries SET reason = $w WHERE person_id = $p", w=reason, p=told)
        return made.run

    def by(self, relay, run_id, *causes, request_id="retry", **how):
        how |= {"causes": causes, "request_id": request_id}
        return retry(relay, run_id, Retried.FAILED, **how)

    def test_is_counted_and_reviewed_then_reaches_nobody_else(self, relay, failed):
        choice = relay.retry_choice(failed, Retried.FAILED, causes=["131056"])
        seen = relay.review_retry(failed, Retried.FAILED, causes=["131056"])

        made = self.by(relay, failed, "131056", reviewed=seen.manifest)

        assert reached(relay, made.run) == {of(relay, failed, 0), of(relay, failed, 1)}
        assert choice.people == choice.will_receive == seen.total == 2
        assert f"Of run {failed}, those who failed for 131056." in seen.audience
        assert made.causes == ("131056",)

    def test_reaches_those_of_several_told_apart_as_in_the_report(self, relay, failed):
        made = self.by(relay, failed, "131056", "131048", "131056")

        counted = {each.code: each.deliveries for each in relay.run_failures(failed)}
        assert made.planned == counted["131056"] + counted["131048"] == 3
        assert of(relay, failed, 3) in reached(relay, made.run)
        assert made.causes == ("131048", "131056")

    def test_is_refused_for_lasting_causes_and_for_others_than_those_who_failed(
        self, relay, failed
    ):
        with pytest.raises(CampaignError, match="not for another try"):
            self.by(relay, failed, "131056", "131026")
        with pytest.raises(CampaignError, match="causes of not_reached"):
            retry(relay, failed, Retried.NOT_REACHED, causes=["131056"])

        assert len(relay.runs()) == 1

    def test_leaves_out_who_was_reached_since_or_failed_for_another_cause(self, relay, failed):
        change(relay, blackout_days=0)
        rows(relay, "UPDATE deliveries SET code = '131056', reason = NULL WHERE state = 'failed'")
        first = self.by(relay, failed, "131056").run
        settle(relay, first, "delivered", number=0)
        settle(relay, first, "unknown", number=1, code="131056")
        settle(relay, first, "failed", number=2, code="131050")
        settle(relay, first, "failed", number=3, code="131056")

        again = self.by(relay, failed, "131056", request_id="once more")

        assert reached(relay, again.run) == {of(relay, first, 3)}

    def test_leaves_out_whoever_was_held_out(self, relay, failed):
        rows(
            relay,
            "INSERT INTO exclusions (run_id, person_id, person_name, reason, place)"
            " SELECT $r, id, name, 'held_out', 0 FROM people WHERE id = $p",
            r=failed,
            p=of(relay, failed, 0),
        )

        made = self.by(relay, failed, "131056")

        assert reached(relay, made.run) == {of(relay, failed, 1)}

    def test_is_not_what_a_review_of_all_who_failed_agreed_to(self, relay, failed):
        rows(relay, "UPDATE deliveries SET code = '131056', reason = NULL WHERE state = 'failed'")
        everybody = relay.review_retry(failed, Retried.FAILED)

        with pytest.raises(CampaignError, match="not what was reviewed"):
            self.by(relay, failed, "131056", reviewed=everybody.manifest)

    def test_is_approved_by_who_sees_its_causes_and_only_while_they_are_as_frozen(
        self, relay, failed
    ):
        change(relay, approval_above=1)
        run = self.by(relay, failed, "131056").run
        seen = relay.review_frozen(run)
        other = "UPDATE runs SET rules = replace(rules, $one, $other) WHERE id = $r"

        rows(relay, other, one="131056", other="131048", r=run)
        with pytest.raises(CampaignError, match="changes since"):
            relay.approve_run(run, manifest=seen.review.manifest, actor="bob")
        rows(relay, other, one="131048", other="131056", r=run)
        approved = relay.approve_run(run, manifest=seen.review.manifest, actor="bob")

        assert f"Of run {failed}, those who failed for 131056." in seen.review.audience
        assert (seen.changes, approved.approved_by) == ((), "bob")
