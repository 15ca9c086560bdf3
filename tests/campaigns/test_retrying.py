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
