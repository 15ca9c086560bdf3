"""Meta's side: the WhatsApp templates of an account, and the review of new ones."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from relay_core.sandbox.clock import Clock
from relay_core.sandbox.messaging.meta.rules import creation_error, review_objection
from relay_core.sandbox.messaging.meta.seeds import SEEDS

NAME_REST: Final = timedelta(days=30)
"""How long the name of a deleted template stays taken."""


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


class TemplateRefusedError(ValueError):
    """Meta does not take this draft; the message says why."""


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


class TemplateBook:
    """All templates of the WhatsApp account, by name and language, oldest first."""

    def __init__(self, clock: Clock) -> None:
        """Begin with the templates that the account already has."""
        self._clock = clock
        self._templates: dict[tuple[str, str], Template] = {}
        self._deleted_at: dict[str, datetime] = {}
        for seed in SEEDS:
            template = Template(
                id=_template_id(seed.name, seed.language),
                name=seed.name,
                language=seed.language,
                category=seed.category,
                components=seed.components,
                status=TemplateStatus(seed.status),
                reason=seed.reason,
            )
            self._templates[template.name, template.language] = template

    def all(self) -> list[Template]:
        """Return every template as it stands now."""
        self._finish_reviews()
        return list(self._templates.values())

    def named(self, name: str) -> list[Template]:
        """Return one template in all its languages."""
        return [each for each in self.all() if each.name == name]

    def find(self, name: str, language: str) -> Template | None:
        """Return one template in one language, or None."""
        self._finish_reviews()
        return self._templates.get((name, language))

    def submit(self, draft: Mapping[str, Any], *, review_s: float) -> Template:
        """Take a new template; it stays PENDING for `review_s` sandbox seconds.

        Raises:
            TemplateRefusedError: the draft breaks a rule that is checked at once.
        """
        if error := creation_error(draft):
            raise TemplateRefusedError(error)
        name, language = draft["name"], draft["language"]
        if (name, language) in self._templates:
            raise TemplateRefusedError("a template with this name and language exists already")
        deleted_at = self._deleted_at.get(name)
        if deleted_at and self._clock.now() - deleted_at < NAME_REST:
            raise TemplateRefusedError("this name was deleted less than 30 days ago")
        template = Template(
            id=_template_id(name, language),
            name=name,
            language=language,
            category=draft["category"],
            components=draft["components"],
            status=TemplateStatus.PENDING,
            decided_at=self._clock.now() + timedelta(seconds=review_s),
        )
        self._templates[name, language] = template
        return template

    def delete(self, name: str) -> bool:
        """Forget a template in all its languages; False when there is none of that name."""
        languages = [key for key in self._templates if key[0] == name]
        for key in languages:
            del self._templates[key]
        if languages:
            self._deleted_at[name] = self._clock.now()
        return bool(languages)

    def decide(
        self, name: str, status: TemplateStatus, *, reason: str | None, language: str | None
    ) -> list[Template]:
        """Set a status by hand, in one language or in all; return what was changed."""
        changed = [
            replace(each, status=status, reason=reason, decided_at=None)
            for each in self.named(name)
            if language in {None, each.language}
        ]
        for template in changed:
            self._templates[template.name, template.language] = template
        return changed

    def _finish_reviews(self) -> None:
        now = self._clock.now()
        for key, template in self._templates.items():
            if template.decided_at is not None and template.decided_at <= now:
                self._templates[key] = _reviewed(template)


def _reviewed(template: Template) -> Template:
    objection = review_objection(template.components)
    if objection is None:
        return replace(template, status=TemplateStatus.APPROVED, decided_at=None)
    return replace(
        template,
        status=TemplateStatus.REJECTED,
        reason=f"INVALID_FORMAT: {objection}",
        decided_at=None,
    )


def _template_id(name: str, language: str) -> str:
    digest = hashlib.sha256(f"{name}/{language}".encode()).digest()
    return str(10**14 + int.from_bytes(digest[:8]) % (9 * 10**14))
