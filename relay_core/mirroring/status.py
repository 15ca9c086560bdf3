"""How far Zendesk shows what stands in the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from relay_core.mirroring.objects import Kind
from relay_core.mirroring.removing import count_gone
from relay_core.mirroring.tags import TAG
from relay_core.mirroring.telling import message_bounds, settling
from relay_core.store.ledger import Ledger, one

_MOST: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A record, or a tag, that Zendesk refused."""

    kind: str
    """Of the record, or `tag`."""
    id: int
    """Relay's own, of that kind; of a tag, the message's."""
    trouble: str
    told_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorStatus:
    """What Zendesk was told, and what it was not."""

    shows_records: bool
    """Whether records are told, as it is set."""
    tag: str
    """Begins the tag of each campaign; empty: people get none."""
    held: str | None = None
    """Why a copy of the file waits for a person."""
    told: Mapping[str, int] = field(default_factory=dict)
    """Records by kind, and tags, that are in Zendesk."""
    refused: tuple[Refusal, ...] = ()
    """The latest ones."""
    waiting_messages: int = 0
    to_remove: int = 0
    """Records and tags of what was erased or deleted, which Zendesk may still show."""
    trouble: str | None = None
    """Why the last pass did not come to its end."""

    @property
    def is_on(self) -> bool:
        """Whether Zendesk is told anything."""
        return self.shows_records or bool(self.tag)


def mirror_status(
    ledger: Ledger,
    *,
    shows_records: bool,
    tag: str,
    trouble: str | None,
    now: datetime,
) -> MirrorStatus:
    """Return how it stands.

    Args:
        ledger: The file.
        shows_records: As it is set.
        tag: The same.
        trouble: Of the last pass.
        now: When.
    """
    begun = one(ledger.rows("mirroring.begun"))
    waiting = ledger.rows("mirroring.waiting", **settling(now), **message_bounds(now))
    figures = {row["kind"]: row["told"] for row in ledger.rows("mirroring.figures")}
    return MirrorStatus(
        shows_records=shows_records,
        tag=tag,
        held=None if begun is None else begun["held"] or None,
        told={name: figures.get(name, 0) for name in (*Kind, TAG)},
        refused=tuple(
            Refusal(kind=row["kind"], id=row["id"], trouble=row["trouble"], told_at=row["told_at"])
            for row in ledger.rows("mirroring.refusals", most=_MOST)
        ),
        waiting_messages=waiting[0]["messages"] if shows_records else 0,
        to_remove=0 if begun is None else count_gone(ledger, now=now),
        trouble=trouble,
    )
