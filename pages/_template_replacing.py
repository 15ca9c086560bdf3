"""Characters that make a text message cost more, each with a button that writes another one."""

import unicodedata
from collections.abc import Sequence
from typing import Final

import streamlit as st

from pages._template_draft import BODY, FOOTER, HEADER_TEXT, PREFIX, Draft
from pages._whatsapp_text import literal
from pages._words import counted
from relay_core.templates.messages.preview import sms_text
from relay_core.templates.sms.parts import Encoding, ForcedBy, in_gsm, measure
from relay_core.templates.sms.replacing import replaced_in_gsm

_MOST: Final = 6
"""Characters that get a button of their own; the last button replaces all of them."""


def offer_replacements(written: Draft) -> None:
    """Draw a button for each character outside the alphabet of SMS that has a likeness in it."""
    text = sms_text(written.template, written.template.examples)
    measured = measure(text)
    each = {forced.character: forced for forced in measured.forced_by}
    near = [forced for forced in each.values() if forced.suggestion is not None]
    if not near:
        return
    with st.container(border=True, key="draft_replacements"):
        after = measure(in_gsm(text)).parts
        st.markdown(
            "**As text message** these characters need the longer alphabet, in which a part holds "
            f"{Encoding.UCS2.alone} characters instead of {Encoding.GSM7.alone}."
        )
        with st.container(horizontal=True):
            for place, forced in enumerate(near[:_MOST]):
                st.button(
                    _said(forced),
                    key=f"draft_replace_{place}",
                    help=unicodedata.name(forced.character[0], "").capitalize() or None,
                    on_click=_replace,
                    args=(written, [forced.character]),
                )
            st.button(
                "Replace all",
                key="draft_replace_all",
                icon=":material/find_replace:",
                on_click=_replace,
                args=(written, [forced.character for forced in near]),
            )
        saved = (
            f"With all of them replaced: {counted(after, 'part')} instead of {measured.parts:,}. "
            if after < measured.parts
            else ""
        )
        st.caption(f"{saved}It changes the WhatsApp message too; the words stay the same.")


def _said(forced: ForcedBy) -> str:
    shown = forced.character if forced.character.isprintable() else "invisible sign"
    if not forced.suggestion:
        return f"Leave away {literal(shown)}"
    if forced.suggestion.isspace():
        return f"{literal(shown)} → space"
    return f"{literal(shown)} → {literal(forced.suggestion)}"


def _replace(written: Draft, characters: Sequence[str]) -> None:
    """Write the likenesses into every text that a text message shows."""
    spoken = {BODY, FOOTER, HEADER_TEXT} | {
        key for part, key in written.keys.items() if part.endswith(".text")
    }
    for key in spoken:
        if not key.startswith(PREFIX) or not st.session_state.get(key):
            continue
        text = str(st.session_state[key])
        for character in characters:
            text = replaced_in_gsm(text, character)
        st.session_state[key] = text
