"""What Zendesk answered lately, so that looking at the people behind it does not ask again."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from relay_core.audience.conditions.definition import AudienceDefinition, definition_to_json
from relay_core.audience.resolving.matching import Against, Match

KEPT_FOR: Final = timedelta(minutes=5)
_MOST: Final = 8


@dataclass(frozen=True, slots=True)
class Found:
    """An answer and when it was given."""

    match: Match
    as_of: datetime


class FoundPeople:
    """The latest answers of Zendesk. For looking only: a send always asks again."""

    def __init__(self) -> None:
        """Begin with none."""
        self._found: OrderedDict[tuple[str, bool, Against], Found] = OrderedDict()
        self._lock = Lock()

    def found(
        self,
        definition: AudienceDefinition,
        *,
        include_staff: bool,
        against: Against,
        now: datetime,
        find: Callable[[], Match],
    ) -> Found:
        """Return the answer of the last minutes, or ask.

        What the mirror alone answers is never kept: it is asked in no time, and may have changed.

        Args:
            definition: Who is meant.
            include_staff: As in `match`.
            against: As in `match`.
            now: The clock.
            find: Asks, as `match` does.
        """
        key = (definition_to_json(definition), include_staff, against)
        with self._lock:
            known = self._found.get(key)
        if known is not None and now - known.as_of < KEPT_FOR:
            return known
        found = Found(find(), now)
        if found.match.queries:
            with self._lock:
                self._found[key] = found
                self._found.move_to_end(key)
                while len(self._found) > _MOST:
                    self._found.popitem(last=False)
        return found

    def forget(self) -> None:
        """Ask anew from now on: a segment or the mirror has changed."""
        with self._lock:
            self._found.clear()
