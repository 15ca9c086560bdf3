"""A template as phones show it: over WhatsApp, and over SMS with what it costs in parts."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final, assert_never
from urllib.parse import unquote, urlsplit

import streamlit as st

from pages._one_of import one_of
from pages._ui import relay
from pages._whatsapp_text import fixed_width, literal, shown_lines, whatsapp_markdown
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
_SHOWN_MEDIA: Final = "template_media_shown"
"""Addresses of pictures that somebody asked to see."""


class Phone(StrEnum):
    """What a phone shows the message in."""

    WHATSAPP = "WhatsApp"
    SMS = "Text message"


def show_phone(template: Template, values: Mapping[str, str], *, key: str) -> None:
    """Draw the message on one phone, with a switch between the two; its key is `key`."""
    phone = one_of(
        "Shown in", tuple(Phone), key=key, label_visibility="collapsed", persist_state="session"
    )
    if phone == Phone.SMS:
        show_sms(template, values)
        show_losses(template)
    else:
        show_whatsapp(template, values)


def show_whatsapp(template: Template, values: Mapping[str, str]) -> None:
    """Draw the message as WhatsApp lays it out."""
    shown = whatsapp_preview(template, values)
    with st.container(border=True, width=_PHONE_WIDTH_PX, key="whatsapp_preview"):
        match shown.header:
            case str():
                st.markdown(f"**{literal(shown.header)}**" if shown.header.strip() else "")
            case MediaHeader():
                _show_media(shown.header)
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
    """Draw the text message and its parts."""
    text = sms_text(template, values)
    measured = measure(text)
    with st.container(border=True, width=_PHONE_WIDTH_PX, key="sms_preview"):
        st.markdown(shown_lines(literal(text)))
    st.caption(_said_parts(measured))
    if measured.forced_by:
        st.caption(_said_forced(measured))


def show_losses(template: Template) -> None:
    """Say what SMS cannot show, and what becomes of it."""
    for loss in lost_in_sms(template):
        st.caption(f":material/info: {loss}")


def show_values(template: Template) -> None:
    """Draw the examples that stand for a person's own values."""
    with st.container(horizontal=True):
        for value in template.values:
            st.badge(literal(value.example), color="gray")
    st.caption("A campaign fills each of them with a field of the person, or a text of the day.")


def _show_media(header: MediaHeader) -> None:
    """Draw what is known of the file; another site is asked for a picture only after a press."""
    url = header.url
    is_ours = _is_of_the_rehearsal(url)
    asked = url in st.session_state.get(_SHOWN_MEDIA, frozenset())
    if header.kind is MediaKind.IMAGE and url and (is_ours or asked):
        st.image(url, alt="The picture above the message.")
        return
    name = PurePosixPath(unquote(urlsplit(url).path)).name
    st.markdown(f"{_MEDIA_ICONS[header.kind]} {header.kind.capitalize()}  {literal(name)}")
    _show_address(url)
    if header.kind is MediaKind.IMAGE and url.startswith("https://"):
        st.button(
            "Show the picture",
            key="template_media_show",
            type="tertiary",
            icon=":material/visibility:",
            help="Your browser then asks the site where it is kept.",
            on_click=_ask_for,
            args=(url,),
        )


def _show_address(url: str) -> None:
    if url:
        st.markdown(fixed_width(url))
    else:
        st.caption("No address yet.")


def _is_of_the_rehearsal(url: str) -> bool:
    """Whether the stand-in world of a rehearsal, on this machine, keeps it."""
    sandbox = relay().settings.sandbox_url
    return bool(sandbox) and url.startswith(f"{str(sandbox).rstrip('/')}/")


def _ask_for(url: str) -> None:
    st.session_state[_SHOWN_MEDIA] = st.session_state.get(_SHOWN_MEDIA, frozenset()) | {url}


def _show_button(button: Button) -> None:
    match button:
        case LinkButton(text, url):
            st.markdown(f":material/open_in_new: **{literal(text)}**")
            _show_address(url)
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
    named = " ".join(f"“{literal(each)}”" for each in list(characters)[:_MOST_FORCED])
    more = "" if len(characters) <= _MOST_FORCED else " and others"
    return (
        f"{named}{more}: not in the alphabet of SMS, so a part holds "
        f"{Encoding.UCS2.alone} characters instead of {Encoding.GSM7.alone}."
    )
