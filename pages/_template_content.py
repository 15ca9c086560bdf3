"""The third step of writing a template: what it says, with problems and previews as you type."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from pages._live_text import send_while_typing
from pages._one_of import one_of
from pages._template_buttons import buttons_fields
from pages._template_draft import Draft, draft
from pages._template_fields import BODY, FOOTER, HEADER, HEADER_TEXT, HEADER_URL, HeaderKind
from pages._template_preview import show_phone, show_values
from pages._template_problems import show_hints, show_problems
from pages._template_replacing import offer_replacements
from pages._template_steps import Step, problems_of, was_tried
from relay_core.templates.rules.media import ACCEPTED
from relay_core.templates.rules.problems import Problem, ProblemCode, Severity
from relay_core.templates.rules.templates import LONGEST_BODY, LONGEST_FOOTER, LONGEST_HEADER
from relay_core.templates.rules.texts import meta_length
from relay_core.templates.writing.template import MediaKind

_BODY_HEIGHT_PX: Final = 180


def content_step() -> None:
    """Draw the texts, what is wrong with each below it, and beside them what they make."""
    fields, shown = st.columns([3, 2], gap="large")
    with fields:
        st.header("Content")
        st.caption(
            "Write an example between double braces where each person gets their own value: "
            "Hello \\{\\{Clarice\\}\\}. The same example twice is one value."
        )
        _fields()
    written = draft()
    with shown:
        st.header("Preview")
        if not written.template.body.strip():
            st.caption("What phones show appears here as soon as there is a body.")
            return
        show_phone(written.template, written.template.examples, key="draft_phone")
        offer_replacements(written)
        if written.template.values:
            st.markdown("**Dynamic values**")
            show_values(written.template)


def _fields() -> None:
    # What the fields hold is known before they are drawn: each has its key.
    written = draft()
    problems = _said_now(problems_of(Step.CONTENT, written), written)
    _header_fields()
    _show_wrong("header", problems, written)
    st.text_area(
        "Body",
        key=BODY,
        height=_BODY_HEIGHT_PX,
        placeholder="Hello {{Clarice}}, your order {{A-1042}} is ready. Any question? Just reply.",
        help="*bold*, _italic_, ~struck~ and ```fixed width``` show in WhatsApp; text messages "
        "show plain words.",
        persist_state="session",
    )
    send_while_typing(BODY)
    _show_length(BODY, LONGEST_BODY)
    _show_wrong("body", problems, written)
    st.text_input(
        "Footer (optional)",
        key=FOOTER,
        placeholder="Reply STOP to hear no more",
        live=True,
        persist_state="session",
    )
    _show_length(FOOTER, LONGEST_FOOTER)
    _show_wrong("footer", problems, written)
    buttons_fields()
    _show_wrong("buttons", problems, written)
    show_hints(problems, keys=written.keys)


def _show_wrong(part: str, problems: Sequence[Problem], written: Draft) -> None:
    show_problems(
        [problem for problem in problems if problem.where.partition("[")[0] == part],
        texts=written.texts,
        keys=written.keys,
        name=part,
    )


def _header_fields() -> None:
    kind = one_of("Header", tuple(HeaderKind), key=HEADER, persist_state="session")
    if kind is HeaderKind.NONE:
        return
    if kind is HeaderKind.TEXT:
        st.text_input(
            "Header text",
            key=HEADER_TEXT,
            placeholder="Order {{A-1042}}",
            live=True,
            persist_state="session",
        )
        _show_length(HEADER_TEXT, LONGEST_HEADER)
        return
    st.text_input(
        f"Address of the {kind.lower()}",
        key=HEADER_URL,
        placeholder="https://help.acme.example/hc/article_attachments/1234",
        help="Where WhatsApp fetches it at each send: it must stay there, open to everybody.",
        live=True,
        persist_state="session",
    )
    accepted = ACCEPTED[MediaKind(kind.upper())]
    st.caption(
        f"{accepted.names}, at most {accepted.most_mb} MB. The last step looks whether it can be "
        "fetched."
    )


def _show_length(key: str, longest: int) -> None:
    length = meta_length(str(st.session_state.get(key) or ""))
    if length:
        st.caption(f"{length:,} of {longest:,} characters")


def _said_now(problems: Sequence[Problem], written: Draft) -> list[Problem]:
    """Return what may be said already: nobody is blamed for what is not written yet."""
    is_begun = bool(written.template.body.strip())
    tried = was_tried(Step.CONTENT)
    return [
        problem
        for problem in problems
        if (tried or problem.code is not ProblemCode.EMPTY)
        and (is_begun or problem.severity is not Severity.HINT)
    ]
