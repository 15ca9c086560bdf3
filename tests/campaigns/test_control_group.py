"""Who is held out: by lot, for good, and nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.campaigns.changing import Edit
from relay_core.campaigns.control_group import (
    HoldOut,
    checked_percent,
    draw,
    remark,
    smallest_difference,
)
from relay_core.campaigns.kinds import Retried
from relay_core.campaigns.retrying import rows_to_retry
from relay_core.delivery.approval import approve_run
from relay_core.errors import CampaignError
from tests.campaigns.office import VALUES, campaign, change, rows, send, settle

PHONES = st.lists(
    st.integers(10**7, 10**14).map(lambda n: f"+{n}"), unique=True, min_size=1, max_size=60
)
DRAWS = st.builds(HoldOut, percent=st.integers(1, 50), seed=st.text(max_size=20))


class TestADraw:
    @given(DRAWS, PHONES)
    def test_depends_on_nobody_else_and_on_no_order(self, drawn, phones):
        held = {phone for phone in phones if drawn.holds(phone)}

        assert {phone for phone in reversed(phones) if drawn.holds(phone)} == held
        assert {phone for phone in phones[::2] if drawn.holds(phone)} == held & {*phones[::2]}

    @given(DRAWS, PHONES)
    def test_of_a_larger_share_holds_out_everybody_of_a_smaller_one(self, drawn, phones):
        smaller = HoldOut(percent=(drawn.percent + 1) // 2, seed=drawn.seed)

        assert all(drawn.holds(phone) for phone in phones if smaller.holds(phone))

    @pytest.mark.parametrize("percent", [1, 5, 20, 50])
    def test_holds_out_the_share_that_was_asked_for(self, percent):
        drawn = HoldOut(percent=percent, seed="share")

        held = sum(drawn.holds(f"+316{n:08d}") for n in range(20_000))

        deviation = (20_000 * percent / 100 * (1 - percent / 100)) ** 0.5
        assert abs(held - 200 * percent) < 4 * deviation

    def test_of_another_run_holds_out_others(self):
        first, second = (HoldOut(percent=50, seed=seed) for seed in ("1", "2"))

        both = sum(
            first.holds(phone) and second.holds(phone)
            for phone in (f"+316{n:08d}" for n in range(4000))
        )

        assert 900 < both < 1100

    def test_of_nobody_is_none(self):
        assert draw(0, seed="x") is None

    @pytest.mark.parametrize("percent", [-1, 51])
    def test_of_more_than_half_is_refused(self, percent):
        with pytest.raises(CampaignError, match="hold out"):
            checked_percent(percent)


class TestTheSizeOfAGroup:
    def test_decides_which_difference_shows(self):
        assert smallest_difference(held_out=400, recipients=19_600) == pytest.approx(0.0297, 1e-2)
        assert smallest_difference(held_out=0, recipients=100) is None

    def test_is_told_with_what_it_can_show(self):
        said = remark(held_out=402, recipients=19_698)

        assert said.startswith("402 of 20,100 are held out to compare with. ")
        assert "Differences below about 3 in 100 people will not show" in said

    def test_that_shows_nothing_is_warned_of(self):
        assert "too few to say anything" in remark(held_out=3, recipients=60)


@pytest.fixture
def half(relay):
    """A campaign to forty people, half of whom are held out."""
    change(relay, canary_size=0)
    made = campaign(relay, most=40)
    return relay.edit_campaign(made.name, Edit(hold_out=50), actor="anna")


def groups(relay, run_id):
    received = rows(relay, "SELECT person_id FROM deliveries WHERE run_id = $run", run=run_id)
    held = rows(
        relay,
        "SELECT person_id FROM exclusions WHERE run_id = $run AND reason = 'held_out'",
        run=run_id,
    )
    return {row["person_id"] for row in received}, {row["person_id"] for row in held}


@pytest.mark.usefixtures("half")
class TestARun:
    def test_writes_to_one_group_and_holds_out_the_other_as_reviewed(self, relay):
        seen = relay.review("Reminder", static_values=VALUES)

        run = send(relay, reviewed=seen.manifest)

        received, held = groups(relay, run.run)
        assert received.isdisjoint(held)
        assert (len(received), len(held)) == (seen.total, seen.held_out)
        assert seen.total + seen.held_out == 40 > seen.total > 10
        assert run.skipped["held_out"] == seen.skipped["held_out"] == seen.held_out
        assert any("are held out to compare with" in notice.text for notice in seen.notices)

    def test_keeps_its_own_share_when_one_is_asked_for(self, relay):
        seen = relay.review("Reminder", static_values=VALUES, hold_out=0)

        assert (seen.total, seen.held_out) == (40, 0)
        with pytest.raises(CampaignError, match="not what was reviewed"):
            send(relay, reviewed=seen.manifest)
        assert send(relay, reviewed=seen.manifest, hold_out=0).planned == 40

    def test_stands_beside_a_message_for_each_who_is_held_out(self, relay):
        run_id = send(relay).run

        found = rows(
            relay,
            "SELECT e.place, e.beside, d.run_id, (SELECT count(*) FROM deliveries o"
            " WHERE o.run_id = $run AND o.id < e.beside) AS before FROM exclusions e"
            " JOIN deliveries d ON d.id = e.beside"
            " WHERE e.run_id = $run AND e.reason = 'held_out'",
            run=run_id,
        )
        messages = len(groups(relay, run_id)[0])
        assert len(found) == len(groups(relay, run_id)[1])
        assert all(row["run_id"] == run_id for row in found)
        assert all(row["before"] == min(row["place"], messages - 1) for row in found)

    def test_draws_the_same_when_it_has_to_be_written_down_again(self, relay):
        seen = relay.review("Reminder", static_values=VALUES)

        again = relay.review("Reminder", static_values=VALUES)

        assert again.manifest == seen.manifest

    def test_draws_anew_the_next_time(self, relay):
        change(relay, blackout_days=0)
        first, second = (groups(relay, send(relay, request_id=each).run) for each in "ab")

        assert first[0] | first[1] == second[0] | second[1]
        assert first[1] != second[1]

    def test_of_a_retry_reaches_nobody_held_out_nor_their_number(self, relay):
        change(relay, blackout_days=0)
        run_id = send(relay).run
        received, held = groups(relay, run_id)
        for number in range(len(received)):
            settle(relay, run_id, "failed", number=number, code="30003")
        # One of those who failed turns out to have the number of somebody held out.
        moved, kept = min(received), min(held)
        number = rows(relay, "SELECT phone_e164, phone_number FROM people WHERE id = $id", id=kept)[
            0
        ]
        rows(
            relay,
            "UPDATE people SET phone_e164 = $e164, phone_number = $number WHERE id = $id",
            e164=number["phone_e164"],
            number=number["phone_number"],
            id=moved,
        )

        tried = {row["person_id"] for row in _to_retry(relay, run_id)}

        assert tried == received - {moved}
        retry = relay.retry_run(
            run_id, Retried.FAILED, request_id="again", actor="anna", accepted=True
        )
        assert groups(relay, retry.run)[0] <= received - {moved}
        assert groups(relay, retry.run)[1] == set()

    def test_that_is_approved_has_the_same_groups_in_what_is_looked_at(self, relay):
        change(relay, approval_above=5)
        run = send(relay)

        looked_at = relay.review_frozen(run.run)

        assert looked_at.changes == ()
        assert looked_at.review.held_out == run.skipped["held_out"]
        assert any("held out to compare" in each.text for each in looked_at.review.notices)
        relay.approve_run(run.run, manifest=looked_at.review.manifest, actor="ben")
        assert relay.run(run.run).approved_by == "ben"

    def test_can_no_longer_be_approved_once_somebody_else_would_be_held_out(self, relay):
        change(relay, approval_above=5)
        run = send(relay)
        manifest = relay.review_frozen(run.run).review.manifest
        rows(relay, "UPDATE exclusions SET person_id = 1 WHERE reason = 'held_out'")

        with pytest.raises(CampaignError) as refusal:
            approve_run(
                relay._database,  # noqa: SLF001 - past the desk, which would look at Zendesk
                run.run,
                manifest=manifest,
                actor="ben",
                rules=relay.settings.deciding(),
                now=run.created_at,
            )

        assert "not what was frozen" in refusal.value.advice

    def test_as_a_test_goes_out_whoever_is_held_out(self, relay):
        sent = relay.send_test(
            "Reminder", static_values=VALUES, request_id="t", actor="anna", phone="+31612345678"
        )

        assert (sent.planned, sent.skipped) == (1, {})


def _to_retry(relay, run_id):
    return rows_to_retry(relay._database, run_id, Retried.FAILED)  # noqa: SLF001 - what the retry begins with


class TestACampaign:
    def test_is_copied_with_its_share(self, relay, half):
        copy = relay.duplicate_campaign(half.name, to="Copy", actor="anna")

        assert copy.hold_out == half.hold_out == 50

    def test_holds_nobody_out_unless_told_to(self, relay):
        assert campaign(relay).hold_out == 0
