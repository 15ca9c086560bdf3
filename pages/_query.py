"""The query editor: Zendesk's search words, checked as they are typed, and what they would do."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from pages._ui import relay
from pages._words import counted, plain
from relay_core.audience.conditions.tree import ConditionTree
from relay_core.audience.search.diagnostics import Diagnostic, Severity
from relay_core.audience.search.query import QueryCheck

_AROUND: Final = 32
"""Characters shown on each side of a faulty piece."""
_LONGEST_OFFER: Final = 36
_HEIGHT_PX: Final = 92
_COLOURS: Final = {Severity.ERROR: "red", Severity.WARNING: "orange"}
_ICONS: Final = {Severity.ERROR: ":material/error:", Severity.WARNING: ":material/warning:"}
_ARROWS: Final = re.compile(r"[<>~-](?=\\?[=>-])")
"""Beginnings of what Streamlit would draw as one sign."""
_JOINER: Final = "\u2060"
"""Takes no room; nothing is replaced across it."""
_UNSEEN: Final = "␣"
"""Stands for a piece that nobody could see."""


def query_key(prefix: str) -> str:
    """Return the key under which the text of an editor is kept."""
    return f"{prefix}_query"


def query_text(prefix: str) -> str:
    """Return what is typed at this moment, without blanks around it."""
    return str(st.session_state.get(query_key(prefix)) or "").strip()


def load_query(prefix: str, text: str) -> None:
    """Replace what is typed. For callbacks: the widget is drawn afterwards."""
    st.session_state[query_key(prefix)] = text


@dataclass(frozen=True, slots=True)
class Typed:
    """A query that may be put to Zendesk."""

    query: str
    check: QueryCheck


def query_editor(prefix: str, *, answered: str | None = None) -> Typed | None:
    """Draw the editor and everything there is to say about what is typed.

    Args:
        prefix: Names this editor; two editors never share what was typed.
        answered: The query whose answer is on the page, and says itself what it means.

    Returns:
        The query; None while there is none that may be put to Zendesk.
    """
    st.text_area(
        "Zendesk query",
        key=query_key(prefix),
        placeholder='role:end-user tags:vip created>2026-01-01 organization:"Acme"',
        help="The words of Zendesk's own search for users. Words side by side must all hold; "
        "a keyword that is repeated means any of its values; a minus excludes.",
        height=_HEIGHT_PX,
        persist_state="session",
    )
    query = query_text(prefix)
    if not query:
        return None
    check = relay().check_query(query)
    for severity in (Severity.ERROR, Severity.WARNING):
        said = [each for each in check.diagnostics if each.severity is severity]
        if said:
            _show_group(prefix, query, said, severity)
    if not check.valid:
        return None
    if query != answered:
        st.markdown(_exactly(check.explanation))
    if check.canonical != query:
        st.caption(f"In its plainest form: {_exactly(check.canonical)}")
    if check.conditions is None and check.not_in_builder:
        with st.expander("Why this cannot be opened in the builder"):
            for reason in check.not_in_builder:
                st.markdown(f"- {_exactly(reason)}")
    return Typed(query, check)


def builder_button(
    prefix: str, typed: Typed, *, open_in_builder: Callable[[ConditionTree], None]
) -> None:
    """Offer to go on with conditions, where they can say the same.

    Args:
        prefix: Names the editor.
        typed: What is typed.
        open_in_builder: Called with the conditions, before the page is drawn again.
    """
    if typed.check.conditions is not None:
        st.button(
            "Open in builder",
            key=f"{prefix}_query_open",
            icon=":material/tune:",
            type="tertiary",
            on_click=open_in_builder,
            args=(typed.check.conditions,),
        )


def _show_group(prefix: str, query: str, said: Sequence[Diagnostic], severity: Severity) -> None:
    colour, icon = _COLOURS[severity], _ICONS[severity]
    number = counted(len(said), str(severity))
    them = "it" if len(said) == 1 else "them"
    then = (
        f"Correct {them} before people are looked for."
        if severity is Severity.ERROR
        else "To be accepted before anything is sent."
    )
    with st.container(border=True, key=f"{prefix}_query_{severity}"):
        st.markdown(f":{colour}[{icon} **{number.capitalize()}**] · {then}")
        for place, diagnostic in enumerate(said):
            _show_diagnostic(f"{prefix}_{severity}_{place}", prefix, query, diagnostic)


def _show_diagnostic(key: str, prefix: str, query: str, diagnostic: Diagnostic) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key=key
    ):
        with st.container(gap=None, width="stretch"):
            if place := marked(query, diagnostic):
                st.markdown(place)
            st.markdown(_exactly(diagnostic.message))
        if diagnostic.suggestion is not None:
            st.button(
                f"Use {_exactly(_offer(query, diagnostic.suggestion))}",
                key=f"{key}_use",
                help=_exactly(diagnostic.suggestion),
                on_click=load_query,
                args=(prefix, diagnostic.suggestion),
                width="content",
            )


def marked(query: str, diagnostic: Diagnostic) -> str:
    """Return the query around a faulty piece as Markdown, the piece marked.

    Empty where the whole query is meant.
    """
    start, end = diagnostic.start, max(diagnostic.end, diagnostic.start)
    if start == 0 and end >= len(query):
        return ""
    before, piece, after = (_one_line(p) for p in (query[:start], query[start:end], query[end:]))
    head = f"…{before[-_AROUND:]}" if len(before) > _AROUND + 1 else before
    tail = f"{after[:_AROUND]}…" if len(after) > _AROUND + 1 else after
    mark = f"{_COLOURS[diagnostic.severity]}-background[**{_exactly(piece.strip()) or _UNSEEN}**]"
    left = " " * (piece[:1] == " " and bool(piece.strip()))
    right = " " * (piece[-1:] == " " and bool(piece.strip()))
    # A colon right before the mark would be read as a part of it.
    head = re.sub(r":$", r"\\:", _exactly(head.lstrip()))
    return f"{head}{left}:{mark}{right}{_exactly(tail)}"


def _one_line(text: str) -> str:
    return re.sub(r"\s", " ", text)


def _exactly(text: str) -> str:
    """Return a text as Markdown that also keeps `>=` as two characters."""
    return _ARROWS.sub(rf"\g<0>{_JOINER}", plain(text))


def _offer(query: str, suggestion: str) -> str:
    """Return a rewrite so short that it can stand on a button: what differs, where it is long."""
    if len(suggestion) <= _LONGEST_OFFER:
        return suggestion
    same = next(
        (n for n, (one, other) in enumerate(zip(query, suggestion, strict=False)) if one != other),
        min(len(query), len(suggestion)),
    )
    changed = suggestion.rfind(" ", 0, same)
    begin = suggestion.rfind(" ", 0, max(changed, 0)) + 1  # with the word before it
    shown = suggestion[begin : begin + _LONGEST_OFFER]
    return f"{'…' if begin else ''}{shown}{'…' if begin + len(shown) < len(suggestion) else ''}"
