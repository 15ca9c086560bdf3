"""What one person may ask for: everything that is known of them, and that it be forgotten."""

from functools import partial
from typing import Final

import streamlit as st

from pages._dialog import do_and_close, show_refusal
from pages._ui import Permission, actor, flash, flashing_errors, may, relay
from pages._words import plain, said_moment
from relay_core.privacy.erasure_words import erasure_in_words

_FILE: Final = "person_file"
_TYPED: Final = "person_erase_typed"


def requests_section(person_id: int) -> None:
    """Draw the two requests that anybody may make, to those who may answer them."""
    if not (may(Permission.SEE_PHONES) or may(Permission.ADMINISTER)):
        return
    st.header("Requests")
    with st.container(horizontal=True, vertical_alignment="center"):
        kept = st.session_state.get(_FILE)
        if not may(Permission.SEE_PHONES):
            pass
        elif kept is None or kept[0] != person_id:
            st.button(
                "Gather what is known",
                key="person_gather",
                icon=":material/folder_zip:",
                help="One page to read and the same for machines. It is noted who asked.",
                on_click=_gather,
                args=(person_id,),
            )
        else:
            st.download_button(
                "Download the file",
                kept[1],
                file_name=f"person-{person_id}.zip",
                mime="application/zip",
                key="person_file_download",
                icon=":material/download:",
                type="primary",
                on_click="ignore",
            )
        if may(Permission.ADMINISTER) and st.button(
            "Erase …", key="person_erase", icon=":material/delete_forever:"
        ):
            _erase_dialog(person_id)
    st.caption(
        "The file answers a request for access. An erasure keeps every figure and no name, number "
        "or text."
    )


def erased_section(person_id: int) -> bool:
    """Draw that somebody was erased; return whether they were, and are not mirrored since."""
    erased = next((e for e in relay().erased_people() if e.person_id == person_id), None)
    if erased is None:
        return False
    st.header(f"Person {person_id}")
    st.info(
        f"Erased on {said_moment(erased.erased_at)} by {plain(erased.actor)}. Relay does not copy "
        "this person from Zendesk any more.",
        icon=":material/person_off:",
    )
    if may(Permission.ADMINISTER):
        st.button(
            "Let Relay copy them again",
            key="person_let_back",
            icon=":material/undo:",
            on_click=_let_back,
            args=(person_id,),
        )
    return True


@st.dialog("Erase this person")
def _erase_dialog(person_id: int) -> None:
    traces = relay().traces_of_person(person_id)
    for line in erasure_in_words(traces):
        st.markdown(plain(line))
    st.text_input(f"Type {plain(traces.name)}, or their number, to be sure", key=_TYPED)
    show_refusal()
    st.button(
        "Erase for good",
        key="person_erase_now",
        type="primary",
        on_click=do_and_close,
        args=(partial(_erase, person_id),),
    )


def _erase(person_id: int) -> None:
    typed = str(st.session_state[_TYPED])
    relay().erase_person(person_id, typed=typed, actor=actor())
    st.session_state.pop(_FILE, None)
    flash("Erased. Figures stay as they were.")


def _gather(person_id: int) -> None:
    with flashing_errors():
        made = relay().dossier_of_person(person_id, actor=actor())
        st.session_state[_FILE] = (person_id, made.as_zip())


def _let_back(person_id: int) -> None:
    with flashing_errors():
        relay().let_person_back(person_id, actor=actor())
        flash("Relay may copy this person again, with the next whole sync.")
