"""How far setting up has come."""

import pytest

from relay_core.setup.check import Check, Step, Verdict
from relay_core.setup.progress import progress, worst

OK, WARNING, PROBLEM = Verdict.OK, Verdict.WARNING, Verdict.PROBLEM


def checks(*verdicts):
    return [Check(step=Step.TALK, name="x", verdict=v, found="x") for v in verdicts]


def found(zendesk, messaging, talk):
    """Return three steps, each with one check, or with none where None is said."""
    said = {Step.ZENDESK: zendesk, Step.MESSAGING: messaging, Step.TALK: talk}
    return {step: checks(*filter(None, [verdict])) for step, verdict in said.items()}


class TestAStep:
    @pytest.mark.parametrize(
        ("verdicts", "how"),
        [
            ((), None),
            ((OK,), OK),
            ((OK, WARNING, OK), WARNING),
            ((WARNING, PROBLEM, OK), PROBLEM),
        ],
    )
    def test_is_as_its_gravest_check(self, verdicts, how):
        assert worst(checks(*verdicts)) is how


class TestProgress:
    @pytest.mark.parametrize(
        ("steps", "said"),
        [
            ((OK, OK, OK), "3 of 3 steps in order. Everything is set up."),
            ((OK, OK, WARNING), "2 of 3 steps in order. Relay can send; look at Talk Text."),
            (
                (WARNING, OK, WARNING),
                "1 of 3 steps in order. Relay can send; look at Zendesk, Talk Text.",
            ),
            ((OK, PROBLEM, WARNING), "1 of 3 steps in order. Next: Sunshine Conversations."),
            ((PROBLEM, None, None), "0 of 3 steps in order. Next: Zendesk."),
            ((OK, None, None), "1 of 3 steps in order. Next: Sunshine Conversations."),
        ],
    )
    def test_is_said_as_it_is(self, steps, said):
        assert progress(found(*steps)).said == said
