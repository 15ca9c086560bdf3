"""Campaigns: a name, a template, an integration, an audience, and bindings for its values."""

import json
from collections.abc import Mapping, Sequence
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
from relay_core.campaigns.candidates import check_sendable, is_sendable
from relay_core.campaigns.control_group import checked_percent
from relay_core.campaigns.variants import asked_values, variants_of
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
    languages: tuple[str, ...]
    """Empty: everybody gets the template. Else each person gets its language nearest to their own,
    and these, in this order, stand in for what there is not."""
    variants: tuple[ListedTemplate, ...]
    """What may leave: the template, then its other languages where there may be several."""
    integration: Sender
    definition: AudienceDefinition
    bindings: Mapping[str, Binding]
    created_at: datetime
    runs: int
    """Tests are not counted."""
    last_run: int | None
    archived_at: datetime | None = None
    """When it was put away; None while it is listed."""
    hold_out: int = 0
    """Of 100 people who would receive it, how many get nothing, to compare with."""

    @property
    def next_seed(self) -> str:
        """What its next run draws by: a review and the send after it the same, later runs anew."""
        return f"{self.id}.{self.created_at.isoformat()}.{self.runs + 1}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignDraft:
    """A campaign that nobody has kept, to be looked at."""

    template_id: int
    integration_id: str
    definition: AudienceDefinition
    bindings: Mapping[str, Binding]
    languages: tuple[str, ...] = ()


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


def campaigns(ledger: Ledger, *, archived: bool = False) -> list[Campaign]:
    """Return every campaign, newest first; those that were put away only when asked for.

    One whose audience cannot be read is among them, with an audience that is refused on use.
    """
    listed = templates(ledger)
    by_template = {t.id: t for t in listed}
    by_sender = {s.id: s for s in senders(ledger)}
    made = []
    for row in ledger.rows("campaigns.all", archived=archived):
        template = by_template[row["template_id"]]
        languages = tuple(json.loads(row["languages"] or "[]"))
        made.append(
            Campaign(
                id=row["id"],
                name=row["name"],
                template=template,
                languages=languages,
                variants=variants_of(template, listed) if languages else (template,),
                integration=by_sender[row["integration_id"]],
                definition=read_stored(row["definition"]),
                bindings=bindings_from_json(row["bindings"]),
                created_at=row["created_at"],
                runs=row["runs"],
                last_run=row["last_run"],
                archived_at=row["archived_at"],
                hold_out=row["hold_out"],
            )
        )
    return made


def campaign_named(ledger: Ledger, name: str) -> Campaign:
    """Return the campaign of that name, archived or not.

    Raises:
        NotFound: There is none.
    """
    for campaign in campaigns(ledger, archived=True):
        if campaign.name == name:
            return campaign
    raise NotFound("no campaign of that name", advice=f"There is no campaign named {name}.")


def drafted(ledger: Ledger, draft: CampaignDraft, *, now: datetime) -> Campaign:
    """Return a draft as the campaign it would be, under the number 0.

    Raises:
        CampaignError: The template, the integration or a language is unknown, or the template
            cannot be sent from there now.
    """
    variants = variants_for(ledger, draft.template_id)
    check_sendable(variants[0], draft.integration_id)
    check_languages(draft.languages, variants)
    return Campaign(
        id=0,
        name="",
        template=variants[0],
        languages=draft.languages,
        variants=variants if draft.languages else variants[:1],
        integration=next(s for s in senders(ledger) if s.id == draft.integration_id),
        definition=draft.definition,
        bindings=draft.bindings,
        created_at=now,
        runs=0,
        last_run=None,
    )


def variants_for(ledger: Ledger, template_id: int) -> tuple[ListedTemplate, ...]:
    """Return a template in every language of its name, itself first.

    Raises:
        CampaignError: There is no such template.
    """
    listed = templates(ledger)
    chosen = next((t for t in listed if t.id == template_id), None)
    if chosen is None:
        raise CampaignError("unknown template", advice="Choose a template from the list.")
    return variants_of(chosen, listed)


