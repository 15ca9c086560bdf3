"""Whoever sets Relay up reads how far Zendesk shows it, and what to do."""

from datetime import UTC, datetime

import pytest

from relay_core.errors import AccessDenied
from relay_core.mirroring.checks import mirror_checks
from relay_core.mirroring.objects import FIELDS, Kind
from relay_core.mirroring.status import MirrorStatus, Refusal
from relay_core.setup.check import Verdict

TOLD = {"campaign": 1, "template": 21, "segment": 0, "message": 1204, "tag": 7}
EVERYTHING = [each for fields in FIELDS.values() for each in (*fields, None)]
REFUSED = Refusal(kind="message", id=7, trouble="person: 9 is no lookup", told_at=datetime.now(UTC))

UNTAGGED = Refusal(kind="tag", id=7, trouble="no user 9", told_at=datetime.now(UTC))


def status(**known):
    return MirrorStatus(**{"shows_records": True, "tag": "", "told": TOLD} | known)


def nothing_missing():
    return []


def forbidden():
    raise AccessDenied("HTTP 403", advice="Zendesk refused Relay's credentials.")


class TestTheChecks:
    @pytest.mark.parametrize(
        ("known", "missing", "verdict", "said"),
        [
            ({"shows_records": False}, forbidden, Verdict.OK, "switched off"),
            ({}, nothing_missing, Verdict.OK, "messages 1,204"),
            ({}, lambda: EVERYTHING, Verdict.PROBLEM, "relay mirror make"),
            ({}, lambda: ["relay_mirror_message.text"], Verdict.PROBLEM, "message.text"),
            ({}, forbidden, Verdict.PROBLEM, "Suite Growth"),
            ({"held": "A copy."}, nothing_missing, Verdict.WARNING, "A copy. To go on"),
            ({"trouble": "Try later."}, nothing_missing, Verdict.WARNING, "Try later."),
            ({"refused": (REFUSED,)}, nothing_missing, Verdict.WARNING, "message 7: person"),
            ({"waiting_messages": 3}, nothing_missing, Verdict.OK, "wait 3"),
            ({"shows_records": False, "tag": "relay"}, forbidden, Verdict.OK, "7 given"),
            ({"tag": "r", "refused": (UNTAGGED,)}, nothing_missing, Verdict.WARNING, "no user 9"),
            ({"shows_records": False, "to_remove": 2}, forbidden, Verdict.WARNING, "2 left"),
        ],
    )
    def test_say_what_is_found_and_what_to_do(self, known, missing, verdict, said):
        checks = mirror_checks(status(**known), missing)

        worst = max((check.verdict for check in checks), key=list(Verdict).index)
        assert worst is verdict
        assert said in " ".join(f"{check.found} {check.advice}" for check in checks)

    def test_name_every_kind(self):
        found = mirror_checks(status(), nothing_missing)[-1].found

        assert all(kind.words in found for kind in Kind)
