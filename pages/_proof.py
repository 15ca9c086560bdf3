"""Checking an audience against Zendesk: started, watched, stopped, gone on with, compared."""

from pathlib import Path
from typing import Final

import pyarrow as pa
import streamlit as st

from pages._compared_with import BUILT, PERSON
from pages._pick_table import pick_row
from pages._ui import flashing_errors, relay
from pages._words import counted, plain, said_duration, said_moment
from relay_core.audience.comparing.differences import Comparison, OneSide, Why
from relay_core.audience.comparing.proof import ProofProgress, ProofResult, ProofState
from relay_core.audience.conditions.definition import AudienceDefinition, definition_to_json
from relay_core.audience.screening.preview import AudiencePreview
from relay_core.audience.zendesk.compiling import Exactness
from relay_core.errors import NotFound

_PERSON: Final = Path(__file__).parent / "person.py"
_KEPT: Final = "audience_proofs"
_STOPPING: Final = "audience_proof_stopping"
_EVERY_S: Final = 1
_LIKELY: Final = {
    Why.ADDED: "Created in Zendesk since the last sync",
    Why.CHANGED: "Changed in Zendesk since the last sync",
    Why.DELETED: "Deleted in Zendesk since the last sync",
    Why.MEMBERSHIPS: "Memberships of organizations are missing here, or older",
    Why.INDEX: "Zendesk's search does not know the latest change yet",
}


