"""The figures of a run by country, language, template and integration."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from relay_core.reports.funnel import GOT_THROUGH, deliveries
from relay_core.reports.intervals import Proportion, proportion
from relay_core.store.ledger import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The figures of one country, language, template or integration."""

    key: str | None
    """None: not known."""
    planned: int
    sent: int
    accepted: int
    delivered: int
    failed: int
    replied: int
    delivered_of_sent: Proportion | None
    """None when nothing was sent."""
    replied_of_sent: Proportion | None
    """The same."""


def slices(
    cube: Sequence[Row], answered: Sequence[Row], key: Callable[[Row], str | None]
) -> tuple[Slice, ...]:
    """Sum by one side of the cube, largest first.

    Args:
        cube: As the query `reports.counts` returns it.
        answered: As `reports.answered` does.
        key: Which side; of rows of either.
    """
    names = {key(row) for row in cube}
    found = [
        _slice(
            name,
            [row for row in cube if key(row) == name],
            replied=sum(key(row) == name for row in answered),
        )
        for name in names
    ]
    return tuple(sorted(found, key=lambda s: (-s.planned, s.key is None, s.key or "")))


def _slice(name: str | None, rows: Sequence[Row], *, replied: int) -> Slice:
    sent, delivered = sum(row["sent"] for row in rows), deliveries(rows, "delivered")
    return Slice(
        key=name,
        planned=sum(row["deliveries"] for row in rows),
        sent=sent,
        accepted=deliveries(rows, *GOT_THROUGH),
        delivered=delivered,
        failed=deliveries(rows, "failed"),
        replied=replied,
        delivered_of_sent=proportion(delivered, sent),
        replied_of_sent=proportion(replied, sent),
    )