def create_campaign(
    ledger: Ledger,
    *,
    name: str,
    variants: Sequence[ListedTemplate],
    languages: Sequence[str],
    integration_id: str,
    definition: AudienceDefinition,
    bindings: Mapping[str, Binding],
    actor: str,
    now: datetime,
    hold_out: int = 0,
) -> Campaign:
    """Keep a new campaign. Nothing is sent.

    Args:
        ledger: Where campaigns are kept.
        name: Its own.
        variants: The template, then its other languages.
        languages: Fallback order where each person gets their own language; empty where everybody
            gets the template.
        integration_id: What it leaves from.
        definition: Who gets it.
        bindings: What fills each value, of all languages that may leave.
        actor: Who makes it.
        now: When.
        hold_out: Of 100 people, how many get nothing, to compare with.

    Raises:
        CampaignError: The name is empty or taken, the integration is unknown or cannot send this
            template, a language is unknown, the bindings do not fit, or too many are held out.
        AudienceError: The definition could not be read again.
    """
    name = name.strip()
    if not name:
        raise CampaignError("no name", advice="Give the campaign a name.")
    template = variants[0]
    languages = tuple(dict.fromkeys(languages))
    hold_out = checked_percent(hold_out)
    check_fits(
        ledger,
        variants=variants,
        languages=languages,
        integration_id=integration_id,
        bindings=bindings,
    )
    kept = stored_form(definition)

    def work(session: Session) -> bool:
        added = session.run(
            "campaigns.add",
            name=name,
            template_id=template.id,
            languages=json.dumps(languages) if languages else None,
            integration_id=integration_id,
            definition=kept,
            bindings=bindings_to_json(bindings),
            now=now,
        )
        if added:
            session.run("campaigns.hold_out", id=added[0]["id"], percent=hold_out)
            note(session, actor=actor, event="campaign.created", subject=name, now=now)
        return bool(added)

    if not ledger.write(work):
        raise CampaignError("name taken", advice=f"There is a campaign named {name} already.")
    return campaign_named(ledger, name)


def check_fits(
    ledger: Ledger,
    *,
    variants: Sequence[ListedTemplate],
    languages: Sequence[str],
    integration_id: str,
    bindings: Mapping[str, Binding],
) -> None:
    """Refuse parts of a campaign that do not fit one another or the account.

    Args:
        ledger: Where the account's fields are kept.
        variants: The template, then its other languages.
        languages: The fallback order; empty where everybody gets the template.
        integration_id: What it leaves from.
        bindings: What fills each value.

    Raises:
        CampaignError: The integration is unknown or cannot send this template, a language is
            unknown, or the bindings do not fit.
    """
    check_sendable(variants[0], integration_id)
    check_languages(languages, variants)
    needed = needed_variants(variants, languages=languages, integration_id=integration_id)
    check_bindings(
        bindings,
        values={
            asked.value.key: asked.languages if languages else () for asked in asked_values(needed)
        },
        fields=bindable_fields(list(custom_fields(ledger).values())),
        may_have={asked.value.key for asked in asked_values(variants)} if languages else (),
    )


def needed_variants(
    variants: Sequence[ListedTemplate], *, languages: Sequence[str], integration_id: str
) -> tuple[ListedTemplate, ...]:
    """Return the variants whose values a campaign must fill: those that leave, or soon may.

    Args:
        variants: The template, then its other languages.
        languages: The fallback order; empty where everybody gets the template.
        integration_id: What they leave from.
    """
    template, *others = variants
    if not languages:
        return (template,)
    return (
        template,
        *(
            each
            for each in others
            if each.template.language in languages or is_sendable(each, integration_id)
        ),
    )


def check_languages(languages: Sequence[str], variants: Sequence[ListedTemplate]) -> None:
    """Refuse a fallback order with languages that the template is not written in.

    Raises:
        CampaignError: Names them, and those there are.
    """
    there = [variant.template.language for variant in variants]
    if unknown := [language for language in languages if language not in there]:
        raise CampaignError(
            f"{len(unknown)} unknown languages",
            advice=f"{variants[0].template.name} is not written in {', '.join(unknown)}. "
            f"Choose from {', '.join(there)}.",
        )
