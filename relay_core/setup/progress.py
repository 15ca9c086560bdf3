"""How far setting up has come: what is in order, what to look at, and what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from relay_core.setup.check import Check, Step, Verdict
from relay_core.worded import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where somebody stands who sets Relay up."""

    in_order: tuple[Step, ...]
    doubtful: tuple[Step, ...]
    """Relay works without them; something will be missing."""
    following: Step | None
    """What comes next; None once nothing keeps Relay from sending."""
    steps: int

    @property
    def said(self) -> str:
        """The same in a sentence or two."""
        in_order = f"{len(self.in_order)} of {counted(self.steps, 'step')} in order."
        if self.following is not None:
            return f"{in_order} Next: {self.following.words}."
        if self.doubtful:
            doubtful = ", ".join(step.words for step in self.doubtful)
            return f"{in_order} Relay can send; look at {doubtful}."
        return f"{in_order} Everything is set up."


def worst(checks: Sequence[Check]) -> Verdict | None:
    """Return how a step is: as its gravest check; None where it could not be checked yet."""
    return max((check.verdict for check in checks), key=list(Verdict).index, default=None)


def progress(found: Mapping[Step, Sequence[Check]]) -> Progress:
    """Return how far it is, by what each step was found to be, in their order."""
    how = {step: worst(checks) for step, checks in found.items()}
    return Progress(
        in_order=tuple(step for step, verdict in how.items() if verdict is Verdict.OK),
        doubtful=tuple(step for step, verdict in how.items() if verdict is Verdict.WARNING),
        following=next((s for s, v in how.items() if v is None or v is Verdict.PROBLEM), None),
        steps=len(how),
    )
