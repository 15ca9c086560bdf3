"""Words that a person reads: those that members of enumerations bring, and nouns with numbers."""

from enum import StrEnum
from typing import Self


class WordedEnum(StrEnum):
    """Members are written `NAME = "stored", "the words"`, and are their stored value."""

    words: str

    def __new__(cls, value: str, words: str = "") -> Self:
        """Make a member; without words when one is looked up by its value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.words = words
        return member


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """Return a number with its noun: `1 person`, `1,204 people`."""
    return f"{number:,} {singular if number == 1 else plural or f'{singular}s'}"
