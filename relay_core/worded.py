"""Enumerations whose members bring the words that a person reads."""

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
