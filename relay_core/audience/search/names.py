"""Checks of keywords: whether there is such a one, and whether it takes the operator."""

import re
from collections.abc import Iterator
from typing import Final

from relay_core.audience.conditions.tree import shown
from relay_core.audience.search.diagnostics import Code, Edit, Finding
from relay_core.audience.search.keywords import (
    NOT_SEARCHABLE,
    OF_TICKETS,
    Holds,
    Keyword,
    Support,
)
from relay_core.audience.search.reading import NOT_CHOOSING, Reading, replaced
from relay_core.audience.search.syntax import Operator, Property, Term, is_word

_NUMBERED: Final = re.compile(r"custom_field_\d+", re.IGNORECASE | re.ASCII)
_OPPOSITE: Final = {
    Operator.BELOW: Operator.AT_LEAST,
    Operator.ABOVE: Operator.AT_MOST,
    Operator.AT_MOST: Operator.ABOVE,
    Operator.AT_LEAST: Operator.BELOW,
}


def names(reading: Reading) -> Iterator[Finding]:
    """Yield what is wrong with the keywords of a query and their operators."""
    for number, clause in enumerate(reading.query.clauses):
        if not isinstance(clause, Property):
            continue
        keyword = reading.keyword(clause)
        if keyword is None:
            yield _unknown(reading, number, clause)
            continue
        yield from _alias(reading, clause, keyword)
        if keyword.holds is Holds.TYPE and clause.value.lower() != "user":
            yield from _title(reading, number, clause)
        if keyword.holds is Holds.LOOKUP:
            yield _not_searchable(
                clause, f"the field {shown(keyword.label)}", "choose it in the builder instead"
            )
        elif clause.operator is not Operator.IS and not keyword.ranges:
            yield _unsupported(clause, keyword)
        elif clause.operator is not Operator.IS and clause.negated:
            yield _negated_range(clause, keyword)
        if not clause.value.strip():
            yield _no_value(reading, number, clause, keyword)


def _alias(reading: Reading, clause: Property, keyword: Keyword) -> Iterator[Finding]:
    if reading.vocabulary.alias_of(clause.keyword):
        yield Finding(
            Code.ALIAS_KEYWORD,
            clause.keyword_start,
            clause.operator_start,
            f"Zendesk does not document {shown(clause.keyword)}, and may one day look for it as a "
            f"word: write {keyword.name}.",
            (Edit(clause.keyword_start, clause.operator_start, keyword.name),),
        )


def _title(reading: Reading, number: int, clause: Property) -> Iterator[Finding]:
    """Yield what is wrong with a title such as `plan type:gold` where `plan_type` is the key."""
    before = reading.query.before(number)
    if before is None or not is_word(before):
        return
    if key := _joined_key(reading, before, clause):
        yield Finding(
            Code.UNKNOWN_KEYWORD,
            before.start,
            clause.operator_start,
            f"Zendesk takes {shown(before.text)} for a word by itself: a field goes by its key, "
            f"{key}.",
            (Edit(before.start, clause.operator_start, key),),
        )


def _joined_key(reading: Reading, before: Term, clause: Property) -> str | None:
    key = f"{before.text}_{clause.keyword}".lower()
    return key if reading.vocabulary.find(key) else None


def _unknown(reading: Reading, number: int, clause: Property) -> Finding:
    name = clause.keyword.lower()
    if name in NOT_SEARCHABLE:
        return _not_searchable(clause, *NOT_SEARCHABLE[name])
    said = f"Zendesk knows no keyword {shown(clause.keyword)} for users and looks for its text"
    nearest, edits = _meant(reading, number, clause)
    if name in OF_TICKETS:
        advice = "this is a keyword of tickets, and an audience is made of users"
    elif _NUMBERED.fullmatch(name):
        advice = "numbers are for fields of tickets, fields of users go by their key"
    elif clause.value.startswith("//"):
        advice = "put the address in quotes"
        edits = replaced(clause, f'{"-" * clause.negated}"{clause.keyword}:{clause.value}"')
    elif nearest:
        advice = f"did you mean {nearest}?"
    elif not reading.vocabulary.has_custom:
        advice = "no field of this account is known yet, so sync people first if it is one"
    else:
        advice = "use a keyword of Zendesk's or the key of a field of users, not its title"
    return Finding(
        Code.UNKNOWN_KEYWORD,
        clause.keyword_start,
        clause.operator_start,
        f"{said}: {advice.removesuffix('?')}{'?' if advice.endswith('?') else '.'}",
        edits,
    )


def _meant(reading: Reading, number: int, clause: Property) -> tuple[str | None, tuple[Edit, ...]]:
    """Return the keyword that was probably meant, with the edits that write it."""
    before = reading.query.before(number)
    if before is not None and is_word(before) and (key := _joined_key(reading, before, clause)):
        return key, (Edit(before.start, clause.operator_start, key),)
    nearest = reading.vocabulary.nearest(clause.keyword)
    if nearest is None or clause.keyword.lower() in OF_TICKETS:
        return None, ()
    return nearest, (Edit(clause.keyword_start, clause.operator_start, nearest),)


def _not_searchable(clause: Property, what: str, advice: str) -> Finding:
    return Finding(
        Code.FIELD_NOT_SEARCHABLE,
        clause.keyword_start,
        clause.operator_start,
        f"Zendesk's search does not know {what} and looks for the text instead: {advice}.",
    )


def _unsupported(clause: Property, keyword: Keyword) -> Finding:
    return Finding(
        Code.OPERATOR_NOT_SUPPORTED,
        clause.operator_start,
        clause.value_start,
        f"Zendesk compares {keyword.name} with a colon only and makes plain words of this: write "
        f"{keyword.name}: and the value.",
        (Edit(clause.operator_start, clause.value_start, ":"),),
    )


def _negated_range(clause: Property, keyword: Keyword) -> Finding:
    opposite = _OPPOSITE[clause.operator]
    edits: tuple[Edit, ...] = ()
    if keyword.holds is Holds.MOMENT:
        edits = (Edit(clause.start, clause.value_start, f"{clause.keyword}{opposite}"),)
    return Finding(
        Code.UNDOCUMENTED_COMPOSITION,
        clause.start,
        clause.end,
        "Zendesk does not document a minus before a comparison: write the opposite one, "
        f"{keyword.name}{opposite}, and mind that it leaves out people who have nothing there.",
        edits,
    )


def _no_value(reading: Reading, number: int, clause: Property, keyword: Keyword) -> Finding:
    following = reading.query.after(number)
    none = keyword.none is Support.DOCUMENTED and clause.operator is Operator.IS
    edits: tuple[Edit, ...] = ()
    if not clause.quoted and following and is_word(following):
        edits = (Edit(clause.end, following.start, ""),)
    elif not clause.quoted and following and not isinstance(following, Property):
        edits = () if following.negated else (Edit(clause.end, following.start, ""),)
    elif none:
        edits = (Edit(clause.value_start, clause.end, "none"),)
    elif keyword.holds in NOT_CHOOSING:
        edits = replaced(clause, "")
    empty = f", and {keyword.name}:none for people who have nothing there" if none else ""
    return Finding(
        Code.EMPTY_VALUE if clause.quoted else Code.MISSING_VALUE,
        clause.start,
        clause.end,
        f"Without a value Zendesk looks for the word {shown(clause.keyword)} everywhere: write "
        f"the value right after the {clause.operator}{empty}.",
        edits,
    )
