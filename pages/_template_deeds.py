"""What can be done with one template: copy, change, translate, take away, delete."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st

from pages._dialog import do_and_close, show_refusal
from pages._template_draft import Purpose
from pages._template_names import language_name
from pages._template_wizard import draft_from
from pages._ui import Permission, actor, flash, flashing_errors, may, relay
from pages._words import counted, plain
from relay_core.errors import RelayError
from relay_core.templates.kept.catalogue import ListedTemplate
from relay_core.templates.writing.template import MediaHeader

WRITE: Final = "write"
"""The part of the address that says why somebody writes, and with `SOURCE` from what."""
SOURCE: Final = "from"
_TYPED: Final = "template_typed_name"
_ADDRESS: Final = "template_address"


def show_deeds(listed: ListedTemplate) -> None:
    """Draw the buttons."""
    if not may(Permission.WRITE_TEMPLATES):
        return
    desk = relay()  # the file is made later, by a thread that draws no page
    if listed.deleted_at is not None:
        st.button(
            "Duplicate",
            key="template_copy",
            icon=":material/content_copy:",
            on_click=partial(write, Purpose.COPY, listed),
        )
        return
    with st.container(horizontal=True, key="template_deeds"):
        if listed.held_by:
            st.button(
                "Edit", key="template_edit", icon=":material/edit:", on_click=_ways, args=(listed,)
            )
        else:
            st.button(
                "Edit",
                key="template_edit",
                icon=":material/edit:",
                on_click=partial(write, Purpose.EDIT, listed),
            )
        st.button(
            "Duplicate",
            key="template_copy",
            icon=":material/content_copy:",
            on_click=partial(write, Purpose.COPY, listed),
        )
        st.button(
            "Add a language",
            key="template_translate",
            icon=":material/translate:",
            on_click=partial(write, Purpose.TRANSLATE, listed),
        )
        st.download_button(
            "Export",
            lambda: json.dumps(desk.export_template(listed.id), ensure_ascii=False, indent=2),
            file_name=f"{listed.template.name}.{listed.template.language}.json",
            mime="application/json",
            key="template_export",
            icon=":material/download:",
            help="A file that can be imported here, or checked and submitted by `relay template`.",
            on_click="ignore",
        )
        st.button(
            "Delete",
            key="template_delete",
            type="tertiary",
            icon=":material/delete:",
            on_click=partial(_confirm_delete, listed),
        )


def write(purpose: Purpose, listed: ListedTemplate | None = None) -> None:
    """Go and write; for callbacks."""
    with flashing_errors():
        draft_from(purpose, listed, relay().integrations())
        source = {} if listed is None else {SOURCE: str(listed.id)}
        st.query_params.from_dict({WRITE: purpose, **source})


@st.dialog("Edit this template")
def _ways(listed: ListedTemplate) -> None:
    """Explain why what Meta holds cannot be changed, and what can be done instead."""
    st.markdown(
        f"Meta holds **{plain(listed.label)}**, and its text cannot be changed from here. "
        "There are two ways:"
    )
    st.markdown(
        "1. **Write it under a new name.** The old one keeps working until campaigns use the "
        "new one.\n"
        "2. **Delete it, then write it anew**, with the button Delete. All its languages go, and "
        "Meta keeps the name for 30 days."
    )
    if isinstance(listed.template.header, MediaHeader):
        _address_field(listed, listed.template.header)
    st.button(
        "Write under a new name",
        key="template_replace",
        type="primary",
        on_click=_from_dialog,
        args=(partial(write, Purpose.REPLACE, listed),),
    )


def _address_field(listed: ListedTemplate, header: MediaHeader) -> None:
    kind = header.kind.lower()
    st.markdown(f"The address of its {kind} can be changed: WhatsApp fetches it at each send.")
    st.text_input(f"Address of the {kind}", header.url, key=_ADDRESS, type="url")
    show_refusal()
    st.button(
        "Save the address",
        key="template_address_save",
        on_click=do_and_close,
        args=(partial(_save_address, listed, header),),
    )


def _save_address(listed: ListedTemplate, header: MediaHeader) -> None:
    address = str(st.session_state.get(_ADDRESS) or "").strip()
    changed = replace(listed.template, header=MediaHeader(header.kind, address))
    relay().edit_template(listed.id, changed, actor=actor())
    flash("The address is kept. It is used from the next message on.")


@st.dialog("Delete this template?")
def _confirm_delete(listed: ListedTemplate) -> None:
    """Ask for the name; a template in use stays."""
    languages = [
        language_name(other.template.language)
        for other in relay().templates()
        if other.template.name == listed.template.name and other.deleted_at is None
    ]
    held = [plain(status.name) for status in listed.held_by if status.type == "whatsapp"]
    st.markdown(
        f"**{plain(listed.template.name)}** is deleted in all its languages: "
        f"{', '.join(languages)}."
    )
    if held:
        st.markdown(f"It is deleted at Meta ({', '.join(held)}), which keeps the name for 30 days.")
    st.markdown("Campaigns that name it can be read, but not sent any more.")
    st.text_input(
        f"Type {plain(listed.template.name)} to go on",
        key=_TYPED,
        placeholder=listed.template.name,
    )
    show_refusal()
    st.button(
        "Delete template",
        key="template_delete_sure",
        type="primary",
        on_click=do_and_close,
        args=(partial(_delete, listed),),
    )


def _delete(listed: ListedTemplate) -> None:
    ended = relay().delete_template(
        listed.id, typed_name=str(st.session_state[_TYPED]).strip(), actor=actor()
    )
    if ended.refusals:
        raise RelayError(
            "not deleted everywhere",
            advice="It could not be deleted everywhere: "
            + " ".join(ended.refusals.values())
            + " Press again to try those that are left.",
        )
    st.query_params.clear()
    flash(f"{listed.template.name} is deleted, in {counted(len(ended.languages), 'language')}.")


def _from_dialog(deed: Callable[[], None]) -> None:
    deed()
    st.rerun()
