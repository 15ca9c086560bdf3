"""Codes in words."""

import pytest

from relay_core.delivery.welcome import Unwelcome
from relay_core.gateways.outcomes import OutcomeUnknown
from relay_core.reports.failure_codes import (
    meaning_of_cancellation,
    meaning_of_doubt,
    meaning_of_failure,
)

META = (
    "4 80007 130429 131048 131056 133016 131026 131047 131049 131050 130472 131062 131063 132000 "
    "132001 132005 132007 132008 132012 132015 132016 131042 131031 368 131052 131053 131008 131009"
)


class TestAFailureCode:
    @pytest.mark.parametrize("code", META.split())
    def test_of_meta_is_explained(self, code):
        meaning = meaning_of_failure(code, channel="whatsapp")

        assert not meaning.title.startswith("Code")
        assert meaning.meaning.endswith(".")
        assert meaning.advice.endswith(".")

    @pytest.mark.parametrize(
        ("channel", "code"),
        [("twilio", "21211"), ("twilio", "30003"), ("talk", "21610"), ("messagebird", "27")],
    )
    def test_of_an_sms_vendor_is_explained(self, channel, code):
        assert not meaning_of_failure(code, channel=channel).title.startswith("Code")

    @pytest.mark.parametrize("code", ["unsendable", "bug", "http_422"])
    def test_of_relay_itself_is_explained_on_every_channel(self, code):
        assert not meaning_of_failure(code, channel="").title.startswith("Code")

    def test_means_something_else_to_each_vendor(self):
        assert meaning_of_failure("131026", channel="twilio").title == "Code 131026"

    def test_that_nobody_knows_gets_a_sentence_that_claims_nothing(self):
        meaning = meaning_of_failure("999999", channel="whatsapp")

        assert meaning.title == "Code 999999"
        assert "no explanation" in meaning.meaning


class TestADoubt:
    @pytest.mark.parametrize("code", ["ReadTimeout", "http_502", "stopped", "RemoteProtocolError"])
    def test_always_says_that_the_message_may_have_been_sent(self, code):
        assert "may have been sent" in meaning_of_doubt(OutcomeUnknown(code).reason).meaning


class TestACancellation:
    @pytest.mark.parametrize("code", ["opted_out", "run_cancelled", "something_new"])
    def test_says_that_nothing_left(self, code):
        assert "left" in meaning_of_cancellation(code).meaning

    @pytest.mark.parametrize("code", Unwelcome)
    def test_of_somebody_unwelcome_is_explained(self, code):
        meaning = meaning_of_cancellation(code)

        assert meaning.title != "Cancelled"
        assert "before this" in meaning.meaning
