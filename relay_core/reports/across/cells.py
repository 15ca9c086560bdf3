"""Messages counted by run and moment of leaving, to be summed by whatever is asked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar

from relay_core.store.ledger import Ledger

K = TypeVar("K")
_QUARTER_S: Final = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What became of some messages. Each counts, retries too."""

    tried: int = 0
    """Taken by the channel or refused."""
    sent: int = 0
    delivered: int = 0
    failed: int = 0
    replied: int = 0
    opted_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The messages of one run that left within one quarter of an hour."""

    run: int
    campaign: str
    template: str
    """Name and language."""
    version: int | None
    """Of the template's text; None where that text was not kept."""
    integration: str
    channel: str
    left_at: datetime
    """Begin of the quarter of an hour (aware, UTC)."""
    counts: Counts


@dataclass(frozen=True, slots=True)
class Source:
    """What some messages are made from; None: any."""

    integration: str | None = None
    template: str | None = None
    """Name and language."""

    def has(self, cell: Cell) -> bool:
        """Return whether messages come from it."""
        return self.integration in {None, cell.integration} and self.template in {
            None,
            cell.template,
        }


ANY_SOURCE: Final = Source()


def sources(ledger: Ledger) -> tuple[Source, ...]:
    """Return what messages were ever made from, in the order of names."""
    found = [Source(**row) for row in ledger.rows("across.sources")]
    return tuple(sorted(found, key=lambda each: (each.integration, each.template)))


def cells(ledger: Ledger, *, since: datetime) -> tuple[Cell, ...]:
    """Count what left since a moment (aware), oldest first."""
    return tuple(
        Cell(
            run=row["run_id"],
            campaign=row["campaign"],
            template=row["template"],
            version=row["template_version"],
            integration=row["integration"],
            channel=row["channel"],
            left_at=datetime.fromtimestamp(row["quarter"] * _QUARTER_S, UTC),
            counts=Counts(
                tried=row["tried"],
                sent=row["sent"],
                delivered=row["delivered"],
                failed=row["failed"],
                replied=row["replied"],
                opted_out=row["opted_out"],
            ),
        )
        for row in ledger.rows("across.cells", since=since)
    )


def summed(found: Iterable[Cell], key: Callable[[Cell], K]) -> dict[K, Counts]:
    """Sum cells by a key, in the order in which keys come up."""
    groups: dict[K, list[Counts]] = {}
    for cell in found:
        groups.setdefault(key(cell), []).append(cell.counts)
    return {name: _sum(counts) for name, counts in groups.items()}


def _sum(counts: Iterable[Counts]) -> Counts:
    many = list(counts)
    return Counts(
        tried=sum(c.tried for c in many),
        sent=sum(c.sent for c in many),
        delivered=sum(c.delivered for c in many),
        failed=sum(c.failed for c in many),
        replied=sum(c.replied for c in many),
        opted_out=sum(c.opted_out for c in many),
    )
