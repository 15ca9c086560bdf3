"""How segments may refer to each other: never in a circle, never without end."""

from collections.abc import Callable, Iterable
from typing import Final

from relay_core.audience.conditions.definition import (
    AudienceDefinition,
    in_a_circle,
    referred_segments,
)
from relay_core.errors import AudienceError

DEEPEST: Final = 30
"""Segments one within the other. Nobody reads so many; a longer chain comes from a mistake."""


def ensure_well_nested(names: Iterable[str], *, load: Callable[[str], AudienceDefinition]) -> None:
    """Refuse segments that lead back to themselves, too deep, or to nothing.

    Args:
        names: Where to start; everything below is looked at once.
        load: Returns the definition of the segment of that name.

    Raises:
        AudienceError: Segments refer to each other in a circle, and its advice shows the way
            round; or one is nested too deep.
        NotFound: A segment does not exist.
    """
    heights: dict[str, int] = {}

    def height(name: str, path: tuple[str, ...]) -> int:
        if name in path:
            raise in_a_circle((*path[path.index(name) :], name))
        if name not in heights:
            # Before going on, too: a chain of thousands would exhaust the stack on the way down.
            ensure_not_too_deep(len(path) + 1, name=path[0] if path else name)
            below = referred_segments(load(name))
            heights[name] = 1 + max((height(each, (*path, name)) for each in below), default=0)
            ensure_not_too_deep(heights[name], name=name)
        return heights[name]

    for name in names:
        height(name, ())


def ensure_not_too_deep(levels: int, *, name: str) -> None:
    """Refuse more levels than anybody means.

    Raises:
        AudienceError: Its advice names the segment and the limit.
    """
    if levels > DEEPEST:
        raise AudienceError(
            f"segments nested {levels} deep, limit {DEEPEST}",
            advice=f"The segment {name} names a segment that names a segment, and so on: more than "
            f"{DEEPEST} within one another. Give one of them conditions that name no segment.",
        )