def show_proof(definition: AudienceDefinition, preview: AudiencePreview, *, key: str) -> None:
    """Draw the way to a check and what came of it.

    Raises:
        RelayError: The check cannot be looked at; its advice is for the page.
    """
    st.header("Check against Zendesk")
    if preview.plan is Exactness.MIRROR:
        st.caption(
            f"Zendesk's search cannot say this audience, so there is nothing to check it with. "
            f"{plain(' '.join(preview.reasons))}"
        )
        return
    if not relay().settings.is_connected:
        st.caption("Relay is not connected to Zendesk. See Setup.")
        return
    begun = _progress_of(definition)
    if begun is None:
        st.caption(
            "Zendesk is asked for the same people, all of them are fetched, and both answers are "
            f"compared. {plain(' '.join(preview.reasons))}"
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            _start_button("Check against Zendesk", definition, key=key)
        return
    was_running = begun.state is ProofState.RUNNING

    def live() -> None:
        so_far = _progress_of(definition)
        is_running = so_far is not None and so_far.state is ProofState.RUNNING
        if so_far is None or is_running != was_running:
            st.rerun()  # a whole run of the page begins or ends the timer, and counts anew
        _show(so_far, definition, key=key)

    st.fragment(live, run_every=_EVERY_S if was_running else None)()


def _show(so_far: ProofProgress, definition: AudienceDefinition, *, key: str) -> None:
    proof = _proofs()[definition_to_json(definition)]
    match so_far.state:
        case ProofState.RUNNING:
            _bar(so_far, "Reading")
            is_stopping = st.session_state.get(_STOPPING) == proof
            st.button(
                "Stopping after this page" if is_stopping else "Cancel",
                key=f"{key}_proof_cancel",
                disabled=is_stopping,
                on_click=_cancel,
                args=(proof,),
            )
        case ProofState.CANCELLED | ProofState.FAILED:
            _bar(so_far, "Stopped")
            if so_far.advice:
                st.error(plain(so_far.advice), icon=":material/error:")
            st.caption("What was fetched until then is kept. Going on repeats nothing.")
            with st.container(horizontal=True):
                st.button("Go on", key=f"{key}_proof_resume", on_click=_resume, args=(proof,))
                _start_button("Start anew", definition, key=key)
        case ProofState.FINISHED:
            _result(relay().proof_result(proof), key=key)
            _start_button("Check again", definition, key=key)


def _bar(so_far: ProofProgress, word: str) -> None:
    share = min(so_far.fetched / so_far.counted, 1.0) if so_far.counted else 0.0
    parts = [f"{word}: {so_far.fetched:,} of {so_far.counted:,} people fetched"]
    if not so_far.counted and so_far.state is ProofState.RUNNING:
        parts = ["Asking Zendesk how many there are"]
    if so_far.queries > 1:
        parts.append(f"query {so_far.query} of {so_far.queries}")
    if so_far.waited_s >= 1:
        parts.append(f"waited {said_duration(so_far.waited_s)} for Zendesk's rate limit")
    st.progress(share, text=", ".join(parts))
    for note in so_far.notes:
        st.caption(plain(note))


def _result(result: ProofResult, *, key: str) -> None:
    if result.complete:
        st.success(plain(result.sentence), icon=":material/check:")
    else:
        st.warning(plain(result.sentence), icon=":material/warning:")
    for note in result.notes:
        st.caption(plain(note))
    compared = result.comparison
    if compared is None:
        st.caption(
            "Conditions cannot say this query, so the mirror has no answer of its own to compare "
            "with."
        )
    else:
        _comparison(compared, key=key)
    with st.expander("What Zendesk was asked"):
        for query in result.queries:
            st.code(query, language=None, wrap_lines=True)
    st.caption(f"Checked {said_moment(result.checked_at)}.")


def _comparison(compared: Comparison, *, key: str) -> None:
    there, here = compared.only_in_zendesk, compared.only_in_mirror
    if not there.count and not here.count:
        people = counted(compared.in_both, "person", "people")
        st.markdown(f"Zendesk and the mirror agree: the same {people}.")
        return
    with st.container(horizontal=True):
        st.metric("In both", compared.in_both, format="localized", border=True)
        st.metric("Only in Zendesk", there.count, format="localized", border=True)
        st.metric("Only here", here.count, format="localized", border=True)
    _side(there, "Only in Zendesk", key=f"{key}_proof_there")
    _side(here, "Only here", key=f"{key}_proof_here")
    st.caption(
        "The people whom Zendesk gave are now known here as it gave them, so the figures above "
        "may have changed."
    )


def _side(side: OneSide, title: str, *, key: str) -> None:
    if not side.count:
        return
    st.markdown(f"**{title}**")
    if side.sentence:
        st.markdown(plain(side.sentence))
    index = pick_row(
        pa.table(
            {
                "Name": pa.array([each.name for each in side.people], pa.string()),
                "Likely reason": pa.array([_LIKELY[each.why] for each in side.people]),
                "Id": pa.array([str(each.id) for each in side.people], pa.string()),
            }
        ),
        key=key,
        alt=f"{title}: {counted(side.count, 'person', 'people')}.",
        columns={"Likely reason": st.column_config.TextColumn(width=420)},
    )
    shown = f"Showing {len(side.people):,} of {side.count:,}. " * (side.count > len(side.people))
    st.caption(f"{shown}Click a row to see what decides about that person.")
    if index is not None:
        st.switch_page(_PERSON, query_params={PERSON: str(side.people[index].id), BUILT: "1"})


def _start_button(label: str, definition: AudienceDefinition, *, key: str) -> None:
    st.button(
        label,
        key=f"{key}_proof_start",
        icon=":material/fact_check:",
        on_click=_start,
        args=(definition,),
    )


def _progress_of(definition: AudienceDefinition) -> ProofProgress | None:
    proof = _proofs().get(definition_to_json(definition))
    if proof is None:
        return None
    try:
        return relay().proof_progress(proof)
    except NotFound:  # only the latest checks are remembered
        del _proofs()[definition_to_json(definition)]
        return None


def _proofs() -> dict[str, str]:
    """Return the latest check of each audience of this session."""
    kept: dict[str, str] = st.session_state.setdefault(_KEPT, {})
    return kept


def _start(definition: AudienceDefinition) -> None:
    st.session_state.pop(_STOPPING, None)
    with flashing_errors():
        _proofs()[definition_to_json(definition)] = relay().start_proof(definition)


def _cancel(proof: str) -> None:
    with flashing_errors():
        relay().cancel_proof(proof)
        st.session_state[_STOPPING] = proof


def _resume(proof: str) -> None:
    st.session_state.pop(_STOPPING, None)
    with flashing_errors():
        relay().resume_proof(proof)
