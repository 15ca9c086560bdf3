"""The last step of writing a template: everything at a glance, and the press that submits it."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from pages._template_draft import Beginning, Draft, Purpose, draft, forget
from pages._template_filing import said_destination
from pages._template_preview import show_losses, show_sms, show_whatsapp
from pages._template_problems import show_hints, show_problems
from pages._ui import actor, relay
from pages._words import plain
from relay_core.errors import RelayError
from relay_core.templates.checking import CheckedTemplate, checked
from relay_core.templates.kept.senders import Sender
from relay_core.templates.rules.problems import ProblemCode
from relay_core.templates.writing.template import MediaHeader, Template

MADE: Final = "made"
"""The part of the address that says which template was just made."""
_REFUSED: Final = "draft_refused"


def check_step(integrations: Sequence[Sender]) -> CheckedTemplate:
    """Draw both previews, what is wrong, and what will be made where; return what was found."""
    written = draft()
    template = written.template
    found = _checked(written)
    st.header("Check")
    whatsapp, sms = st.columns(2)
    with whatsapp:
        st.markdown("**WhatsApp**")
        show_whatsapp(template, template.examples)
        if written.integration_ids and isinstance(template.header, MediaHeader):
            _show_media(template.header, found)
    with sms:
        st.markdown("**Text message**")
        show_sms(template, template.examples)
        show_losses(template)
    problems = [each for each in found.problems if each.code is not ProblemCode.NAME_FORM]
    show_problems(problems, texts=written.texts, keys=written.keys)
    show_hints(problems, keys=written.keys)
    st.header("What will be made")
    st.markdown("\n".join(f"- {line}" for line in said_destination(written, integrations)))
    return found


def show_submit(began: Beginning, found: CheckedTemplate) -> None:
    """Draw the button that makes the template."""
    written = draft()
    st.button(
        _label(began, written),
        key="draft_create",
        type="primary",
        icon=":material/send:" if written.integration_ids else ":material/save:",
        disabled=not found.valid,
        on_click=_submit,
        args=(written.number,),
    )


def show_outlook(found: CheckedTemplate) -> None:
    """Say why the last press was refused, or what follows the next one."""
    if refused := st.session_state.pop(_REFUSED, None):
        st.error(plain(refused), icon=":material/error:")
    elif not found.valid:
        st.caption("Correct what is marked red first.")
    elif draft().integration_ids:
        st.caption("Meta answers within minutes as a rule, at most a day.")


def _checked(written: Draft) -> CheckedTemplate:
    def look() -> CheckedTemplate:
        return relay().check_template(written.template, integration_ids=written.integration_ids)

    if not written.integration_ids:
        return checked(written.template, whatsapp=False)
    if not isinstance(written.template.header, MediaHeader):
        return look()
    with st.spinner("Asking where the file is kept"):
        return look()


def _show_media(header: MediaHeader, found: CheckedTemplate) -> None:
    if not any(problem.where == "header" for problem in found.problems):
        st.caption(
            f":green[:material/check:] The {header.kind.lower()} is there, and of a type and size "
            "that WhatsApp takes."
        )


def _label(began: Beginning, written: Draft) -> str:
    if written.integration_ids:
        return "Submit to Meta"
    return "Save version" if began.purpose is Purpose.EDIT else "Save template"


def _submit(number: str) -> None:
    """Make the template of this draft; a second press finds the draft gone and does nothing."""
    written = draft()
    if written.number != number:
        return
    began = st.session_state["draft_beginning"]
    try:
        template_id = _made(began, written, written.template)
    except RelayError as error:
        st.session_state[_REFUSED] = error.advice
        return
    forget()
    st.query_params.from_dict({MADE: str(template_id)})
    st.rerun()


def _made(began: Beginning, written: Draft, template: Template) -> int:
    if began.purpose is Purpose.EDIT and began.template_id is not None:
        relay().edit_template(began.template_id, template, actor=actor())
        relay().submit_template(
            began.template_id, integration_ids=written.integration_ids, actor=actor()
        )
        return began.template_id
    return (
        relay()
        .create_template(
            template,
            integration_ids=written.integration_ids,
            actor=actor(),
            replaces=began.template_id if began.purpose is Purpose.REPLACE else None,
        )
        .template_id
    )
