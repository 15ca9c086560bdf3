"""What to say: templates and the integrations that send them."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from threading import Lock
from typing import Any

from relay_core.campaigns.bindings import FromField, bindable_fields, check_bindings, value_for
from relay_core.campaigns.campaign import custom_fields
from relay_core.desk.base import Desk
from relay_core.desk.media_looks import MediaLooks
from relay_core.errors import NotFound
from relay_core.settings import Settings
from relay_core.store.database import Database
from relay_core.store.ledger import one
from relay_core.templates.checking import CheckedTemplate, checked
from relay_core.templates.kept.catalogue import (
    ListedTemplate,
    template_named,
    template_numbered,
    templates,
)
from relay_core.templates.kept.changes import StatusChange, news
from relay_core.templates.kept.creating import create, kept_with_same_text
from relay_core.templates.kept.deleting import Deletion, delete
from relay_core.templates.kept.editing import edit
from relay_core.templates.kept.history import TemplateHistory, history
from relay_core.templates.kept.naming import name_for_copy
from relay_core.templates.kept.refreshing import refresh
from relay_core.templates.kept.senders import WHATSAPP, Sender, senders
from relay_core.templates.kept.submitting import Submission, submit
from relay_core.templates.messages.personal import TemplatePreview, personal_preview
from relay_core.templates.rules.media import media_problems
from relay_core.templates.rules.problems import Problem
from relay_core.templates.rules.templates import problems_on
from relay_core.templates.writing.documents import template_from_dict, template_to_dict
from relay_core.templates.writing.template import MediaHeader, Template

SOMEBODY = "unknown"
"""Who did it, where nobody said."""


class TemplateDesk(Desk):
    """What can be done with templates."""

    def __init__(
        self, settings: Settings, *, database: Database, now: Callable[[], datetime]
    ) -> None:
        """Use `relay_core.relay.open_relay`."""
        super().__init__(settings, database=database, now=now)
        self._refreshing = Lock()
        self._media = MediaLooks(
            allowed=[settings.sandbox_url] if settings.sandbox_url else [], now=now
        )

    def integrations(self) -> list[Sender]:
        """Return every integration as last seen."""
        return senders(self._database)

    def templates(self) -> list[ListedTemplate]:
        """Return every template with its status on each integration.

        Deleted ones are among them only while campaigns name them.
        """
        return templates(self._database)

    def template(self, name: str) -> ListedTemplate:
        """Return one template by name, or by `name:language`."""
        return template_named(self._database, name)

    def refresh_templates(self) -> tuple[StatusChange, ...]:
        """Fetch integrations, templates and their status from Sunshine Conversations.

        Returns:
            Every change of a status, first sights included.
        """
        with self._refreshing:
            return refresh(self._database, service=self._sunco, now=self._now())

    def template_news(self, since: datetime) -> list[StatusChange]:
        """Return how Meta's mind changed about templates since then, newest first."""
        return news(self._database, since=since)

    def template_history(self, template_id: int) -> TemplateHistory:
        """Return a template's versions, changes of status and uses, also of a deleted one."""
        return history(self._database, template_id)

    def check_template(
        self, template: Template, *, integration_ids: Sequence[str] = (), look: bool = True
    ) -> CheckedTemplate:
        """Say what is wrong with a template and what would do better. Nothing is kept.

        Args:
            template: As it is written.
            integration_ids: Where it is meant to be sent; for WhatsApp too when none is named.
            look: Whether the site of a header's file is asked for it.
        """
        types = {s.id: s.type for s in senders(self._database)}
        whatsapp = not integration_ids or any(
            types.get(each, WHATSAPP) == WHATSAPP for each in integration_ids
        )
        found = self._media_problems(template) if look and whatsapp else ()
        return checked(template, whatsapp=whatsapp, found=found)

    def create_template(
        self,
        template: Template,
        *,
        integration_ids: Sequence[str],
        actor: str = SOMEBODY,
        replaces: int | None = None,
    ) -> Submission:
        """Keep a new template and submit it to Meta where needed.

        Args:
            template: As it was written.
            integration_ids: Where it shall be available.
            actor: Who writes it.
            replaces: The template that it is a corrected copy of.
        """
        template_id = create(
            self._database,
            template,
            integration_ids=integration_ids,
            found=self._media_problems(template),
            actor=actor,
            replaces=replaces,
            now=self._now(),
        )
        return self.submit_template(template_id, integration_ids=integration_ids, actor=actor)

    def submit_written(
        self, template: Template, *, integration_ids: Sequence[str], actor: str = SOMEBODY
    ) -> Submission:
        """Create a template; one that is kept already with this text is only submitted."""
        same = kept_with_same_text(self._database, template)
        if same is None:
            return self.create_template(template, integration_ids=integration_ids, actor=actor)
        return self.submit_template(same, integration_ids=integration_ids, actor=actor)

    def submit_template(
        self, template_id: int, *, integration_ids: Sequence[str], actor: str = SOMEBODY
    ) -> Submission:
        """Submit a template on these integrations; where it is known already, nothing happens."""
        listed = template_numbered(self._database, template_id)
        return submit(
            self._database,
            template_id,
            integration_ids=integration_ids,
            found=self._media_problems(listed.template),
            service=self._sunco,
            actor=actor,
            now=self._now(),
        )

    def edit_template(
        self, template_id: int, template: Template, *, actor: str = SOMEBODY
    ) -> Submission:
        """Let a template say something else, while Meta has it nowhere: a new version."""
        edit(self._database, template_id, template, actor=actor, now=self._now())
        listed = template_numbered(self._database, template_id)
        return Submission(
            template_id=template_id, results={s.id: s.status for s in listed.integrations}
        )

    def delete_template(
        self, template_id: int, *, typed_name: str, actor: str = SOMEBODY
    ) -> Deletion:
        """Delete a template in all its languages, on every integration that has it."""
        return delete(
            self._database,
            template_id,
            typed_name=typed_name,
            service=self._sunco,
            actor=actor,
            now=self._now(),
        )

    def name_for_copy(self, name: str) -> str:
        """Return a free name like this one, e.g. `order_ready_2`."""
        return name_for_copy(self._database, name)

    def export_template(self, template_id: int) -> dict[str, Any]:
        """Return a template as a document that `read_template` reads."""
        return template_to_dict(template_numbered(self._database, template_id).template)

    def read_template(self, document: Mapping[str, Any]) -> Template:
        """Return the template that a document describes. Nothing is kept."""
        return template_from_dict(document)

    def preview_template(
        self, template: int | Template, *, person_id: int, fields: Mapping[str, str]
    ) -> TemplatePreview:
        """Return what one person would see.

        Args:
            template: One that is kept, by its number; or one being written.
            person_id: Whose values are used.
            fields: Key of a value to the key of a field, of `bindable_fields`.
        """
        if isinstance(template, int):
            template = template_numbered(self._database, template).template
        row = one(self._database.rows("people.details", ids=[person_id]))
        if row is None:
            raise NotFound(
                "no such person", advice="This person is not in the mirror. Choose another one."
            )
        custom = custom_fields(self._database)
        bound = {key: FromField(field) for key, field in fields.items() if key in template.examples}
        check_bindings(bound, values=list(bound), fields=bindable_fields(list(custom.values())))
        person = row | {"fields": json.loads(row["fields"] or "{}")}
        return personal_preview(
            template,
            {key: value_for(field, person, custom=custom) for key, field in bound.items()},
        )

    def _media_problems(self, template: Template) -> tuple[Problem, ...]:
        """Return what is wrong with a header's file; an address with faults is not asked for."""
        header = template.header
        if not isinstance(header, MediaHeader) or any(
            each.where == "header" for each in problems_on(template, whatsapp=True)
        ):
            return ()
        return media_problems(header, self._media.look(header.url))
