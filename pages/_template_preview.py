"""A template as phones show it: over WhatsApp, and over SMS with what it costs in parts."""

from collections.abc import Mapping
from typing import Final, assert_never

import streamlit as st

from pages._whatsapp_text import literal, shown_lines, whatsapp_markdown
from pages._words import counted
from relay_core.templates.messages.preview import lost_in_sms, sms_text, whatsapp_preview
from relay_core.templates.sms.parts import Encoding, SmsMeasure, measure
from relay_core.templates.writing.template import (
    Button,
    LinkButton,
    MediaHeader,
    MediaKind,
    PhoneButton,
    QuickReply,
    Template,
)

_MEDIA_ICONS: Final = {
    MediaKind.IMAGE: ":material/image:",
    MediaKind.VIDEO: ":material/movie:",
    MediaKind.DOCUMENT: ":material/description:",
}
_PHONE_WIDTH_PX: Final = 400
_MOST_FORCED: Final = 6
"""Characters outside GSM-7 that are named; more would not help to find them."""


def show_whatsapp(template: Template, values: Mapping[str, str]) -> None:
    """Draw the message as WhatsApp lays it out."""
    shown = whatsapp_preview(template, values)
    with st.container(border=True, width=_PHONE_WIDTH_PX, key="whatsapp_preview"):
        match shown.header:
            case str():
                st.markdown(f"**{literal(shown.header)}**" if shown.header.strip() else "")
            case MediaHeader(kind, url):
                st.markdown(f"{_MEDIA_ICONS[kind]} {kind.capitalize()}")
                st.caption(literal(url) or "No address yet.")
            case None:
                pass
            case _:
                assert_never(shown.header)
        st.markdown(whatsapp_markdown(shown.body))
        if shown.footer:
            st.caption(shown_lines(literal(shown.footer)))
        for button in shown.buttons:
            _show_button(button)


def show_sms(template: Template, values: Mapping[str, str]) -> None:
    """Draw the text message, its parts, and what SMS cannot show."""
    text = sms_text(template, values)
    measured = measure(text)
    with st.container(border=True, width=_PHONE_WIDTH_PX, key="sms_preview"):
        st.markdown(shown_lines(literal(text)))
    st.caption(_said_parts(measured))
    if measured.forced_by:
        st.caption(_said_forced(measured))
    for loss in lost_in_sms(template):
        st.caption(loss)


def _show_button(button: Button) -> None:
    match button:
        case LinkButton(text, url):
            st.markdown(f":material/open_in_new: **{literal(text)}**")
            st.caption(literal(url))
        case PhoneButton(text, number):
            st.markdown(f":material/call: **{literal(text)}**")
            st.caption(literal(number))
        case QuickReply(text):
            st.markdown(f":material/reply: **{literal(text)}**")
        case _:
            assert_never(button)


def _said_parts(measured: SmsMeasure) -> str:
    room = measured.encoding.alone
    if measured.parts > 1:
        room = measured.encoding.per_part * measured.parts
    return (
        f"{counted(measured.parts, 'part')}: {measured.units:,} of {room:,} characters "
        f"in {measured.encoding}, with these values."
    )


def _said_forced(measured: SmsMeasure) -> str:
    characters = dict.fromkeys(forced.character for forced in measured.forced_by)
    named = "  ".join(literal(character) for character in list(characters)[:_MOST_FORCED])
    more = "" if len(characters) <= _MOST_FORCED else " and others"
    return (
        f"{named}{more}: not in the alphabet of SMS, so a part holds "
        f"{Encoding.UCS2.alone} characters instead of {Encoding.GSM7.alone}."
    )
