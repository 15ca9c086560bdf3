"""One template: how it looks, what each integration says of it, and what to do about that."""

from collections.abc import Mapping, Sequence

import streamlit as st

from pages._template_deeds import show_deeds
from pages._template_history import show_history
from pages._template_names import language_name
from pages._template_person import person_choice, person_preview
from pages._template_preview import show_phone
from pages._template_problems import show_problems
from pages._template_status import show_statuses
from pages._ui import explaining_errors
from pages._words import plain, said_moment
from relay_core.templates.kept.catalogue import ListedTemplate
from relay_core.templates.writing.names import meta_name

ONE = "template"
"""The part of the address that says which template is shown."""


def show_template(listed: ListedTemplate, templates: Sequence[ListedTemplate]) -> None:
    """Draw everything about one template."""
    st.title(plain(listed.template.name))
    st.caption(_said_facts(listed))
    _show_kin(listed, templates)
    if listed.deleted_at is not None:
        st.warning(
            f"Deleted on {said_moment(listed.deleted_at)}. Campaigns that name it cannot be sent "
            "any more; choose another template there.",
            icon=":material/delete:",
        )
    show_deeds(listed)
    for part in listed.template.left_out:
        st.warning(f"Relay cannot send this part: {plain(part)}.", icon=":material/info:")
    st.header("On a phone")
    st.fragment(_preview)(listed)
    st.header("Integrations")
    show_statuses(listed)
    show_history(listed)


def open_template(template_id: int) -> None:
    """Go to a template; for callbacks."""
    st.query_params.from_dict({ONE: str(template_id)})


def _show_kin(listed: ListedTemplate, templates: Sequence[ListedTemplate]) -> None:
    """Draw a way to each other language of the same name."""
    kin = [
        other
        for other in templates
        if meta_name(other.template.name) == meta_name(listed.template.name)
    ]
    if len(kin) < 2:  # noqa: PLR2004 - one language alone needs no choice
        return
    with st.container(horizontal=True, vertical_alignment="center", key="template_languages"):
        for other in kin:
            is_this = other.id == listed.id
            name = language_name(other.template.language)
            st.button(
                f"**{name}**" if is_this else name,
                key=f"template_language_{other.id}",
                type="tertiary",
                icon=":material/radio_button_checked:"
                if is_this
                else ":material/radio_button_unchecked:",
                help=None if is_this else f"Show it in {name}",
                on_click=open_template,
                args=(other.id,),
            )


def _preview(listed: ListedTemplate) -> None:
    with explaining_errors():
        template = listed.template
        values: Mapping[str, str] = template.examples
        phone, whose = st.columns([2, 3], gap="large")
        with whose:
            person = person_choice() if template.values else None
            if person is not None:
                shown = person_preview(listed, person)
                values = {**values, **{k: v for k, v in shown.values.items() if v}}
                show_problems(shown.problems, texts=values, keys={})
            elif not template.values:
                st.caption("It has no dynamic values: everybody gets the same text.")
        with phone:
            show_phone(template, values, key="template_phone")


def _said_facts(listed: ListedTemplate) -> str:
    template = listed.template
    source = "Written in Relay" if listed.origin == "relay" else "From Sunshine Conversations"
    used = f"last used {said_moment(listed.last_used)}" if listed.last_used else "never used"
    return (
        f"{template.category.capitalize()}, {language_name(template.language)}. {source}, {used}."
    )
