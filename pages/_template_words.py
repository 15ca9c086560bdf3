"""How a template's status looks on a page."""

from dataclasses import dataclass
from typing import Final, Literal

from relay_core.templates.kept.statuses import SUBMITTABLE, Kind, meaning

__all__ = ["SUBMITTABLE", "ShownStatus", "shown_status"]

Color = Literal["green", "orange", "red", "gray"]

_LOOKS: Final[dict[Kind, tuple[Color, str]]] = {
    "good": ("green", ":material/check:"),
    "waiting": ("orange", ":material/hourglass_empty:"),
    "bad": ("red", ":material/block:"),
    "none": ("gray", ":material/remove:"),
    "unknown": ("gray", ":material/help:"),
}


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


def shown_status(status: str) -> ShownStatus:
    """Return how to show a status; one that Relay does not know keeps its own word."""
    means = meaning(status)
    color, icon = _LOOKS[means.kind]
    return ShownStatus(word=means.word, color=color, icon=icon, advice=means.advice)
