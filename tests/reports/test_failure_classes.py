"""Failures by class, and the deed that helps."""

from datetime import timedelta

import pytest

from relay_core.reports import failure_codes
from relay_core.reports.causes import cause, failure_kinds
from relay_core.reports.failure_classes import Deed, Nature, class_of_failure
from tests.reports.story import at

EXPLAINED = [
    (channel, code)
    for channel, codes in failure_codes._BY_CHANNEL.items()  # noqa: SLF001 - none may be left out
    for code in codes
]


def failed(code, deliveries=1, *, channel="whatsapp"):
    row = {
        "state": "failed",
        "code": code,
        "reason": None,
        "deliveries": deliveries,
        "last_at": at(0),
    }
    return cause(row, channel=channel)


class TestAClass:
    @pytest.mark.parametrize(("channel", "code"), EXPLAINED)
    def test_is_known_for_every_code_that_is_explained(self, channel, code):
        nature, _ = class_of_failure(code, channel=channel)

        assert nature is not Nature.UNEXPLAINED or code == "talk_failed"

    @pytest.mark.parametrize(
        ("channel", "code", "nature", "deed"),
        [
            ("twilio", "30003", Nature.TEMPORARY, Deed.RETRY),
            ("twilio", "21211", Nature.PERMANENT, Deed.SUPPRESS),
            ("whatsapp", "131026", Nature.PERMANENT, Deed.OTHER_CHANNEL),
            ("whatsapp", "131049", Nature.LIMITED, Deed.WAIT),
            ("whatsapp", "132000", Nature.OURS, Deed.CORRECT),
            ("whatsapp", "http_422", Nature.OURS, Deed.CORRECT),
            ("messagebird", "9", Nature.PERMANENT, Deed.SUPPRESS),
            ("twilio", "131026", Nature.UNEXPLAINED, Deed.RETRY),  # Meta's, not Twilio's
            ("", "999999", Nature.UNEXPLAINED, Deed.RETRY),
        ],
    )
    def test_says_who_can_end_it_and_what_helps(self, channel, code, nature, deed):
        assert class_of_failure(code, channel=channel) == (nature, deed)

    def test_of_a_limited_person_says_until_when_to_wait(self):
        assert failed("131049").wait_until == at(0) + timedelta(hours=24)
        assert failed("131026").wait_until is None

    def test_holds_all_its_failures(self):
        kinds = failure_kinds([failed("131026", 3), failed("131050", 2), failed("131049", 5)])

        assert [(k.label, k.deliveries, k.share) for k in kinds] == [
            ("Permanent", 5, 0.5),
            ("Limited by Meta", 5, 0.5),
        ]
