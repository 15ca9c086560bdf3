"""What becomes of a campaign: a copy, another text while it was never run, put away, or deleted."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from relay_core.audience.conditions.definition import AudienceDefinition
from relay_core.audience.segments.stored import stored_form
from relay_core.campaigns.bindings import Binding, bindings_to_json
from relay_core.campaigns.campaign import (
    Campaign,
    campaign_named,
    check_fits,
    create_campaign,
    variants_for,
)
from relay_core.campaigns.control_group import checked_percent
from relay_core.errors import CampaignError
from relay_core.store.audit import changes, note
from relay_core.store.ledger import Ledger, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What a campaign shall be from now on; None leaves a part as it is."""

    name: str | None = None
    template_id: int | None = None
    integration_id: str | None = None
    definition: AudienceDefinition | None = None
    bindings: Mapping[str, Binding] | None = None
    languages: Sequence[str] | None = None
    hold_out: int | None = None
    """Of 100 people, how many get nothing, to compare with."""


def duplicate_campaign(
    ledger: Ledger, name: str, *, to: str, actor: str, now: datetime
) -> Campaign:
    """Keep a copy under another name; nothing of what was sent or chosen by hand goes along.

    Raises:
        NotFound: There is no such campaign.
        CampaignError: The name is empty or taken, or the copy could not be sent now.
    """
    original = campaign_named(ledger, name)
    return create_campaign(
        ledger,
        name=to,
        variants=variants_for(ledger, original.template.id),
        languages=original.languages,
        integration_id=original.integration.id,
        definition=original.definition,
        bindings=original.bindings,
        actor=actor,
        now=now,
        hold_out=original.hold_out,
    )


def edit_campaign(ledger: Ledger, name: str, edit: Edit, *, actor: str, now: datetime) -> Campaign:
    """Change a campaign that was never run. A test of what it said before no longer counts.

    Raises:
        NotFound: There is no such campaign.
        CampaignError: It was run, the name is empty or taken, or the parts do not fit.
        AudienceError: The definition could not be read again.
    """
    old = campaign_named(ledger, name)
    new_name = old.name if edit.name is None else edit.name.strip()
    if not new_name:
        raise CampaignError("no name", advice="Give the campaign a name.")
    variants = variants_for(ledger, edit.template_id or old.template.id)
    integration_id = edit.integration_id or old.integration.id
    languages = tuple(dict.fromkeys(old.languages if edit.languages is None else edit.languages))
    bindings = old.bindings if edit.bindings is None else edit.bindings
    definition = edit.definition or old.definition
    hold_out = checked_percent(old.hold_out if edit.hold_out is None else edit.hold_out)
    check_fits(
        ledger,
        variants=variants,
        languages=languages,
        integration_id=integration_id,
        bindings=bindings,
    )
    kept = stored_form(definition)
    before = {
        "name": old.name,
        "template": old.template.label,
        "integration": old.integration.id,
        "languages": ", ".join(old.languages),
        "hold out": old.hold_out,
        "values": bindings_to_json(old.bindings),
    }

    def work(session: Session) -> str | None:
        if session.run("campaigns.taken", name=new_name, id=old.id):
            return "taken"
        changed = session.run(
            "campaigns.edit",
            id=old.id,
            name=new_name,
            template_id=variants[0].id,
            languages=json.dumps(languages) if languages else None,
            integration_id=integration_id,
            definition=kept,
            bindings=bindings_to_json(bindings),
        )
        if not changed:
            return "run"
        session.run("campaigns.hold_out", id=old.id, percent=hold_out)
        after = {
            "name": new_name,
            "template": variants[0].label,
            "integration": integration_id,
            "languages": ", ".join(languages),
            "hold out": hold_out,
            "values": bindings_to_json(bindings),
        }
        # Not the audience itself: it may name a person.
        audience = "" if kept == stored_form(old.definition) else "audience: changed"
        note(
            session,
            actor=actor,
            event="campaign.edited",
            subject=new_name,
            now=now,
            detail="; ".join(filter(None, (changes(before, after), audience))) or None,
        )
        return None

    match ledger.write(work):
        case "taken":
            raise CampaignError(
                "name taken", advice=f"There is a campaign named {new_name} already."
            )
        case "run":
            raise _has_run(old.name, "can no longer be changed. Duplicate it, and change the copy")
        case _:
            return campaign_named(ledger, new_name)


def delete_campaign(ledger: Ledger, name: str, *, actor: str, now: datetime) -> None:
    """Delete a campaign of which nothing was ever sent, not even a test.

    Raises:
        NotFound: There is no such campaign.
        CampaignError: Something was sent, or is to be sent later.
    """
    campaign = campaign_named(ledger, name)

    def work(session: Session) -> bool:
        _refuse_while_scheduled(session, campaign, then="delete it")
        if not session.run("campaigns.delete", id=campaign.id):
            return False
        session.run("campaigns.delete_choices", id=campaign.id)
        session.run("schedules.delete_rules_of", campaign_id=campaign.id)
        session.run("schedules.delete_of", campaign_id=campaign.id)
        note(session, actor=actor, event="campaign.deleted", subject=name, now=now)
        return True

    if not ledger.write(work):
        raise _has_run(name, "cannot be deleted, because its reports name it. Archive it instead")


def archive_campaign(ledger: Ledger, name: str, *, actor: str, now: datetime) -> None:
    """Put a campaign away: it is no longer listed, nor sent. Once archived it stays so.

    Raises:
        NotFound: There is no such campaign.
        CampaignError: Something of it may still leave, now or later.
    """
    campaign = campaign_named(ledger, name)
    if campaign.archived_at is not None:
        return

    def work(session: Session) -> bool:
        _refuse_while_scheduled(session, campaign, then="archive it")
        if not session.run("campaigns.archive", id=campaign.id, now=now):
            return False
        note(session, actor=actor, event="campaign.archived", subject=name, now=now)
        return True

    if not ledger.write(work):
        raise CampaignError(
            "campaign is being sent",
            advice=f"A run of {name} has not ended. Wait for it, or cancel it, then archive.",
        )


def unarchive_campaign(ledger: Ledger, name: str, *, actor: str, now: datetime) -> None:
    """List a campaign again, and let it be sent.

    Raises:
        NotFound: There is no such campaign.
    """
    campaign = campaign_named(ledger, name)

    def work(session: Session) -> None:
        if session.run("campaigns.unarchive", id=campaign.id):
            note(session, actor=actor, event="campaign.unarchived", subject=name, now=now)

    ledger.write(work)


def check_not_archived(campaign: Campaign) -> None:
    """Refuse to send what was put away.

    Raises:
        CampaignError: It is archived.
    """
    if campaign.archived_at is not None:
        raise CampaignError(
            "campaign is archived",
            advice=f"{campaign.name} was archived on {campaign.archived_at:%d %B %Y}. Unarchive it "
            "before you send it.",
        )


def _refuse_while_scheduled(session: Session, campaign: Campaign, *, then: str) -> None:
    numbers = [str(row["id"]) for row in session.run("schedules.open_of", campaign_id=campaign.id)]
    if numbers:
        raise CampaignError(
            "campaign is scheduled",
            advice=f"{campaign.name} is to be sent later (schedule {', '.join(numbers)}). Cancel "
            f"that first, then {then}.",
        )


def _has_run(name: str, so: str) -> CampaignError:
    return CampaignError("campaign has run", advice=f"Something of {name} was sent, so it {so}.")
