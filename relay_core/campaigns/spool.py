"""Many values in the order they came, beyond some megabytes in a file without a name.

A plan is read several times (its texts, its cost, its hash, its rows), and may be of a million
people: memory does not grow with them.
"""

import pickle
from collections.abc import Collection, Iterator
from tempfile import SpooledTemporaryFile
from typing import Final, TypeVar
from weakref import finalize

T = TypeVar("T")

_PAGE: Final = 1000
_IN_MEMORY: Final = 16 * 2**20
"""Bytes: some twenty thousand recipients."""


class Spool(Collection[T]):
    """Values that can be added to and read from the beginning, any number of times."""

    def __init__(self) -> None:
        """Begin empty."""
        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed when it is forgotten
        finalize(self, self._file.close)
        self._starts: list[int] = []
        self._latest: list[T] = []

    def append(self, value: T) -> None:
        """Add a value."""
        self._latest.append(value)
        if len(self._latest) == _PAGE:
            self._starts.append(self._file.seek(0, 2))
            pickle.dump(self._latest, self._file, pickle.HIGHEST_PROTOCOL)
            self._latest = []

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._starts) * _PAGE + len(self._latest)

    def __iter__(self) -> Iterator[T]:
        """Read all of them, a page at a time."""
        for start in self._starts:
            self._file.seek(start)
            yield from pickle.load(self._file)  # noqa: S301 - nobody else can reach this file
        yield from self._latest

    def __contains__(self, value: object) -> bool:
        """Look through all of them."""
        return any(each == value for each in self)
