"""The form of a campaign: message, sender, audience, and what fills the values."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from pages._audience_choice import audience_choice, load_audience
from pages._bindings import bindings_choice, load_bindings
from pages._hold_out import chosen_hold_out, hold_out_choice
from pages._languages import (
    languages_choice,
    load_languages,
    show_language_counts,
    shown_variant,
)
from pages._template_preview import show_sms, show_whatsapp
from pages._ui import explaining_errors, relay
from pages._words import channel_name, plain
from relay_core.audience.conditions.definition import AudienceDefinition
from relay_core.audience.policy import ANY_PURPOSE, Purpose
from relay_core.campaigns.bindings import Binding
from relay_core.campaigns.campaign import Campaign, CampaignDraft, needed_variants
from relay_core.campaigns.variants import AskedValue, asked_values, variants_of
from relay_core.errors import CampaignError
from relay_core.templates.kept.catalogue import ListedTemplate, TemplateStatus
from relay_core.templates.kept.senders import SMS
from relay_core.templates.kept.statuses import meaning


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What was filled in, all of it."""

    name: str
    template_id: int
    integration_id: str
    definition: AudienceDefinition
    bindings: dict[str, Binding]
    languages: tuple[str, ...]
    hold_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignForm:
    """What stands in the form at this moment."""

    name: str
    template: ListedTemplate | None = None
    integration: str | None = None
    definition: AudienceDefinition | None = None
    bindings: dict[str, Binding]
    languages: tuple[str, ...] = ()
    asked: Sequence[AskedValue] = ()
    hold_out: int = 0

    def filled(self) -> Filled:
        """Return it whole.

        Raises:
            CampaignError: Something is still needed; the advice names all of it.
        """
        parts = {
            "a name": self.name,
            "a template": self.template,
            "an integration": self.integration,
            "an audience": self.definition,
        }
        missing = [what for what, there in parts.items() if not there]
        missing += [
            f"what fills {each.value.example}"
            for each in self.asked
            if each.value.key not in self.bindings
        ]
        if missing or not (self.template and self.integration and self.definition):
            raise CampaignError(
                f"{len(missing)} parts missing", advice=f"Still needed: {', '.join(missing)}."
            )
        return Filled(
            name=self.name,
            template_id=self.template.id,
            integration_id=self.integration,
            definition=self.definition,
            bindings=self.bindings,
            languages=self.languages,
            hold_out=self.hold_out,
        )


def campaign_form(prefix: str, templates: Sequence[ListedTemplate]) -> CampaignForm:
    """Draw the form and return what stands in it.

    Args:
        prefix: Of the widgets' keys.
        templates: What can be chosen.
    """
    st.text_input(
        "Name of the campaign",
        key=f"{prefix}_name",
        placeholder="Autumn check-in",
        max_chars=100,
        persist_state="session",
    )
    st.header("Message")
    template = _template(prefix, templates)
    integration = None
    languages: tuple[str, ...] = ()
    asked: Sequence[AskedValue] = ()
    if template:
        of_template = f"{prefix}_{template.id}"
        integration = _integration(prefix, template)
        variants = variants_of(template, templates)
        languages = languages_choice(variants, integration, prefix=f"{of_template}_languages")
        needed = (
            needed_variants(variants, languages=languages, integration_id=integration)
            if integration
            else variants[:1]
        )
        asked = asked_values(needed)
        shown = shown_variant(needed, prefix=of_template) if languages else template
        _preview(shown, integration)
    st.header("Audience")
    definition = audience_choice(prefix, purpose=_purpose(template, integration))
    if template and integration and definition and languages:
        draft = CampaignDraft(
            template_id=template.id,
            integration_id=integration,
            definition=definition,
            bindings={},
            languages=languages,
        )
        with explaining_errors():
            show_language_counts(draft, key=f"{prefix}_{template.id}_counts")
    bindings: dict[str, Binding] = {}
    if template and asked:
        st.header("Values")
        st.caption("What stands for each value in the message of a person.")
        bindings = bindings_choice(
            asked, relay().bindable_fields(), prefix=f"{prefix}_{template.id}"
        )
    st.header("Outcome")
    hold_out_choice(f"{prefix}_hold_out", percent=0)
    return CampaignForm(
        name=str(st.session_state.get(f"{prefix}_name") or "").strip(),
        template=template,
        integration=integration,
        definition=definition,
        bindings=bindings,
        languages=languages,
        asked=asked,
        hold_out=chosen_hold_out(f"{prefix}_hold_out"),
    )


