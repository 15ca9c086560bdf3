"""Whose values a preview shows: the examples, or those of any real person."""

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from pages._template_guess import guessed_fields
from pages._ui import relay
from pages._words import plain
from relay_core.audience.person.finding import FoundPerson
from relay_core.campaigns.bindings import BindableField
from relay_core.templates.kept.catalogue import ListedTemplate
from relay_core.templates.messages.personal import TemplatePreview

_SEARCH: Final = "template_person_search"
_PERSON: Final = "template_person"


def person_choice() -> FoundPerson | None:
    """Draw the search; return whom, once that is clear."""
    wanted = st.text_input(
        "Preview with the values of",
        key=_SEARCH,
        type="search",
        placeholder="A person's name, phone number, e-mail or id",
        persist_state="session",
    )
    wanted = (wanted or "").strip()
    if not wanted:
        st.caption("Examples are shown. Search for a person to see their own values.")
        return None
    found = relay().find_people(wanted)
    if not found:
        st.caption("Nobody is found for this. Try another spelling, or sync people on Home.")
        return None
    if len(found) == 1:
        return found[0]
    people = {person.id: person for person in found}
    if st.session_state.get(_PERSON) not in people:
        st.session_state[_PERSON] = found[0].id
    chosen = st.selectbox(
        "Person",
        list(people),
        format_func=lambda id_: _said(people[id_]) if id_ in people else str(id_),
        key=_PERSON,
        persist_state="session",
    )
    return people[chosen]


def person_preview(listed: ListedTemplate, person: FoundPerson) -> TemplatePreview:
    """Draw which field fills each value; return what this person would get."""
    fields = {field.key: field for field in relay().bindable_fields()}
    chosen = _fields_choice(listed, fields)
    shown = relay().preview_template(listed.id, person_id=person.id, fields=chosen)
    empty = [
        value.example
        for value in listed.template.values
        if value.key in chosen and value.key in shown.missing
    ]
    if empty:
        st.caption(
            f":material/info: {plain(person.name)} has nothing in the field for "
            f"{plain(', '.join(empty))}. A campaign says a fallback there, or leaves the person "
            "out; the example is shown here."
        )
    return shown


def _fields_choice(listed: ListedTemplate, fields: Mapping[str, BindableField]) -> dict[str, str]:
    values = listed.template.values
    guessed = guessed_fields(values, list(fields.values()), earlier=_earlier(listed))
    chosen = {}
    if values:
        with st.grid(3, min_column_width=150):
            for value in values:
                key = f"template_field_{listed.id}_{value.key}"
                if st.session_state.setdefault(key, guessed.get(value.key)) not in fields:
                    st.session_state[key] = None
                field = st.selectbox(
                    f"{plain(value.example)} is",
                    list(fields),
                    index=None,
                    format_func=lambda key: fields[key].label if key in fields else key,
                    placeholder="The example",
                    key=key,
                    persist_state="session",
                )
                if field:
                    chosen[value.key] = field
    return chosen


def _earlier(listed: ListedTemplate) -> Sequence[Mapping[str, object]]:
    """Return how campaigns with this template fill its values, the latest first."""
    return [
        campaign.bindings for campaign in relay().campaigns() if campaign.template.id == listed.id
    ]


def _said(person: FoundPerson) -> str:
    return " · ".join(part for part in (person.name, person.phone, person.email) if part)
