"""A truth about a person in SQL, and the values it is bound to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from relay_core.audience.policy import Policy


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
    """The values of one predicate as they come, `$c0`, `$c1`, …, and what it depends on."""

    now: datetime
    zone: ZoneInfo
    policy: Policy = field(default_factory=Policy)
    segments: Mapping[str, Predicate] = field(default_factory=dict)
    """What each segment means, by name."""
    prefix: str = "c"
    """What the names begin with, so that predicates within one another have different ones."""
    values: dict[str, object] = field(default_factory=dict)

    def bind(self, value: object) -> str:
        """Add a value and return its name in the text."""
        name = f"{self.prefix}{len(self.values)}"
        self._keep(name, value)
        return f"${name}"

    def bind_all(self, values: Iterable[object]) -> str:
        """Add several values and return their names, separated by commas."""
        return ", ".join(self.bind(value) for value in values)

    def meaning(self, segment: str) -> str:
        """Add the values of a segment, once however often it is named, and return its text.

        Raises:
            KeyError: What the segment means was not given.
            ValueError: A value has the name of another; one of them would quietly be lost.
        """
        predicate = self.segments[segment]
        for name, value in predicate.values.items():
            self._keep(name, value)
        return f"({predicate.text})"

    @property
    def today(self) -> date:
        """The account's day."""
        return self.now.astimezone(self.zone).date()

    def _keep(self, name: str, value: object) -> None:
        if self.values.setdefault(name, value) is not value:
            raise ValueError(f"two values are named {name}")