def load_campaign(prefix: str, campaign: Campaign) -> None:
    """Fill the form with a campaign as it is kept; not while it is drawn."""
    clear_form(prefix)
    template = campaign.template
    st.session_state[f"{prefix}_name"] = campaign.name
    st.session_state[f"{prefix}_template"] = template.id
    st.session_state[f"{prefix}_integration_{template.id}"] = campaign.integration.id
    st.session_state[f"{prefix}_hold_out"] = campaign.hold_out
    load_languages(f"{prefix}_{template.id}_languages", campaign.languages)
    load_bindings(f"{prefix}_{template.id}", campaign.bindings)
    load_audience(prefix, campaign.definition)


def clear_form(prefix: str) -> None:
    """Forget what was filled in."""
    for key in [key for key in st.session_state if str(key).startswith(f"{prefix}_")]:
        del st.session_state[key]


def _purpose(template: ListedTemplate | None, integration: str | None) -> Purpose:
    """Return what the audience is for, as far as it is chosen."""
    status = template.on(integration) if template and integration else None
    if not (template and status):
        return ANY_PURPOSE
    return Purpose(
        channel="sms" if status.type in SMS else "whatsapp",
        template_id=template.id,
    )


def _template(prefix: str, templates: Sequence[ListedTemplate]) -> ListedTemplate | None:
    by_id = {template.id: template for template in templates}
    chosen = st.selectbox(
        "Template",
        list(by_id),
        index=None,
        format_func=lambda id_: by_id[id_].label if id_ in by_id else str(id_),
        placeholder="Choose a template",
        key=f"{prefix}_template",
        persist_state="session",
    )
    return by_id.get(chosen) if chosen is not None else None


def _preview(template: ListedTemplate, integration: str | None) -> None:
    """Draw the message with its examples, as the chosen channel shows it."""
    status = template.on(integration) if integration else None
    show = show_sms if status and status.type in SMS else show_whatsapp
    st.caption(
        f"{template.template.category.capitalize()}, as it reads with its examples"
        f"{f' over {channel_name(status.type)}' if status else ''}"
    )
    show(template.template, template.template.examples)


def _integration(prefix: str, template: ListedTemplate) -> str | None:
    sendable = {s.id: s for s in template.integrations if _hindrance(template, s) is None}
    others = [
        f"{_named(s)}: {why}"
        for s in template.integrations
        if (why := _hindrance(template, s)) is not None
    ]
    chosen = None
    if sendable:
        chosen = st.radio(
            "Send from",
            list(sendable),
            index=0 if len(sendable) == 1 else None,
            format_func=lambda id_: _named(sendable[id_]) if id_ in sendable else id_,
            key=f"{prefix}_integration_{template.id}",
            persist_state="session",
        )
    else:
        st.caption("This template cannot be sent from any integration yet.")
    for line in others:
        st.caption(f"Not available. {plain(line)}")
    return chosen


def _named(status: TemplateStatus) -> str:
    return f"{channel_name(status.type)}, {status.name}"


def _hindrance(template: ListedTemplate, status: TemplateStatus) -> str | None:
    """Return why this integration cannot send the template; None when it can."""
    left_out = template.template.left_out
    if status.is_sendable and left_out and status.type == "whatsapp":
        return f"the template has parts that Relay cannot send: {', '.join(left_out)}."
    if status.is_sendable:
        return None
    return f"{meaning(status.status).word}.{f' {status.reason}' if status.reason else ''}"
