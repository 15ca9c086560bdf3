"""A template as Meta holds it, and what becomes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class TemplateStatus(StrEnum):
    """What Meta says of a template."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    PAUSED = "PAUSED"
    DISABLED = "DISABLED"
    IN_APPEAL = "IN_APPEAL"
    PENDING_DELETION = "PENDING_DELETION"
    FLAGGED = "FLAGGED"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    ARCHIVED = "ARCHIVED"
    LOCKED = "LOCKED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template in one language, as Meta holds it."""

    id: str
    name: str
    language: str
    category: str
    components: Sequence[Mapping[str, Any]]
    status: TemplateStatus
    reason: str | None = None
    """Why it was rejected: Meta's code, and a sentence after a colon where there is one."""

    decided_at: datetime | None = None
    """When the running review ends; None when there is none."""

    def as_json(self) -> dict[str, Any]:
        """Say it as a list of templates does."""
        listed: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "language": self.language,
            "category": self.category,
            "status": self.status.value,
            "components": list(self.components),
        }
        if self.reason is not None:
            listed["rejected_reason"] = self.reason
        return listed
