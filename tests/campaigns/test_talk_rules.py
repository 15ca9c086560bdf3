"""What Zendesk Talk cannot text, and why."""

import pytest

from relay_core.campaigns.talk_rules import TalkHindrance, hindrance_on_talk
from relay_core.reports.skips import skip_advice, skip_label

PHONE = "+33612345678"


class TestAText:
    def test_goes_to_the_first_number_of_the_profile(self):
        assert hindrance_on_talk("Hello", phone=PHONE, profile_phone=PHONE) is None

    @pytest.mark.parametrize(
        ("profile_phone", "why"),
        [
            ("+33687654321", TalkHindrance.OTHER_NUMBER),
            (None, TalkHindrance.OTHER_NUMBER),  # taken off the profile
            ("", TalkHindrance.OTHER_NUMBER),
            ("06 12 34 56 78", TalkHindrance.NUMBER_AS_WRITTEN),  # as people write it at home
            ("+33 6 12 34 56 78", TalkHindrance.NUMBER_AS_WRITTEN),
            ("0033612345678", TalkHindrance.NUMBER_AS_WRITTEN),
        ],
    )
    def test_goes_to_no_other_number(self, profile_phone, why):
        assert hindrance_on_talk("Hello", phone=PHONE, profile_phone=profile_phone) is why

    @pytest.mark.parametrize(("length", "why"), [(1600, None), (1601, TalkHindrance.TOO_LONG)])
    def test_has_1600_characters_at_most(self, length, why):
        assert hindrance_on_talk("x" * length, phone=PHONE, profile_phone=PHONE) is why

    @pytest.mark.parametrize("text", ["Dear {{ticket.requester.name}}", "{% if x %}"])
    def test_holds_nothing_that_zendesk_would_fill_in(self, text):
        assert hindrance_on_talk(text, phone=PHONE, profile_phone=PHONE) is TalkHindrance.MARKUP


@pytest.mark.parametrize("hindrance", TalkHindrance)
def test_every_hindrance_is_said_in_words(hindrance):
    assert skip_label(hindrance) != hindrance.replace("_", " ").capitalize()
    assert skip_advice(hindrance) == hindrance.sentence
