"""Who refers to whom: audiences that name segments or uploads, directly or inside conditions."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal, assert_never

from relay_core.audience.conditions.definition import (
    AudienceDefinition,
    ByConditions,
    ByQuery,
    BySegment,
)
from relay_core.audience.conditions.fields import SEGMENT
from relay_core.audience.conditions.tree import Condition, ConditionTree
from relay_core.audience.segments.stored import read_stored
from relay_core.errors import AudienceError
from relay_core.store.ledger import Session

UPLOAD: Final = "relay.upload"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A segment or a campaign, for what its audience refers to."""

    kind: Literal["segment", "campaign"]
    id: int
    name: str
    definition: AudienceDefinition
    has_run: bool
    """Whether it is a campaign that keeps its people whatever becomes of its audience: it was run,
    and is not to be sent again by a schedule."""

    @property
    def label(self) -> str:
        """What a sentence calls it."""
        return f"the {self.kind} {self.name}"


def uploads_in(definition: AudienceDefinition) -> tuple[str, ...]:
    """Return the uploads that a definition names itself, each once, in order."""
    match definition:
        case BySegment() | ByQuery():
            return ()
        case ByConditions(tree):
            named = (name for c in tree.conditions() if c.field == UPLOAD for name in _names(c))
            return tuple(dict.fromkeys(named))
        case _:
            assert_never(definition)


def following(definition: AudienceDefinition, *, name: str, to: str) -> AudienceDefinition:
    """Return a definition as it reads once the segment `name` is called `to`."""
    match definition:
        case BySegment(segment):
            return BySegment(to) if segment == name else definition
        case ByQuery():
            return definition
        case ByConditions(tree):

            def followed(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
                return tuple(_following(each, name=name, to=to) for each in conditions)

            return ByConditions(
                ConditionTree(
                    all=followed(tree.all), any=followed(tree.any), none=followed(tree.none)
                )
            )
        case _:
            assert_never(definition)


def holders(session: Session) -> list[Holder]:
    """Return every segment and campaign, campaigns first, by name."""
    return [
        Holder(
            kind=row["kind"],
            id=row["id"],
            name=row["name"],
            definition=read_stored(row["definition"]),
            has_run=row["has_run"],
        )
        for row in session.run("segments.holders")
    ]


def refuse_while_used(
    session: Session, name: str, *, by: Callable[[AudienceDefinition], tuple[str, ...]]
) -> None:
    """Refuse to let go of a name that a segment, or a campaign still to be run, refers to.

    Args:
        session: The transaction of the deed.
        name: Of a segment or an upload.
        by: Returns the names of that sort in a definition.

    Raises:
        AudienceError: Its advice names whoever refers to it.
    """
    users = [
        holder.label
        for holder in holders(session)
        if not holder.has_run and name in by(holder.definition)
    ]
    if users:
        raise AudienceError(
            "audience in use",
            advice=f"{name} is used by {', '.join(users)}. Give these another audience first.",
        )


def _names(condition: Condition) -> tuple[str, ...]:
    value = condition.value
    given = value if isinstance(value, tuple) else (value,)
    return tuple(each.strip() for each in given if isinstance(each, str))


def _following(condition: Condition, *, name: str, to: str) -> Condition:
    if condition.field != SEGMENT or name not in _names(condition):
        return condition
    names = (to if each == name else each for each in _names(condition))
    return replace(condition, value=tuple(dict.fromkeys(names)))
