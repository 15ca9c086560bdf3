"""One template: how it looks, what each integration says of it, and what to do about that."""

import streamlit as st

from pages._template_list import language_name
from pages._template_preview import show_sms, show_whatsapp
from pages._template_words import SUBMITTABLE, shown_status
from pages._ui import flash, flashing_errors, relay
from pages._words import channel_name, plain, said_moment
from relay_core.templates.kept.catalogue import ListedTemplate, TemplateStatus
from relay_core.templates.writing.template import Template


def show_template(listed: ListedTemplate) -> None:
    """Draw everything about one template."""
    template = listed.template
    st.title(plain(template.name))
    st.caption(_said_facts(listed))
    whatsapp, sms = st.columns(2)
    with whatsapp:
        st.header("As WhatsApp")
        show_whatsapp(template, template.examples)
    with sms:
        st.header("As text message")
        show_sms(template, template.examples)
    for part in template.left_out:
        st.warning(f"Relay cannot send this part: {plain(part)}.", icon=":material/info:")
    if template.values:
        st.header("Dynamic values")
        show_values(template)
    st.header("Integrations")
    if not listed.integrations:
        st.caption("No integration is known yet. Refresh, or look at Settings.")
        return
    with st.container(border=True):
        for status in listed.integrations:
            _show_status(listed, status)


def show_values(template: Template) -> None:
    """Draw the examples that stand for a person's own values."""
    with st.container(horizontal=True):
        for value in template.values:
            st.badge(plain(value.example), color="gray")
    st.caption("A campaign fills each of them with a field of the person, or a text of the day.")


def _said_facts(listed: ListedTemplate) -> str:
    template = listed.template
    source = "Written in Relay" if listed.origin == "relay" else "From Sunshine Conversations"
    used = f"last used {said_moment(listed.last_used)}" if listed.last_used else "never used"
    return (
        f"{template.category.capitalize()}, {language_name(template.language)}. {source}, {used}."
    )


def _show_status(listed: ListedTemplate, status: TemplateStatus) -> None:
    shown = shown_status(status.status)
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(gap=None):
            st.markdown(f"**{plain(status.name)}**")
            st.caption(_said_status(status, shown.advice))
        st.badge(shown.word, icon=shown.icon, color=shown.color)
        if status.type == "whatsapp" and status.status in SUBMITTABLE:
            st.button(
                "Submit to Meta",
                key=f"submit_{status.id}",
                on_click=_submit,
                args=(listed.id, status.id),
                disabled=not listed.template.category.creatable,
            )


def _said_status(status: TemplateStatus, advice: str) -> str:
    if status.status == "READY":
        return f"{channel_name(status.type)}. Text messages need nobody's approval."
    reason = f" {plain(status.reason)}" if status.reason else ""
    to_do = "" if reason and status.status in SUBMITTABLE else f" {advice}"
    asked = f" As of {said_moment(status.checked_at)}." if status.checked_at else ""
    return f"{channel_name(status.type)}.{reason}{to_do.rstrip()}{asked}"


def _submit(template_id: int, integration_id: str) -> None:
    with flashing_errors():
        made = relay().submit_template(template_id, integration_ids=[integration_id])
        word = made.results[integration_id]
        if word in SUBMITTABLE:
            flash("Meta did not take it. The reason stands under Integrations.", failed=True)
        else:
            flash(f"Submitted on this integration. {shown_status(word).word}.")
