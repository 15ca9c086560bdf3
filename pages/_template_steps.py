"""The steps of writing a template: which there are, what holds one up, and moving between them."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import streamlit as st

from pages._template_draft import Draft, draft
from pages._template_fields import STEP, TRIED
from pages._template_names import language_fault, name_fault
from relay_core.templates.checking import checked
from relay_core.templates.kept.catalogue import ListedTemplate
from relay_core.templates.rules.problems import Problem, Severity


class Step(StrEnum):
    """One step, under the name that people see."""

    NAME = "Name"
    FILING = "Category"
    CONTENT = "Content"
    CHECK = "Check"


STEPS: Final = tuple(Step)
_PARTS: Final = {
    Step.NAME: ("name",),
    Step.FILING: ("category", "language"),
    Step.CONTENT: ("header", "body", "footer", "buttons", "template"),
}


def present_step() -> Step:
    """Return the step that is drawn."""
    return Step(st.session_state.get(STEP, Step.NAME))


def was_tried(step: Step) -> bool:
    """Whether somebody tried to go on from this step, so that what is missing may be said."""
    return step in st.session_state.get(TRIED, frozenset())


def problems_of(step: Step, written: Draft) -> tuple[Problem, ...]:
    """Return the problems and hints that belong to one step."""
    found = checked(written.template, whatsapp=bool(written.integration_ids)).problems
    return tuple(p for p in found if p.where.partition("[")[0] in _PARTS.get(step, ()))


def holds_up(step: Step, written: Draft, templates: Sequence[ListedTemplate]) -> bool:
    """Whether something in this step must be corrected first."""
    if any(p.severity is Severity.ERROR for p in problems_of(step, written)):
        return True
    match step:
        case Step.NAME:
            return name_fault(written) is not None
        case Step.FILING:
            return language_fault(written, templates) is not None
        case _:
            return False


def show_indicator(templates: Sequence[ListedTemplate]) -> None:
    """Draw the steps; a press goes there, or to what must be corrected before."""
    at = STEPS.index(present_step())
    with st.container(horizontal=True, key="draft_steps"):
        for place, step in enumerate(STEPS):
            if place < at:
                icon = ":material/check_circle:"
            else:
                icon = ":material/radio_button_checked:" if place == at else None
            st.button(
                f"**{place + 1}. {step}**" if place == at else f"{place + 1}. {step}",
                key=f"draft_step_{place + 1}",
                type="tertiary",
                icon=icon or ":material/radio_button_unchecked:",
                on_click=go_to,
                args=(step, templates),
            )


def show_way_back(templates: Sequence[ListedTemplate]) -> None:
    """Draw the button to the step before, where there is one."""
    at = STEPS.index(present_step())
    if at:
        st.button(
            "Back",
            key="draft_back",
            icon=":material/arrow_back:",
            on_click=go_to,
            args=(STEPS[at - 1], templates),
        )


def show_way_on(templates: Sequence[ListedTemplate]) -> None:
    """Draw the button to the next step, where there is one."""
    at = STEPS.index(present_step())
    if at < len(STEPS) - 1:
        st.button(
            "Next",
            key="draft_next",
            type="primary",
            on_click=go_to,
            args=(STEPS[at + 1], templates),
        )


def go_to(wanted: Step, templates: Sequence[ListedTemplate]) -> None:
    """Go to a step; on the way forward, stop where something must be corrected."""
    written = draft()
    for step in STEPS[: STEPS.index(wanted)]:
        if holds_up(step, written, templates):
            st.session_state[TRIED] = st.session_state.get(TRIED, frozenset()) | {step}
            st.session_state[STEP] = step
            return
    st.session_state[STEP] = wanted
