"""Everybody whom a campaign was sent to gets its tag, once, and keeps their others."""

import pytest

from relay_core.errors import OutsideUnavailable
from relay_core.mirroring.tags import campaign_tag
from tests.delivery.world import planned_run
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
        tagged.gone = "/users/1/"

        assert tagged.tag() == 1

        assert "has no user 1" in tagged.status().refused[0].trouble
        assert tagged.tag() == 0
