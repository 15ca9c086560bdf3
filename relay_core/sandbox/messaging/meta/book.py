"""The templates of one WhatsApp account: their creation, review, listing and deletion."""

import hashlib
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from relay_core.sandbox.clock import Clock
from relay_core.sandbox.faults import TemplateFaults
from relay_core.sandbox.messaging.meta.refusals import MetaError
from relay_core.sandbox.messaging.meta.review import review_objection
from relay_core.sandbox.messaging.meta.rules import creation_error
from relay_core.sandbox.messaging.meta.seeding import Seed
from relay_core.sandbox.messaging.meta.templates import Template, TemplateStatus

NAME_REST: Final = timedelta(days=30)
"""How long the name of a deleted template stays taken."""

HOUR: Final = timedelta(hours=1)

NAME_RESTS: Final = 2388023
NAME_TAKEN: Final = 2388024
TOO_MANY_NAMES: Final = 2388019
TOO_MANY_CALLS: Final = 80008
"""A code of its own; the ones above are subcodes."""


class TemplateRefusedError(ValueError):
    """Meta does not take this draft; the message says why."""

    def __init__(self, error: MetaError) -> None:
        """Keep what Meta says."""
        super().__init__(str(error))
        self.error: Final = error


class TemplateBook:
    """All templates of one WhatsApp account, by name and language, oldest first."""

    def __init__(self, clock: Clock, seeds: Sequence[Seed] = (), *, account_id: str = "") -> None:
        """Begin with the templates that the account already has."""
        self._clock = clock
        self._account_id = account_id
        self._created = 0
        self._templates: dict[tuple[str, str], Template] = {}
        self._deleted_at: dict[str, datetime] = {}
        self._created_at: deque[datetime] = deque()
        self._list: tuple[datetime, tuple[Template, ...]] | None = None
        for seed in seeds:
            template = Template(
                id=self._id(seed.name, seed.language),
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

    def listed(self, *, stale_s: float) -> tuple[Template, ...]:
        """Return every template as Sunco tells it: as it once was, for up to `stale_s`."""
        now = self._clock.now()
        if self._list is None or now - self._list[0] >= timedelta(seconds=stale_s):
            self._list = now, tuple(self.all())
        return self._list[1]

    def named(self, name: str) -> list[Template]:
        """Return one template in all its languages."""
        return [each for each in self.all() if each.name == name]

    def find(self, name: str, language: str) -> Template | None:
        """Return one template in one language, or None."""
        self._finish_reviews()
        return self._templates.get((name, language))

    def submit(
        self, draft: Mapping[str, Any], *, review_s: float, limits: TemplateFaults
    ) -> Template:
        """Take a new template; it stays PENDING for `review_s` sandbox seconds.

        Raises:
            TemplateRefusedError: the draft breaks a rule that is checked at once.
        """
        if error := creation_error(draft) or self._account_error(draft, limits):
            raise TemplateRefusedError(error)
        name, language = draft["name"], draft["language"]
        self._created += 1
        self._created_at.append(self._clock.now())
        template = Template(
            id=self._id(name, language),
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

    def _account_error(self, draft: Mapping[str, Any], limits: TemplateFaults) -> MetaError | None:
        """Return why the account cannot have this template now, or None."""
        name, now = draft["name"], self._clock.now()
        if (name, draft["language"]) in self._templates:
            return MetaError(
                text="a template with this name and language exists already", subcode=NAME_TAKEN
            )
        deleted_at = self._deleted_at.get(name)
        if deleted_at and now - deleted_at < NAME_REST:
            return MetaError(text="this name was deleted less than 30 days ago", subcode=NAME_RESTS)
        names = {each for each, _ in self._templates}
        if limits.most_names is not None and len(names | {name}) > limits.most_names:
            return MetaError(
                text=f"this account has {len(names)} template names, as many as it may have",
                subcode=TOO_MANY_NAMES,
            )
        while self._created_at and now - self._created_at[0] >= HOUR:
            self._created_at.popleft()
        most = limits.creations_per_hour
        if most is not None and len(self._created_at) >= most:
            return MetaError(
                text=f"this account may create {most} templates an hour; wait and try again",
                code=TOO_MANY_CALLS,
            )
        return None

    def _finish_reviews(self) -> None:
        now = self._clock.now()
        for key, template in self._templates.items():
            if template.decided_at is not None and template.decided_at <= now:
                self._templates[key] = _reviewed(template)

    def _id(self, name: str, language: str) -> str:
        """Return a number that no other template has, nor an earlier one of this name."""
        key = f"{self._account_id}/{name}/{language}/{self._created}"
        digest = hashlib.sha256(key.encode()).digest()
        return str(10**14 + int.from_bytes(digest[:8]) % (9 * 10**14))


def _reviewed(template: Template) -> Template:
    objection = review_objection(template.components, category=template.category)
    if objection is None:
        return replace(template, status=TemplateStatus.APPROVED, decided_at=None)
    return replace(template, status=TemplateStatus.REJECTED, reason=str(objection), decided_at=None)
