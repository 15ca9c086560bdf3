"""Templates: all of them, one of them, or one that is being written."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from pages._template_check import MADE
from pages._template_deeds import SOURCE, WRITE, write
from pages._template_draft import Purpose, beginning, forget
from pages._template_history import said_change
from pages._template_import import import_template
from pages._template_list import chosen_template
from pages._template_result import show_result
from pages._template_view import ONE, show_template
from pages._template_wizard import draft_from, write_template
from pages._ui import Permission, explaining_errors, flash, flashing_errors, may, relay, require
from pages._words import counted, plain, said_moment
from relay_core.templates.kept.catalogue import ListedTemplate
from relay_core.templates.kept.changes import StatusChange

require(Permission.VIEW)

_CHANGES = "templates_changes"


def _show_all() -> None:
    st.query_params.clear()


def _start_over() -> None:
    forget()
    st.query_params.clear()


def _refresh() -> None:
    with flashing_errors():
        changes = relay().refresh_templates()
        st.session_state[_CHANGES] = changes
        flash(
            f"{counted(len(changes), 'change')} of status."
            if changes
            else "Up to date. No status has changed."
        )


def _draw_all(templates: list[ListedTemplate]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Templates")
        _refresh_button()
        if may(Permission.WRITE_TEMPLATES):
            st.button(
                "Import",
                key="templates_import",
                icon=":material/upload:",
                on_click=partial(st.query_params.from_dict, {WRITE: Purpose.FILE}),
            )
            st.button(
                "New template",
                key="new_template",
                type="primary",
                icon=":material/add:",
                on_click=partial(write, Purpose.NEW),
            )
    _show_freshness(templates)
    _show_changes()
    if not templates:
        st.write("There is no template yet. Write one, or refresh to fetch those you have at Meta.")
        return
    chosen = chosen_template(templates)
    if chosen is not None:
        st.query_params.from_dict({ONE: str(chosen.id)})
        st.rerun()


def _show_freshness(templates: Sequence[ListedTemplate]) -> None:
    """Say as of when the statuses are, and what could not be read."""
    looks = [i.checked_at for t in templates for i in t.integrations if i.checked_at]
    if looks:
        st.caption(
            f"Status as of {said_moment(max(looks))}. Meta's answers can take up to two hours to "
            "show here."
        )
    for integration in relay().integrations():
        if integration.trouble:
            st.warning(
                f"{plain(integration.name)}: {plain(integration.trouble)}", icon=":material/info:"
            )


def _show_changes() -> None:
    """Draw what the last refresh changed, once."""
    changes: Sequence[StatusChange] = st.session_state.pop(_CHANGES, ())
    if changes:
        with st.container(border=True, key="templates_changed"):
            st.markdown("**What changed**")
            for change in changes:
                st.markdown(f"- {plain(change.label)}: {said_change(change)}")


def _draw_one(templates: list[ListedTemplate], wanted: str, *, is_made: bool) -> None:
    with st.container(horizontal=True):
        _back_button()
        _refresh_button()
    _show_changes()
    listed = _found(templates, wanted)
    if listed is None:
        st.title("Templates")
        st.write("This template is not there any more. Choose another from the list.")
    elif is_made:
        show_result(listed)
    else:
        show_template(listed, templates)


def _draw_writing(templates: list[ListedTemplate], purpose: str, source: str | None) -> None:
    require(Permission.WRITE_TEMPLATES)
    wanted = Purpose(purpose) if purpose in set(Purpose) else Purpose.NEW
    listed = _found(templates, source) if source else None
    is_missing = listed is None and wanted not in {Purpose.NEW, Purpose.FILE}
    if wanted is not Purpose.FILE and not is_missing:
        draft_from(wanted, listed, relay().integrations())
    began = beginning()
    is_begun = began is not None and began.purpose is wanted
    with st.container(horizontal=True):
        _back_button()
        if is_begun:
            st.button(
                "Discard",
                key="draft_discard",
                type="tertiary",
                icon=":material/delete:",
                help="Forget what is written here.",
                on_click=_start_over,
            )
    if is_missing:
        st.title("Templates")
        st.write("The template to begin with is not there any more. Choose another from the list.")
    elif is_begun:
        write_template(relay().integrations(), templates)
    else:
        import_template()


def _found(templates: list[ListedTemplate], wanted: str) -> ListedTemplate | None:
    return next((each for each in templates if str(each.id) == wanted), None)


def _back_button() -> None:
    st.button(
        "All templates", key="all_templates", icon=":material/arrow_back:", on_click=_show_all
    )


def _refresh_button() -> None:
    st.button(
        "Refresh",
        key="refresh_templates",
        icon=":material/refresh:",
        help="Fetch templates, integrations and what Meta decided.",
        disabled=not relay().settings.is_connected,
        on_click=_refresh,
    )


with explaining_errors():
    if WRITE in st.query_params:
        _draw_writing(relay().templates(), st.query_params[WRITE], st.query_params.get(SOURCE))
    elif MADE in st.query_params:
        _draw_one(relay().templates(), st.query_params[MADE], is_made=True)
    elif ONE in st.query_params:
        _draw_one(relay().templates(), st.query_params[ONE], is_made=False)
    else:
        _draw_all(relay().templates())
