"""The order in which records changed; what incremental exports follow."""

from bisect import bisect_left
from collections.abc import Callable


class Journal:
    """Numbers every change of any record; each record stands where it changed last."""

    def __init__(self) -> None:
        """Begin with nothing noted."""
        self.revision = 0
        """The number of the latest change."""

        self._entries: list[tuple[int, int]] = []
        self._latest: dict[int, int] = {}

    def note(self, record_id: int) -> None:
        """Note that a record was made or changed."""
        self.revision += 1
        self._entries.append((self.revision, record_id))
        self._latest[record_id] = self.revision

    def after(self, sequence: int, count: int) -> tuple[list[int], int, bool]:
        """Return the records that changed last after `sequence`, in that order.

        Returns:
            At most `count` ids, the sequence reached, and whether it is the last there is.
        """
        place = bisect_left(self._entries, (sequence + 1, 0))
        found: list[int] = []
        reached = sequence
        while place < len(self._entries) and len(found) < count:
            reached, record_id = self._entries[place]
            if self._latest[record_id] == reached:
                found.append(record_id)
            place += 1
        is_last = all(
            self._latest[record_id] != later for later, record_id in self._entries[place:]
        )
        return found, reached, is_last

    def before_first(self, is_wanted: Callable[[int], bool]) -> int:
        """Return the sequence after which comes the first record that is wanted."""
        for sequence, record_id in self._entries:
            if self._latest[record_id] == sequence and is_wanted(record_id):
                return sequence - 1
        return self.revision
