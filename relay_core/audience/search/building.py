"""A query as conditions of the builder, where every clause can be said exactly."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from relay_core.audience.conditions.clauses import judging
from relay_core.audience.conditions.fields import Catalogue
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree, shown
from relay_core.audience.search.keywords import Keyword
from relay_core.audience.search.reading import Reading
from relay_core.audience.search.said import Unsaid, said
from relay_core.audience.search.syntax import Clause, Operator, Property, Term

_OPPOSITE: Final = {
    Op.HAS_ANY_OF: Op.HAS_NONE_OF,
    Op.IS_ANY_OF: Op.IS_NONE_OF,
    Op.IS_EMPTY: Op.IS_NOT_EMPTY,
    Op.CONTAINS_WORD: Op.NOT_CONTAINS_WORD,
    Op.EQUALS: Op.DIFFERS,
    Op.IS_CHECKED: Op.IS_NOT_CHECKED,
}
"""Both keep people who have nothing there where the other leaves them out."""
_ANY: Final = frozenset({Op.HAS_ANY_OF, Op.IS_ANY_OF, Op.STARTS_WITH})
"""Operators that join their values as a repeated keyword does."""
_NONE: Final = frozenset({Op.HAS_NONE_OF, Op.IS_NONE_OF})
"""Operators that join their values as exclusions side by side do."""


@dataclass(frozen=True, slots=True)
class Built:
    """What the builder can show of a query."""

    tree: ConditionTree | None
    """None when a clause cannot be said exactly."""
    unsaid: tuple[str, ...]
    """Each clause that cannot, and why, in a sentence."""


def built(reading: Reading, *, catalogue: Catalogue) -> Built:
    """Return a query as conditions, or what stands against it."""
    building = _Building()
    groups = _groups(reading)
    for clause in reading.query.clauses:
        keyword = reading.keyword(clause)
        if isinstance(clause, Term) or keyword is None:
            building.refuse(clause, "the builder looks in one field at a time")
        elif not reading.chooses(clause):
            continue
        elif clause.negated:
            building.exclude(keyword, clause)
        elif clause.operator is not Operator.IS and keyword.name in groups:
            building.refuse(clause, "Zendesk does not document a colon and a comparison together")
        elif clause.operator is not Operator.IS:
            building.require(keyword, clause)
        elif clause is groups[keyword.name][0]:
            building.require_any(keyword, groups[keyword.name])
    tree = building.tree()
    judge = judging(catalogue)
    building.unsaid += [
        f"{mistake[0].upper()}{mistake[1:]}."
        for condition in tree.conditions()
        if (mistake := judge(condition))
    ]
    return Built(None if building.unsaid else tree, tuple(building.unsaid))


def _groups(reading: Reading) -> dict[str, list[Property]]:
    """Return what is compared with a colon, by keyword, exclusions aside."""
    groups: dict[str, list[Property]] = {}
    for clause in reading.query.properties:
        keyword = reading.keyword(clause)
        if keyword and clause.operator is Operator.IS and not clause.negated:
            groups.setdefault(keyword.name, []).append(clause)
    return groups


class _Building:
    """The three lists as they grow."""

    def __init__(self) -> None:
        self.all: list[Condition] = []
        self.any: tuple[Condition, ...] = ()
        self.none: list[Condition] = []
        self.unsaid: list[str] = []

    def tree(self) -> ConditionTree:
        return ConditionTree(_merged(self.all, _NONE), self.any, tuple(self.none))

    def refuse(self, clause: Clause, why: str) -> None:
        self.unsaid.append(f"{shown(str(clause))}: {why}.")

    def require(self, keyword: Keyword, clause: Property) -> None:
        self.all += self._said(keyword, clause)

    def exclude(self, keyword: Keyword, clause: Property) -> None:
        for condition in self._said(keyword, clause):
            if condition.op is Op.IS and isinstance(condition.value, bool):
                self.all.append(Condition(condition.field, Op.IS, not condition.value))
            elif opposite := _OPPOSITE.get(condition.op):
                self.all.append(Condition(condition.field, opposite, condition.value))
            else:
                self.none.append(condition)

    def require_any(self, keyword: Keyword, group: list[Property]) -> None:
        """Add the values of one keyword, of which any will do."""
        found = [condition for clause in group for condition in self._said(keyword, clause)]
        whole = _merged(found, _ANY)
        if len(whole) <= 1:
            self.all += whole
        elif self.any:
            self.refuse(group[0], "the builder has one list of “any of” only")
        else:
            self.any = whole

    def _said(self, keyword: Keyword, clause: Property) -> Iterator[Condition]:
        try:
            yield said(keyword, clause)
        except Unsaid as unsaid:
            self.refuse(clause, str(unsaid))


def _merged(conditions: list[Condition], joining: frozenset[Op]) -> tuple[Condition, ...]:
    """Return the conditions, those of one field and one joining operator as one."""
    merged: dict[object, Condition] = {}
    for condition in conditions:
        key = (condition.field, condition.op) if condition.op in joining else condition
        earlier = merged.get(key)
        if earlier and isinstance(earlier.value, tuple) and isinstance(condition.value, tuple):
            more = tuple(value for value in condition.value if value not in earlier.value)
            merged[key] = replace(earlier, value=(*earlier.value, *more))
        else:
            merged[key] = condition
    return tuple(merged.values())
