"""Conditions a person may match: three lists, as they are stored and exchanged in JSON.

This is the form only. What a condition means, and whether its field, operator and value fit each
other, is read in `relay_core.audience.conditions.clauses`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from relay_core.audience.conditions.fields import PEOPLE, SAMPLE
from relay_core.audience.conditions.operators import Op
from relay_core.errors import AudienceError

VERSION: Final = 1
MOST_CONDITIONS: Final = 100
"""Far more than anybody reads; a larger tree comes from a mistake."""
MOST_VALUES: Final = 1_000
"""Values of one condition. A longer list is an upload, not a condition."""

_GROUPS: Final = {"all": "all of", "any": "any of", "none": "none of"}
_PARTS: Final = ("field", "op", "value")
_OPS: Final = {str(op): op for op in Op}
_LONGEST_QUOTE: Final = 60
_LONGEST_NUMBER: Final = 10**18

Scalar = str | int | float | bool | None
Value = Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """One field compared with one value."""

    field: str
    op: Op
    value: Value = None

    def to_json(self) -> dict[str, object]:
        """Return the stored form; the value is left out where there is none."""
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        part: dict[str, object] = {} if value is None else {"value": value}
        return {"field": self.field, "op": str(self.op)} | part


@dataclass(frozen=True, slots=True)
class ConditionTree:
    """All of these, at least one of those (ignored when empty), none of the last."""

    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()
    none: tuple[Condition, ...] = ()

    def conditions(self) -> tuple[Condition, ...]:
        """Return every condition, in order."""
        return (*self.all, *self.any, *self.none)

    def places(self) -> list[tuple[str, Condition]]:
        """Return every condition with where it stands, in a person's words."""
        groups = {"all": self.all, "any": self.any, "none": self.none}
        return [
            (place(group, number), condition)
            for group, conditions in groups.items()
            for number, condition in enumerate(conditions, start=1)
        ]

    def to_json(self) -> dict[str, object]:
        """Return the stored form."""
        return {
            "version": VERSION,
            "all": [condition.to_json() for condition in self.all],
            "any": [condition.to_json() for condition in self.any],
            "none": [condition.to_json() for condition in self.none],
        }


Judge = Callable[[Condition], str | None]
"""Says what is wrong with a well-formed condition, if something is."""


def place(group: str, number: int) -> str:
    """Return where a condition stands, in a person's words."""
    return f"condition {number} of “{_GROUPS[group]}”"


def refused(mistakes: Sequence[str]) -> AudienceError:
    """Return the one error that lists every mistake."""
    listed = "\n".join(f"- {mistake}" for mistake in mistakes)
    return AudienceError(
        f"{len(mistakes)} mistakes in an audience", advice=f"Correct this audience:\n{listed}"
    )


def tree_from_json(value: object, *, judge: Judge | None = None) -> ConditionTree:
    """Read a tree.

    Args:
        value: What `json.loads` gave; anything at all.
        judge: Looks at each well-formed condition, so that mistakes of form and of meaning are
            listed together; see `relay_core.audience.conditions.clauses.judging`. Without it only
            the form is read, as for a stored segment whose field may have gone meanwhile.

    Raises:
        AudienceError: Its advice lists every mistake at once.
    """
    if not isinstance(value, Mapping):
        raise refused(["conditions are a JSON object with “version” and “all”, “any” or “none”"])
    mistakes = version_mistakes(value)
    mistakes += [
        f"there is no part named {shown(k)}" for k in value if k not in {"version", *_GROUPS}
    ]
    if not any(group in value for group in _GROUPS):
        mistakes.append("none of the lists “all”, “any” and “none” is there")
    groups = {group: _conditions(value.get(group, []), group, mistakes) for group in _GROUPS}
    tree = ConditionTree(all=groups["all"], any=groups["any"], none=groups["none"])
    mistakes += misplaced(tree)
    if len(tree.conditions()) > MOST_CONDITIONS:
        mistakes.append(f"there are more than {MOST_CONDITIONS} conditions")
    elif judge:
        judged = ((where, judge(condition)) for where, condition in tree.places())
        mistakes += [f"{where}: {mistake}" for where, mistake in judged if mistake]
    if mistakes:
        raise refused(mistakes)
    return tree


def misplaced(tree: ConditionTree) -> list[str]:
    """Return what is wrong with where the limits of the whole audience stand."""
    elsewhere = {"any": tree.any, "none": tree.none}
    mistakes = [
        f"{place(group, number)}: a number of people bounds the whole audience; it belongs in "
        f"“{_GROUPS['all']}”"
        for group, conditions in elsewhere.items()
        for number, condition in enumerate(conditions, start=1)
        if condition.field == PEOPLE
    ]
    for key, what in ((SAMPLE, "random share"), (PEOPLE, "number of people")):
        if sum(condition.field == key for condition in tree.all) > 1:
            mistakes.append(f"“{_GROUPS['all']}” has more than one {what}; keep one")
    return mistakes


def version_mistakes(value: Mapping[object, object]) -> list[str]:
    """Return what is wrong with the version of a stored form, if something is."""
    version = value.get("version")
    if version == VERSION and not isinstance(version, bool):
        return []
    if version is None:
        return [f"“version” is missing; this Relay writes version {VERSION}"]
    return [f"version {shown(version)} is not known; this Relay reads version {VERSION}"]


def shown(value: object) -> str:
    """Return a value as a mistake quotes it: short, and safe to print."""
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, int) and abs(value) > _LONGEST_NUMBER:
        return "a number that large"
    text = (value if isinstance(value, str) else repr(value)).encode("utf-8", "replace").decode()
    return f"“{text[:_LONGEST_QUOTE]}…”" if len(text) > _LONGEST_QUOTE else f"“{text}”"


def _conditions(value: object, group: str, mistakes: list[str]) -> tuple[Condition, ...]:
    if not isinstance(value, list | tuple):
        mistakes.append(f"“{group}” is not a list")
        return ()
    read = (_condition(item, place(group, n), mistakes) for n, item in enumerate(value, start=1))
    return tuple(condition for condition in read if condition)


def _condition(value: object, where: str, mistakes: list[str]) -> Condition | None:
    if not isinstance(value, Mapping):
        mistakes.append(f"{where} is not an object with “field”, “op” and “value”")
        return None
    before = len(mistakes)
    mistakes += [f"{where}: there is no part named {shown(k)}" for k in value if k not in _PARTS]
    field = value.get("field")
    if not isinstance(field, str) or not field:
        mistakes.append(f"{where}: “field” is missing or not a text")
    op = _OPS.get(value["op"]) if isinstance(value.get("op"), str) else None
    if op is None:
        mistakes.append(f"{where}: {shown(value.get('op'))} is not an operator")
    given = value.get("value")
    mistakes += [f"{where}: {mistake}" for mistake in _value_mistakes(given)]
    if len(mistakes) > before or op is None:
        return None
    return Condition(str(field), op, tuple(given) if isinstance(given, list) else given)


def _value_mistakes(value: object) -> list[str]:
    parts = value if isinstance(value, list | tuple) else [value]
    if len(parts) > MOST_VALUES:
        return [f"there are more than {MOST_VALUES} values"]
    if not all(part is None or isinstance(part, str | int | float) for part in parts):
        return ["“value” is a text, a number, true or false, or a list of these"]
    return []
