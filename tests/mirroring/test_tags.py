"""Everybody whom a campaign was sent to gets its tag, once, and keeps their others."""

import pytest

from relay_core.errors import GatewayError, OutsideUnavailable
from relay_core.mirroring.tags import campaign_tag
from tests.delivery.world import delivery, planned_run
from tests.mirroring.test_telling import forget
from tests.reports.story import at, send


@pytest.fixture
def tagged(db, mirrored):
    """Two people got a message, to one it failed, and one has tags already."""
    run_id = planned_run(db, people=3, first_person=1)
    mirrored.account.world.directory.person(1).record["tags"] = ["vip"]
    for n in range(2):
        send(db, begun=at(n))
    send(db, begun=at(2)).failed("(#131026) No", happened=at(3))
    name = db.rows("mirroring.campaigns")[0]["name"]
    mirrored.tag_name = campaign_tag("relay", name)
    mirrored.run_id = run_id
    return mirrored


class TestTheTag:
    @pytest.mark.parametrize(
        ("campaign", "tag"),
        [
            ("Parcel late", "relay_parcel_late"),
            ("  Été & 2026! ", "relay_été_2026"),
            ("!!!", "relay"),
            ("Ära-2", "relay_ära_2"),
            ("x" * 200, "relay_" + "x" * 94),
        ],
    )
    def test_is_made_of_the_campaigns_name(self, campaign, tag):
        assert campaign_tag("relay", campaign) == tag

    def test_is_given_to_everybody_whom_it_was_sent_to(self, tagged):
        assert tagged.tag() == 2

        assert tagged.tags_of(1) == [tagged.tag_name, "vip"]
        assert tagged.tags_of(2) == [tagged.tag_name]
        assert tagged.tags_of(3) == []

    def test_is_given_once(self, tagged):
        tagged.tag()
        tagged.asked.clear()

        assert tagged.tag() == 0
        assert tagged.asked == []

    def test_is_given_again_where_the_answer_was_lost(self, tagged):
        tagged.lose_answer("/tags")
        with pytest.raises(OutsideUnavailable):
            tagged.tag()

        tagged.tag()

        assert tagged.tags_of(1).count(tagged.tag_name) == 1
        assert tagged.tags_of(2) == [tagged.tag_name]

    def test_is_taken_from_somebody_who_was_erased(self, db, tagged):
        tagged.tag()
        forget(db, 1)

        assert tagged.tag() == 1

        assert tagged.tags_of(1) == ["vip"]
        assert tagged.tags_of(2) == [tagged.tag_name]

    def test_is_taken_from_them_too_where_the_answer_was_lost(self, db, tagged):
        tagged.lose_answer("/tags")
        with pytest.raises(OutsideUnavailable):
            tagged.tag()
        forget(db, 1)

        tagged.tag()

        assert tagged.tags_of(1) == ["vip"]

    def test_of_a_profile_that_is_gone_is_given_up_and_said(self, tagged):
        tagged.refused["/users/1/"] = 404

        assert tagged.tag() == 1

        assert "has no user 1" in tagged.status().refused[0].trouble
        assert tagged.tag() == 0

    def test_costs_no_request_where_another_message_brought_it(self, db, mirrored):
        run_id = planned_run(db, people=1, first_person=1)
        second = [delivery(run_id, 1, to=9)]
        db.write(lambda session: session.run_many("runs.add_deliveries", second))
        for n in range(2):
            send(db, begun=at(n))

        assert mirrored.tag() == 1

        assert len(mirrored.asked) == 1
        assert mirrored.status().told["tag"] == 2

    @pytest.mark.parametrize("status", [403, 500])
    def test_that_one_profile_refuses_holds_up_no_other(self, tagged, status):
        tagged.refused["/users/1/"] = status
        for _ in range(2):
            with pytest.raises(GatewayError):
                tagged.tag()

        assert tagged.tags_of(2) == [tagged.tag_name]

    @pytest.mark.parametrize("status", [403, 500])
    def test_that_cannot_be_taken_holds_up_no_other(self, db, tagged, status):
        tagged.tag()
        tagged.refused["/users/1/"] = status
        forget(db, 1)
        forget(db, 2)
        for _ in range(2):
            with pytest.raises(GatewayError):
                tagged.tag()

        assert tagged.tags_of(2) == []

    def test_that_zendesk_does_not_take_away_is_not_forgotten(self, db, tagged):
        tagged.tag()
        tagged.refused["/users/1/"] = 422
        forget(db, 1)
        tagged.tag()

        assert tagged.status().to_remove == 1
        assert [each.kind for each in tagged.status().refused] == ["tag"]

        tagged.refused.clear()
        tagged.tag()
        assert tagged.tags_of(1) == ["vip"]
        assert tagged.status().to_remove == 0

    def test_went_with_a_profile_that_is_gone(self, db, tagged):
        tagged.tag()
        tagged.refused["/users/1/"] = 404
        forget(db, 1)
        tagged.tag()

        assert tagged.status().to_remove == 0
