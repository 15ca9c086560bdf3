"""What is wrong with the template that is being written, each with its remedy at hand."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import streamlit as st

from pages._whatsapp_text import literal
from relay_core.templates.rules.problems import Problem, Severity

_LONGEST_EXCERPT: Final = 40
_PARTS: Final = {
    "name": "Name",
    "language": "Language",
    "category": "Category",
    "header": "Header",
    "body": "Body",
    "footer": "Footer",
    "buttons": "Buttons",
}


def show_problems(
    problems: Sequence[Problem], *, texts: Mapping[str, str], keys: Mapping[str, str]
) -> None:
    """Draw each problem, errors first.

    Args:
        problems: What is wrong.
        texts: Part to what was written there, for excerpts.
        keys: Part to the key of its field, where a suggestion can be put.
    """
    if not problems:
        return
    with st.container(border=True, key="draft_problems"):
        for index, problem in enumerate(_by_severity(problems)):
            text = texts.get(problem.where, "")
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(_said(problem, text), width="stretch")
                if problem.suggestion is not None and problem.where in keys:
                    st.button(
                        f"Use {_excerpt(problem.suggestion)}" if problem.suggestion else "Remove",
                        key=f"draft_suggestion_{index}",
                        on_click=_apply,
                        args=(keys[problem.where], problem),
                    )


def _by_severity(problems: Sequence[Problem]) -> Iterator[Problem]:
    for severity in (Severity.ERROR, Severity.WARNING):
        yield from (problem for problem in problems if problem.severity is severity)


def _said(problem: Problem, text: str) -> str:
    icon = ":red[:material/error:]" if problem.severity is Severity.ERROR else ":material/info:"
    part, _, rest = problem.where.partition("[")
    place = f" {int(rest.partition(']')[0]) + 1}" if rest else ""
    name = "Button" if rest else _PARTS.get(part, "Template")
    excerpt = text[problem.start : problem.end].strip()
    shown = f" “{literal(_excerpt(excerpt))}”" if excerpt and part != "name" else ""
    return f"{icon} **{name}{place}**{shown}: {literal(problem.message)}"


def _excerpt(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= _LONGEST_EXCERPT else f"{shown[:_LONGEST_EXCERPT]}…"


def _apply(key: str, problem: Problem) -> None:
    written = str(st.session_state.get(key) or "")
    st.session_state[key] = (
        written[: problem.start] + (problem.suggestion or "") + written[problem.end :]
    )
