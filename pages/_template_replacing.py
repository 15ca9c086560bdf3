"""Characters that make a text message cost more, each with a button that writes another one."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import streamlit as st

from pages._template_draft import Draft
from pages._template_fields import BODY, FOOTER, HEADER_TEXT
from pages._whatsapp_text import literal
from pages._words import counted
from relay_core.templates.messages.preview import sms_text
from relay_core.templates.sms.parts import Encoding, ForcedBy, measure
from relay_core.templates.sms.replacing import replaceable, replaced_in_gsm
from relay_core.templates.writing.template import Template, TextHeader

_MOST: Final = 6
"""Characters that get a button of their own; the last button replaces all of them."""


def offer_replacements(written: Draft) -> None:
    """Draw a button for each character outside the alphabet of SMS that has a likeness in it."""
    typed = [str(st.session_state.get(key) or "") for key in _spoken(written)]
    near = list({f.character: f for text in typed for f in replaceable(text)}.values())
    if not near:
        return
    now = measure(sms_text(written.template, written.template.examples)).parts
    plainer = _replaced(written.template)
    after = measure(sms_text(plainer, plainer.examples)).parts
    with st.container(border=True, key="draft_replacements"):
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
                    args=(_spoken(written), forced.character),
                )
            st.button(
                "Replace all",
                key="draft_replace_all",
                icon=":material/find_replace:",
                on_click=_replace,
                args=(_spoken(written), None),
            )
        saved = (
            f"With all of them replaced: {counted(after, 'part')} instead of {now:,}. "
            if after < now
            else ""
        )
        st.caption(f"{saved}It changes the WhatsApp message too; the words stay the same.")


def _spoken(written: Draft) -> list[str]:
    """Return the keys of the fields whose texts a text message shows."""
    labels = [key for part, key in written.keys.items() if part.endswith(".text")]
    header = [HEADER_TEXT] if isinstance(written.template.header, TextHeader) else []
    return [BODY, FOOTER, *header, *labels]


def _replaced(template: Template) -> Template:
    header = template.header
    return replace(
        template,
        body=replaced_in_gsm(template.body),
        footer=replaced_in_gsm(template.footer) if template.footer else None,
        header=TextHeader(replaced_in_gsm(header.text))
        if isinstance(header, TextHeader)
        else header,
        buttons=tuple(replace(b, text=replaced_in_gsm(b.text)) for b in template.buttons),
    )


def _said(forced: ForcedBy) -> str:
    shown = forced.character if forced.character.isprintable() else "invisible sign"
    if not forced.suggestion:
        return f"Leave away {literal(shown)}"
    if forced.suggestion.isspace():
        return f"{literal(shown)} → space"
    return f"{literal(shown)} → {literal(forced.suggestion)}"


def _replace(keys: Sequence[str], character: str | None) -> None:
    """Write the likeness into every field; without a character, all of them."""
    for key in keys:
        if text := st.session_state.get(key):
            st.session_state[key] = replaced_in_gsm(str(text), character)
