"""Templates before anything is kept: checked, previewed, read and written as documents."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
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
from relay_core.templates.kept.catalogue import template_numbered
from relay_core.templates.kept.senders import WHATSAPP, senders
from relay_core.templates.messages.personal import TemplatePreview, personal_preview
from relay_core.templates.rules.media import media_problems
from relay_core.templates.rules.problems import Problem
from relay_core.templates.rules.templates import problems_on
from relay_core.templates.writing.documents import template_from_dict, template_to_dict
from relay_core.templates.writing.template import MediaHeader, Template


class TemplateCheckDesk(Desk):
    """What can be asked about a template that nobody has kept yet."""

    def __init__(
        self, settings: Settings, *, database: Database, now: Callable[[], datetime]
    ) -> None:
        """Use `relay_core.relay.open_relay`."""
        super().__init__(settings, database=database, now=now)
        self._media = MediaLooks(
            allowed=[settings.sandbox_url] if settings.sandbox_url else [], now=now
        )

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
            fields: Key of a value to the key of a field, of `bindable_fields`; "" for none.
        """
        if isinstance(template, int):
            template = template_numbered(self._database, template).template
        row = one(self._database.rows("people.details", ids=[person_id]))
        if row is None:
            raise NotFound(
                "no such person", advice="This person is not in the mirror. Choose another one."
            )
        custom = custom_fields(self._database)
        bound = {
            key: FromField(field)
            for key, field in fields.items()
            if field and key in template.examples
        }
        check_bindings(
            bound, values=dict.fromkeys(bound, ()), fields=bindable_fields(list(custom.values()))
        )
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
