"""Campaigns: a name, a template, an integration, an audience, and bindings for its values."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from relay_core.audience.conditions.definition import AudienceDefinition
from relay_core.audience.segments.stored import read_stored, stored_form
from relay_core.campaigns.bindings import (
    Binding,
    CustomField,
    bindable_fields,
    bindings_from_json,
    bindings_to_json,
    check_bindings,
)
from relay_core.errors import CampaignError, NotFound
from relay_core.store.audit import note
from relay_core.store.ledger import Ledger, Session
from relay_core.templates.kept.catalogue import ListedTemplate, templates
from relay_core.templates.kept.senders import Sender, senders


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """What can be sent, again and again."""

    id: int
    name: str
    template: ListedTemplate
    integration: Sender
    definition: AudienceDefinition
    bindings: Mapping[str, Binding]
    created_at: datetime
    runs: int
    last_run: int | None


def custom_fields(ledger: Ledger) -> dict[str, CustomField]:
    """Return the account's custom user fields by key."""
    return {
        row["key"]: CustomField(
            row["key"],
            row["title"],
            {option["value"]: option["name"] for option in json.loads(row["options"])},
        )
        for row in ledger.rows("campaigns.custom_fields")
    }


def campaigns(ledger: Ledger) -> list[Campaign]:
    """Return every campaign, newest first.

    One whose audience cannot be read is among them, with an audience that is refused on use.
    """
    by_template = {t.id: t for t in templates(ledger)}
    by_sender = {s.id: s for s in senders(ledger)}
    return [
        Campaign(
            id=row["id"],
            name=row["name"],
            template=by_template[row["template_id"]],
            integration=by_sender[row["integration_id"]],
            definition=read_stored(row["definition"]),
            bindings=bindings_from_json(row["bindings"]),
            created_at=row["created_at"],
            runs=row["runs"],
            last_run=row["last_run"],
        )
        for row in ledger.rows("campaigns.all")
    ]


def campaign_named(ledger: Ledger, name: str) -> Campaign:
    """Return the campaign of that name.

    Raises:
        NotFound: There is none.
    """
    for campaign in campaigns(ledger):
        if campaign.name == name:
            return campaign
    raise NotFound("no campaign of that name", advice=f"There is no campaign named {name}.")


def create_campaign(
    ledger: Ledger,
    *,
    name: str,
    template: ListedTemplate,
    integration_id: str,
    definition: AudienceDefinition,
    bindings: Mapping[str, Binding],
    actor: str,
    now: datetime,
) -> Campaign:
    """Keep a new campaign. Nothing is sent.

    Raises:
        CampaignError: The name is empty or taken, the integration is unknown or cannot send this
            template, or the bindings do not fit.
        AudienceError: The definition could not be read again.
    """
    name = name.strip()
    if not name:
        raise CampaignError("no name", advice="Give the campaign a name.")
    check_sendable(template, integration_id)
    check_bindings(
        bindings,
        values=[value.key for value in template.template.values],
        fields=bindable_fields(list(custom_fields(ledger).values())),
    )

    kept = stored_form(definition)

    def work(session: Session) -> bool:
        added = session.run(
            "campaigns.add",
            name=name,
            template_id=template.id,
            integration_id=integration_id,
            definition=kept,
            bindings=bindings_to_json(bindings),
            now=now,
        )
        if added:
            note(session, actor=actor, event="campaign.created", subject=name, now=now)
        return bool(added)

    if not ledger.write(work):
        raise CampaignError("name taken", advice=f"There is a campaign named {name} already.")
    return campaign_named(ledger, name)


def check_sendable(template: ListedTemplate, integration_id: str) -> None:
    """Refuse a template that this integration cannot send now.

    Raises:
        CampaignError: Says why.
    """
    if template.deleted_at is not None:
        raise CampaignError(
            "template deleted",
            advice=f"{template.label} was deleted on {template.deleted_at:%d %B %Y}. What was sent "
            "with it stays; to send again, make a campaign with another template.",
        )
    status = template.on(integration_id)
    if status is None:
        raise CampaignError(
            "unknown integration",
            advice=f"There is no integration {integration_id}. See `relay template list`.",
        )
    if not status.is_sendable:
        raise CampaignError(
            f"template is {status.status}",
            advice=f"{template.label} is {status.status} on {status.name}; only approved templates "
            "can be sent there. Choose another template or integration.",
        )
    if template.template.left_out and status.type == "whatsapp":
        raise CampaignError(
            "template not whole",
            advice=f"{template.label} has parts that Relay cannot send: "
            f"{', '.join(template.template.left_out)}.",
        )
