"""The verdict itself: what it finds when there is something to find."""

import pytest

from tests.crash.record import judge


class TestTheVerdict:
    def test_is_clean_when_both_records_agree_and_doubt_is_listed(self):
        states = {
            "+1": "delivered",
            "+2": "accepted",
            "+3": "unknown",
            "+4": "unknown",
            "+5": "failed",
        }

        verdict = judge(states, reached=["+1", "+2", "+3"], states=states)

        assert verdict.is_clean
        assert (verdict.reached, verdict.unknown, verdict.unknown_but_reached) == (3, 2, 1)

    def test_names_who_got_it_twice(self):
        verdict = judge(["+1"], reached=["+1", "+1"], states={"+1": "delivered"})

        assert verdict.duplicates == ("+1",)

    @pytest.mark.parametrize(
        "states", [{}, {"+1": "accepted"}, {"+1": "queued"}, {"+1": "sending"}]
    )
    def test_names_who_got_nothing_without_being_told(self, states):
        verdict = judge(["+1"], reached=[], states=states)

        assert verdict.lost == ("+1",)

    @pytest.mark.parametrize("states", [{}, {"+1": "failed"}, {"+1": "cancelled"}])
    def test_names_whose_message_left_and_is_not_listed(self, states):
        verdict = judge([], reached=["+1"], states=states)

        assert verdict.unlisted == ("+1",)
        assert not verdict.is_clean

    def test_names_whose_doubt_a_report_should_have_settled(self):
        verdict = judge(["+1"], reached=["+1"], states={"+1": "unknown"}, heard=["+1"])

        assert verdict.unsettled == ("+1",)
        assert not verdict.is_clean
