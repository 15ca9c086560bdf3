"""What to say: templates and the integrations that send them."""

from collections.abc import Sequence

from relay_core.desk.base import Desk
from relay_core.templates.kept.catalogue import (
    ListedTemplate,
    Sender,
    create,
    refresh,
    senders,
    submit,
    template_named,
    templates,
)
from relay_core.templates.writing.template import Template


class TemplateDesk(Desk):
    """What can be done with templates."""

    def refresh_templates(self) -> None:
        """Fetch integrations, templates and their status from Sunshine Conversations."""
        refresh(self._database, service=self._sunco, now=self._now())

    def templates(self) -> list[ListedTemplate]:
        """Return every template with its status on each integration."""
        return templates(self._database)

    def template(self, name: str) -> ListedTemplate:
        """Return one template by name, or by `name:language`."""
        return template_named(self._database, name)

    def integrations(self) -> list[Sender]:
        """Return every integration as last seen."""
        return senders(self._database)

    def create_template(
        self, template: Template, *, integration_ids: Sequence[str]
    ) -> dict[str, str]:
        """Keep a new template and submit it to Meta where needed.

        Returns:
            Its status on each integration.
        """
        whatsapp = {s.id for s in self.integrations() if s.type == "whatsapp"}
        template_id = create(
            self._database,
            template,
            whatsapp=bool(whatsapp & set(integration_ids)),
            now=self._now(),
        )
        return self.submit_template(template_id, integration_ids=integration_ids)

    def submit_template(
        self, template_id: int, *, integration_ids: Sequence[str]
    ) -> dict[str, str]:
        """Submit a template on these integrations; where it is known already, nothing happens."""
        return submit(
            self._database,
            template_id,
            integration_ids=integration_ids,
            service=self._sunco,
            now=self._now(),
        )
