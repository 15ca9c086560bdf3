"""Writing a template in four steps; going back loses nothing, and one press submits once."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from pages._template_check import check_step, show_outlook, show_submit
from pages._template_content import content_step
from pages._template_draft import Beginning, Purpose, begin, beginning
from pages._template_fields import LANGUAGE, NAME
from pages._template_filing import filing_step, name_step, whatsapp_integrations
from pages._template_prefill import not_taken_over
from pages._template_status import failed_on
from pages._template_steps import Step, present_step, show_indicator, show_way_back, show_way_on
from pages._template_words import SUBMITTABLE
from pages._ui import explaining_errors, relay
from pages._words import plain
from relay_core.templates.kept.catalogue import ListedTemplate
from relay_core.templates.kept.senders import Sender

_TITLES: Final = {
    Purpose.NEW: "New template",
    Purpose.EDIT: "Edit template",
    Purpose.REPLACE: "Template in place of another",
    Purpose.COPY: "Copy of a template",
    Purpose.TRANSLATE: "Another language",
    Purpose.FILE: "Template from a file",
}
_EXPLANATIONS: Final = {
    Purpose.EDIT: "Meta does not hold {label}, so it is changed in place: what you write here "
    "becomes its next version.",
    Purpose.REPLACE: "Meta holds {label}, and what Meta holds cannot be changed from here. This "
    "becomes a new template under a new name, with a link to the old one. Campaigns go on with "
    "the old one until you choose the new one there.",
    Purpose.COPY: "It begins with what {label} says, and becomes a template of its own.",
    Purpose.TRANSLATE: "{label} in another language, under the same name. A campaign can then "
    "write to each person in their own language.",
    Purpose.FILE: "It begins with what the file says. Look it over, then submit.",
}


def draft_from(
    purpose: Purpose, listed: ListedTemplate | None, integrations: Sequence[Sender]
) -> None:
    """Begin a draft, unless the present one began the same way.

    Args:
        purpose: Why.
        listed: The template it comes from; None for an empty sheet.
        integrations: All there are.
    """
    began = beginning()
    source = None if listed is None else listed.id
    if began is not None and (began.purpose, began.template_id) == (purpose, source):
        return
    chosen = list(whatsapp_integrations(integrations))
    if listed is None:
        begin(Beginning(purpose=purpose), None, integration_ids=chosen)
        return
    if purpose is Purpose.EDIT:
        # One that was meant for text messages only stays so, unless somebody says otherwise.
        chosen = [status.id for status in failed_on(listed) if status.id in chosen]
    elif purpose is Purpose.TRANSLATE:
        holding = [s.id for s in listed.integrations if s.status not in SUBMITTABLE]
        chosen = [id_ for id_ in chosen if id_ in holding] or chosen
    template = listed.template
    begin(
        Beginning(
            purpose=purpose,
            template_id=source,
            label=listed.label,
            notes=not_taken_over(template),
        ),
        template,
        integration_ids=chosen,
    )
    if purpose in {Purpose.COPY, Purpose.REPLACE}:
        st.session_state[NAME] = relay().name_for_copy(template.name)
    elif purpose is Purpose.TRANSLATE:
        st.session_state[LANGUAGE] = None


def write_template(integrations: Sequence[Sender], templates: Sequence[ListedTemplate]) -> None:
    """Draw the present draft, step by step."""
    began = beginning()
    if began is None:
        return
    st.title(_TITLES[began.purpose])
    if began.purpose in _EXPLANATIONS:
        st.caption(_EXPLANATIONS[began.purpose].format(label=plain(began.label)))
    for note in began.notes:
        st.warning(plain(note), icon=":material/info:")
    st.fragment(_draw)(began, integrations, templates)


def _draw(
    began: Beginning, integrations: Sequence[Sender], templates: Sequence[ListedTemplate]
) -> None:
    with explaining_errors():
        show_indicator(templates)
        found = None
        match present_step():
            case Step.NAME:
                name_step(began, integrations, templates)
            case Step.FILING:
                filing_step(began, templates)
            case Step.CONTENT:
                content_step()
            case Step.CHECK:
                found = check_step(integrations)
        with st.container(horizontal=True, key="draft_ways"):
            show_way_back(templates)
            if found is None:
                show_way_on(templates)
            else:
                show_submit(began, found)
        if found is not None:
            show_outlook(found)
