"""Look up one person: why they are in an audience or not, and what was sent to them."""

from datetime import UTC, datetime
from typing import Final

import streamlit as st

from pages._compared_with import PERSON, Compared, asks_zendesk, comparison
from pages._found_people import people_table
from pages._opt_outs import opt_outs_section
from pages._person_history import history_section
from pages._person_requests import erased_section, requests_section
from pages._person_view import show_person, show_profile
from pages._pick_table import pick_row
from pages._ui import Permission, explaining_errors, relay, require
from pages._words import counted, said_moment
from relay_core.audience.person.explaining import PersonExplained

require(Permission.VIEW)

_SEARCH: Final = "person_search"
_MANY: Final = "person_many"
"""Whether there were several to choose from."""
_KEPT: Final = "person_explained"
_MOST_FOUND: Final = 20
"""The front desk gives no more candidates."""


def _search() -> None:
    st.text_input(
        "Name, phone number, e-mail or id",
        key=_SEARCH,
        type="search",
        placeholder="Ada Lovelace, +31 6 1234 5678, ada@example.com",
        persist_state="session",
        on_change=_leave,
    )


def _leave() -> None:
    st.query_params.pop(PERSON, None)


def _candidates() -> int | None:
    """Draw who may be meant; return whom, once that is clear."""
    wanted = str(st.session_state.get(_SEARCH) or "").strip()
    if not wanted:
        st.caption(
            "Search for somebody to see whether they would be messaged, why not, and what they "
            "were sent before."
        )
        return None
    found = relay().find_people(wanted)
    if not found:
        st.write("Nobody is found for this. Try another spelling, or sync people on Home.")
        return None
    st.session_state[_MANY] = len(found) > 1
    if len(found) == 1:
        return found[0].id
    more = ", perhaps more: say more of the name" if len(found) == _MOST_FOUND else ""
    st.caption(f"{counted(len(found), 'person', 'people')}{more}. Choose one.")
    row = pick_row(people_table(found), key="person_found", alt="Who may be meant.")
    return None if row is None else found[row].id


def _one(person_id: int) -> None:
    if erased_section(person_id):
        history_section(relay().history_of_person(person_id))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        compared = comparison()
        if st.session_state.get(_MANY):
            st.button(
                "Others found",
                key="person_others",
                type="tertiary",
                icon=":material/arrow_back:",
                on_click=_leave,
            )
    told = _explained(person_id, compared)
    show_person(told, words=compared.words, outcome=compared.outcome)
    history_section(relay().history_of_person(person_id))
    opt_outs_section(relay().opt_outs_of(person_id), relay().tag_changes_of(person_id))
    show_profile(told)
    requests_section(person_id)


def _explained(person_id: int, compared: Compared) -> PersonExplained:
    """Return why; what Zendesk had to be asked for is kept, so that drawing does not ask again."""
    definition, purpose = compared.definition, compared.purpose
    if not asks_zendesk(definition):
        return relay().explain_person(definition, person_id, purpose=purpose)
    mark = (definition, purpose, person_id)
    if st.session_state.get(_KEPT, (None,))[0] != mark:
        with st.spinner("Asking Zendesk"):
            told = relay().explain_person(definition, person_id, purpose=purpose)
        st.session_state[_KEPT] = (mark, told, datetime.now(UTC))
    _, kept, asked_at = st.session_state[_KEPT]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Zendesk was asked on {said_moment(asked_at)}.")
        st.button("Ask again", key="person_again", type="tertiary", on_click=_forget)
    explained: PersonExplained = kept
    return explained


def _forget() -> None:
    st.session_state.pop(_KEPT, None)


def _draw() -> None:
    st.title("Person")
    _search()
    asked = st.query_params.get(PERSON, "")
    if asked.isascii() and asked.isdecimal():
        _one(int(asked))
        return
    chosen = _candidates()
    if chosen is not None:
        st.query_params[PERSON] = str(chosen)
        st.rerun()


with explaining_errors():
    _draw()
