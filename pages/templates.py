"""Templates: all of them, one of them, or a new one."""

import streamlit as st

from pages._template_form import new_template
from pages._template_list import chosen_template
from pages._template_view import show_template
from pages._ui import Permission, explaining_errors, flash, flashing_errors, relay, require
from relay_core.templates.kept.catalogue import ListedTemplate

require(Permission.VIEW)

_ONE = "template"
_NEW = "new"


def _show_all() -> None:
    st.query_params.clear()


def _begin_new() -> None:
    st.query_params.from_dict({_NEW: "1"})


def _refresh() -> None:
    with flashing_errors():
        relay().refresh_templates()
        flash("Templates and their status are up to date.")


def _draw_all(templates: list[ListedTemplate]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Templates")
        _refresh_button()
        st.button(
            "New template",
            key="new_template",
            type="primary",
            icon=":material/add:",
            on_click=_begin_new,
        )
    if not templates:
        st.write("There is no template yet. Write one, or refresh to fetch those you have at Meta.")
        return
    chosen = chosen_template(templates)
    if chosen is not None:
        st.query_params.from_dict({_ONE: str(chosen.id)})
        st.rerun()


def _draw_one(templates: list[ListedTemplate], wanted: str) -> None:
    with st.container(horizontal=True):
        _back_button()
        _refresh_button()
    listed = next((each for each in templates if str(each.id) == wanted), None)
    if listed is None:
        st.title("Templates")
        st.write("This template is not there any more. Choose another from the list.")
    else:
        show_template(listed)


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
    if _NEW in st.query_params:
        _back_button()
        new_template(relay().integrations())
    elif _ONE in st.query_params:
        _draw_one(relay().templates(), st.query_params[_ONE])
    else:
        _draw_all(relay().templates())
