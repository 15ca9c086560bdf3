"""Audiences as they are stored: what is written can be read, and what cannot is never used."""

from typing import Final

from relay_core.audience.conditions.definition import (
    AudienceDefinition,
    ByConditions,
    definition_from_json,
    definition_to_json,
)
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree, refused
from relay_core.errors import AudienceError

UNREADABLE: Final = ByConditions(
    ConditionTree(all=(Condition("(this stored audience cannot be read)", Op.IS_NOT_EMPTY),))
)
"""Stands for a stored audience that is none: it is refused wherever people are looked for, like
one that names a field which is gone. No field has a key like this."""


def stored_form(definition: AudienceDefinition) -> str:
    """Return what is kept for a definition.

    Raises:
        AudienceError: It could not be read again; its advice lists every mistake.
    """
    try:
        text = definition_to_json(definition)
        text.encode()
    except ValueError as error:
        raise refused(["it has a character or a number that cannot be written"]) from error
    return definition_to_json(definition_from_json(text))


def read_stored(text: str) -> AudienceDefinition:
    """Return a stored definition; `UNREADABLE` where there is none to be read.

    One row that is damaged, or was written by another version, must not take every other with it.
    """
    try:
        return definition_from_json(text)
    except AudienceError:
        return UNREADABLE
