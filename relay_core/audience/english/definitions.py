"""An audience definition in words, for lists and versions that nobody has evaluated."""

from typing import assert_never

from relay_core.audience.conditions.clauses import judging, understood
from relay_core.audience.conditions.definition import (
    AudienceDefinition,
    ByConditions,
    ByQuery,
    BySegment,
)
from relay_core.audience.conditions.fields import Catalogue
from relay_core.audience.english.sentences import sentence
from relay_core.errors import AudienceError


def in_words(definition: AudienceDefinition, *, catalogue: Catalogue) -> str:
    """Return a definition as a sentence.

    Raises:
        AudienceError: It makes no sense in this account any more; the advice says why.
    """
    match definition:
        case ByQuery(query):
            return f"Zendesk query: {query}"
        case BySegment(name):
            return f"The same people as the segment {name}."
        case ByConditions(tree):
            return sentence(understood(tree, catalogue=catalogue))
        case _:
            assert_never(definition)


def in_words_or_broken(definition: AudienceDefinition, *, catalogue: Catalogue) -> str:
    """Return a definition as a sentence; where it makes no sense any more, what is wrong."""
    try:
        return in_words(definition, catalogue=catalogue)
    except AudienceError:
        mistakes = "; ".join(_mistakes(definition, catalogue)) or "its conditions do not fit"
        return f"Not usable as it is: {mistakes}."


def _mistakes(definition: AudienceDefinition, catalogue: Catalogue) -> list[str]:
    if not isinstance(definition, ByConditions):
        return []
    judge = judging(catalogue)
    return [mistake for each in definition.tree.conditions() if (mistake := judge(each))]
