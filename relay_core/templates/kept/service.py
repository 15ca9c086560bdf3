"""The part of Sunshine Conversations that templates need, as a port."""

from collections.abc import Mapping
from typing import Any, Protocol

from relay_core.gateways.sunco_records import Integration, MessageTemplate


class TemplateService(Protocol):
    """Lists, creates and deletes templates; every method may raise `GatewayError`.

    `AnswerUnknown` among them says that the request may have been carried out all the same.
    """

    def integrations(self) -> list[Integration]:
        """Return the channels."""
        ...

    def message_templates(
        self, integration_id: str, *, name: str | None = None
    ) -> list[MessageTemplate]:
        """Return the WhatsApp templates of a channel, or those of one name."""
        ...

    def create_template(self, integration_id: str, body: Mapping[str, Any]) -> MessageTemplate:
        """Submit a template."""
        ...

    def delete_template(self, integration_id: str, name: str) -> None:
        """Delete a template in all its languages; one that is not there counts as deleted."""
        ...
