"""The first two steps of writing a template: its name and place, then category and language."""

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from pages._one_of import one_of
from pages._template_draft import Beginning, Draft, Purpose, draft
from pages._template_fields import CATEGORY, INTEGRATIONS, LANGUAGE, NAME
from pages._template_names import language_fault, language_name, name_fault, name_note
from pages._template_problems import show_problems
from pages._template_steps import Step, problems_of, was_tried
from pages._words import plain
from relay_core.templates.kept.catalogue import ListedTemplate
from relay_core.templates.kept.senders import Sender
from relay_core.templates.rules.problems import ProblemCode
from relay_core.templates.writing.languages import LANGUAGES
from relay_core.templates.writing.names import LONGEST_NAME, is_meta_name, meta_name
from relay_core.templates.writing.template import Category

_MEANINGS: Final = {
    Category.MARKETING: "Offers, news, invitations: anything that is not an answer to an order "
    "or a request. Meta charges more for it and limits how many a person gets.",
    Category.UTILITY: "About something the person ordered, booked or asked for. Meta moves it "
    "to Marketing when it advertises.",
}


def name_step(
    began: Beginning, integrations: Sequence[Sender], templates: Sequence[ListedTemplate]
) -> None:
    """Draw the name and the integrations."""
    st.header("Name and integrations")
    is_fixed = began.purpose in {Purpose.EDIT, Purpose.TRANSLATE}
    st.text_input(
        "Name",
        key=NAME,
        placeholder="Autumn check-in",
        max_chars=LONGEST_NAME,
        live=True,
        disabled=is_fixed,
        help="For you and for Meta; nobody who gets the message sees it.",
        persist_state="session",
    )
    written = draft()
    name = written.template.name
    if name and not is_meta_name(name):
        st.caption(
            f"Meta stores it as **{plain(meta_name(name))}**: small letters, digits and "
            "underscores only."
        )
    if note := name_note(written, templates):
        st.caption(note)
    if fault := name_fault(written):
        st.error(plain(fault), icon=":material/error:")
    elif not name and was_tried(Step.NAME):
        st.error("Give the template a name.", icon=":material/error:")
    _integrations(integrations)


def filing_step(began: Beginning, templates: Sequence[ListedTemplate]) -> None:
    """Draw category and language."""
    st.header("Category and language")
    category = one_of(
        "Category",
        [each for each in Category if each.creatable],
        format_func=lambda category: category.capitalize(),
        key=CATEGORY,
        persist_state="session",
    )
    st.caption(_MEANINGS[category])
    st.caption(
        "Meta's third category, Authentication, is not offered: one-time codes are sent one by "
        "one, by the system that makes them, never in bulk."
    )
    chosen = st.session_state.get(LANGUAGE)
    used = dict.fromkeys(t.template.language for t in templates)
    codes = dict.fromkeys([*used, *LANGUAGES, *([chosen] if chosen else [])])
    st.selectbox(
        "Language",
        list(codes),
        index=None,
        format_func=lambda code: f"{language_name(code)} ({code})",
        placeholder="Choose the language it is written in",
        key=LANGUAGE,
        disabled=began.purpose is Purpose.EDIT,
        help="Languages of your other templates stand first.",
        persist_state="session",
    )
    written = draft()
    if fault := language_fault(written, templates):
        if written.template.language or was_tried(Step.FILING):
            st.error(plain(fault), icon=":material/error:")
        return
    show_problems(
        [p for p in problems_of(Step.FILING, written) if p.code is not ProblemCode.EMPTY],
        texts={},
        keys={},
    )


def whatsapp_integrations(integrations: Sequence[Sender]) -> Mapping[str, Sender]:
    """Return those that a template can be submitted on, by id."""
    return {each.id: each for each in integrations if each.is_active and each.type == "whatsapp"}


def _integrations(integrations: Sequence[Sender]) -> None:
    whatsapp = whatsapp_integrations(integrations)
    if whatsapp:
        # One that went away since the draft began cannot be among the options.
        kept = [id_ for id_ in st.session_state.get(INTEGRATIONS) or () if id_ in whatsapp]
        st.session_state[INTEGRATIONS] = kept
        st.multiselect(
            "Submit to Meta for",
            list(whatsapp),
            format_func=lambda id_: whatsapp[id_].name if id_ in whatsapp else id_,
            placeholder="None, for text messages only",
            key=INTEGRATIONS,
            persist_state="session",
        )
        if not kept:
            st.caption("None chosen: the template is for text messages, and Meta does not see it.")
    else:
        st.caption("No WhatsApp integration is active, so the template is for text messages.")
    others = [
        plain(each.name) for each in integrations if each.is_active and each.type != "whatsapp"
    ]
    if others:
        st.caption(f"Text messages need no approval. Ready at once on {', '.join(others)}.")


def said_destination(written: Draft, integrations: Sequence[Sender]) -> list[str]:
    """Return what the press on Submit makes, a sentence for each integration."""
    name = plain(meta_name(written.template.name))
    filed = f"{written.template.category.capitalize()}, {language_name(written.template.language)}"
    lines = []
    for each in integrations:
        if not each.is_active:
            continue
        if each.id in written.integration_ids:
            lines.append(f"**{plain(each.name)}**: Meta is asked for **{name}** ({filed}).")
        elif each.type == "whatsapp":
            lines.append(f"**{plain(each.name)}**: not submitted. You can do that later.")
        else:
            lines.append(f"**{plain(each.name)}**: ready for text messages at once.")
    return lines
