"""A truth about a person in SQL, and the values it is bound to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Predicate:
    """SQL that is true or false of a row `p` of people, never null."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)


EVERYBODY: Final = Predicate("true")


def both(first: Predicate, second: Predicate) -> Predicate:
    """Return what holds where both hold. Their values must have different names."""
    text = "\n   AND ".join(p.text for p in (first, second) if p != EVERYBODY)
    return Predicate(text or EVERYBODY.text, {**first.values, **second.values})


def either(parts: Iterable[str]) -> str:
    """Return SQL that is true where at least one part is."""
    return f"({' OR '.join(parts)})"


def sure(expression: str) -> str:
    """Return SQL that is false where the expression is null."""
    return f"coalesce({expression}, false)"


@dataclass(slots=True, kw_only=True)
class Binding:
    """The values of one predicate as they come, `$c0`, `$c1`, …, and the clock they depend on."""

    now: datetime
    zone: ZoneInfo
    values: dict[str, object] = field(default_factory=dict)

    def bind(self, value: object) -> str:
        """Add a value and return its name in the text."""
        name = f"c{len(self.values)}"
        self.values[name] = value
        return f"${name}"

    def bind_all(self, values: Iterable[object]) -> str:
        """Add several values and return their names, separated by commas."""
        return ", ".join(self.bind(value) for value in values)

    @property
    def today(self) -> date:
        """The account's day."""
        return self.now.astimezone(self.zone).date()
