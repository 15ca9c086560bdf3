"""What a template's status means to the person who wrote it."""

from dataclasses import dataclass
from typing import Final, Literal

SUBMITTABLE: Final = frozenset({"NOT_SUBMITTED", "DELETED"})
"""Statuses from which a template can be submitted to Meta."""

Color = Literal["green", "orange", "red", "gray"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStatus:
    """One status as a page says it."""

    word: str
    color: Color
    icon: str
    advice: str = ""
    """What to do, where there is something to do."""

    @property
    def is_refusal(self) -> bool:
        """Whether Meta has decided against it, for now or for good."""
        return self.color == "red"


_STATUSES: Final = {
    "READY": ShownStatus(word="Ready", color="green", icon=":material/check:"),
    "APPROVED": ShownStatus(word="Approved", color="green", icon=":material/check:"),
    "PENDING": ShownStatus(
        word="Waiting for Meta",
        color="orange",
        icon=":material/hourglass_empty:",
        advice="Meta answers within minutes as a rule, at most a day. Refresh to look.",
    ),
    "REJECTED": ShownStatus(
        word="Rejected",
        color="red",
        icon=":material/block:",
        advice="Write it anew under another name, with the reason in mind.",
    ),
    "PAUSED": ShownStatus(
        word="Paused by Meta",
        color="red",
        icon=":material/pause:",
        advice="Too many people blocked or reported it. Meta lets it go on after some hours.",
    ),
    "DISABLED": ShownStatus(
        word="Disabled by Meta",
        color="red",
        icon=":material/block:",
        advice="Meta has stopped it for good. Write another template.",
    ),
    "NOT_SUBMITTED": ShownStatus(
        word="Not submitted", color="gray", icon=":material/remove:", advice="Submit it to Meta."
    ),
    "DELETED": ShownStatus(
        word="Deleted at Meta", color="gray", icon=":material/delete:", advice="Submit it again."
    ),
}


def shown_status(status: str) -> ShownStatus:
    """Return how to show a status; one that Relay does not know keeps its own word."""
    word = status.replace("_", " ").capitalize()
    return _STATUSES.get(status) or ShownStatus(word=word, color="gray", icon=":material/help:")
