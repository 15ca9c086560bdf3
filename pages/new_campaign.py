"""Make a campaign: a message, who it comes from, who gets it, and what fills its values."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import streamlit as st

from pages._audience_choice import audience_choice
from pages._bindings import bindings_choice
from pages._languages import languages_choice, show_language_counts, shown_variant
from pages._template_preview import show_sms, show_whatsapp
from pages._ui import Permission, actor, explaining_errors, flash, relay, require
from pages._words import channel_name, plain
from relay_core.audience.conditions.definition import AudienceDefinition
from relay_core.campaigns.bindings import Binding
from relay_core.campaigns.campaign import CampaignDraft, needed_variants
from relay_core.campaigns.variants import AskedValue, asked_values, variants_of
from relay_core.templates.kept.catalogue import ListedTemplate, TemplateStatus
from relay_core.templates.kept.senders import SMS

require(Permission.SEND)

_CAMPAIGNS: Final = Path(__file__).parent / "campaigns.py"
_TEMPLATES: Final = Path(__file__).parent / "templates.py"


def _template(templates: Sequence[ListedTemplate]) -> ListedTemplate | None:
    by_id = {template.id: template for template in templates}
    chosen = st.selectbox(
        "Template",
        list(by_id),
        index=None,
        format_func=lambda id_: by_id[id_].label if id_ in by_id else str(id_),
        placeholder="Choose a template",
        key="new_template",
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


def _integration(template: ListedTemplate) -> str | None:
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
            key=f"new_integration_{template.id}",
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
    reason = f" {status.reason}" if status.reason else ""
    return f"the template is {status.status.lower().replace('_', ' ')} there.{reason}"


def _create(
    template: ListedTemplate | None,
    integration: str | None,
    definition: AudienceDefinition | None,
    bindings: dict[str, Binding],
    languages: tuple[str, ...],
    asked: Sequence[AskedValue],
) -> None:
    """Keep the campaign and go to it, or say what is still needed."""
    name = str(st.session_state.get("new_name") or "").strip()
    missing = [
        what
        for what, there in (
            ("a name", name),
            ("a template", template),
            ("an integration", integration),
            ("an audience", definition),
        )
        if not there
    ]
    unbound = [each.value.example for each in asked if each.value.key not in bindings]
    missing += [f"what fills {example}" for example in unbound]
    if missing or not (template and integration and definition):
        st.error(f"Still needed: {', '.join(missing)}.", icon=":material/error:")
        return
    campaign = relay().create_campaign(
        name,
        template_id=template.id,
        integration_id=integration,
        definition=definition,
        bindings=bindings,
        actor=actor(),
        languages=languages,
    )
    for key in [key for key in st.session_state if str(key).startswith("new_")]:
        del st.session_state[key]
    flash(f"{campaign.name} is ready. Nothing is sent yet: review it, then send.")
    st.switch_page(_CAMPAIGNS, query_params={"campaign": campaign.name})


def _draw() -> None:
    templates = relay().templates()
    st.title("New campaign")
    st.caption("A campaign can be sent again and again. Nothing is sent here.")
    if not templates:
        st.write("A campaign needs a message. Create a template first.")
        st.page_link(_TEMPLATES, label="Go to templates", icon=":material/article:")
        return
    st.text_input(
        "Name of the campaign",
        key="new_name",
        placeholder="Autumn check-in",
        max_chars=100,
        persist_state="session",
    )
    st.header("Message")
    template = _template(templates)
    integration = None
    languages: tuple[str, ...] = ()
    asked: Sequence[AskedValue] = ()
    if template:
        integration = _integration(template)
        variants = variants_of(template, templates)
        languages = languages_choice(variants, integration, prefix=f"new_{template.id}_languages")
        needed = (
            needed_variants(variants, languages=languages, integration_id=integration)
            if integration
            else variants[:1]
        )
        asked = asked_values(needed)
        shown = shown_variant(needed, prefix=f"new_{template.id}") if languages else template
        _preview(shown, integration)
    st.header("Audience")
    definition = audience_choice()
    if template and integration and definition and languages:
        draft = CampaignDraft(
            template_id=template.id,
            integration_id=integration,
            definition=definition,
            bindings={},
            languages=languages,
        )
        with explaining_errors():
            show_language_counts(draft, key=f"new_{template.id}_counts")
    bindings: dict[str, Binding] = {}
    if template and asked:
        st.header("Values")
        st.caption("What stands for each value in the message of a person.")
        bindings = bindings_choice(asked, relay().bindable_fields(), prefix=f"new_{template.id}")
    # Not a callback: what was typed last must have been read before anything is kept.
    if st.button("Create campaign", key="create_campaign", type="primary"):
        with explaining_errors():
            _create(template, integration, definition, bindings, languages, asked)


_draw()
