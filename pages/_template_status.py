"""What each integration says of a template, and the press that tries again."""

from collections.abc import Sequence

import streamlit as st

from pages._template_words import SUBMITTABLE, shown_status
from pages._ui import Permission, actor, flash, flashing_errors, may, relay
from pages._words import channel_name, counted, plain, said_moment
from relay_core.templates.kept.catalogue import ListedTemplate, TemplateStatus


def show_statuses(listed: ListedTemplate) -> None:
    """Draw a row for each integration; those that Meta does not have can be submitted."""
    if not listed.integrations:
        st.caption("No integration is known yet. Refresh, or look at Settings.")
        return
    with st.container(border=True, key="template_statuses"):
        for status in listed.integrations:
            _show_status(listed, status)
    failed = failed_on(listed)
    if len(failed) > 1 and may(Permission.WRITE_TEMPLATES):
        st.button(
            f"Try again on all {len(failed)}",
            key="submit_all_failed",
            icon=":material/refresh:",
            on_click=_submit,
            args=(listed.id, [status.id for status in failed]),
        )


def failed_on(listed: ListedTemplate) -> list[TemplateStatus]:
    """Return where it was submitted and did not arrive."""
    return [
        status
        for status in listed.integrations
        if status.type == "whatsapp" and status.status in SUBMITTABLE and status.reason
    ]


def _show_status(listed: ListedTemplate, status: TemplateStatus) -> None:
    shown = shown_status(status.status)
    with st.container(gap=None):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(status.name)}**", width="stretch")
            st.badge(shown.word, icon=shown.icon, color=shown.color)
            is_due = status.type == "whatsapp" and status.status in SUBMITTABLE
            if is_due and may(Permission.WRITE_TEMPLATES):
                st.button(
                    "Try again" if status.reason else "Submit to Meta",
                    key=f"submit_{status.id}",
                    on_click=_submit,
                    args=(listed.id, [status.id]),
                    disabled=not listed.template.category.creatable,
                )
        st.caption(_said_status(status, shown.advice))


def _said_status(status: TemplateStatus, advice: str) -> str:
    if status.status == "READY":
        return f"{channel_name(status.type)}. Text messages need nobody's approval."
    reason = plain(status.explanation)
    # A reason says what to do itself, or the button beside it does.
    said = " ".join(part for part in (channel_name(status.type) + ".", reason or advice) if part)
    return f"{said} As of {said_moment(status.checked_at)}." if status.checked_at else said


def _submit(template_id: int, integration_ids: Sequence[str]) -> None:
    with flashing_errors():
        submission = relay().submit_template(
            template_id, integration_ids=integration_ids, actor=actor()
        )
        if submission.refusals:
            flash("Meta did not take it everywhere. The reason stands beside it.", failed=True)
        else:
            flash(f"Submitted on {counted(len(integration_ids), 'integration')}.")
