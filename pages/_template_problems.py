"""What is wrong with the template that is being written, and what could be better."""

from collections.abc import Mapping, Sequence
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
_ICONS: Final = {
    Severity.ERROR: ":red[:material/error:]",
    Severity.WARNING: ":orange[:material/warning:]",
    Severity.HINT: ":material/lightbulb:",
}


def show_problems(
    problems: Sequence[Problem],
    *,
    texts: Mapping[str, str],
    keys: Mapping[str, str],
    name: str = "all",
) -> None:
    """Draw what must or should be corrected, errors first.

    Args:
        problems: What is wrong; hints among it are passed over.
        texts: Part to what was written there, for excerpts.
        keys: Part to the key of its field, where a suggestion can be put.
        name: Tells this drawing from others on the page.
    """
    wrong = [
        problem
        for severity in (Severity.ERROR, Severity.WARNING)
        for problem in problems
        if problem.severity is severity
    ]
    if wrong:
        with st.container(border=True, key=f"draft_problems_{name}"):
            for index, problem in enumerate(wrong):
                _show(problem, f"draft_suggestion_{name}_{index}", texts=texts, keys=keys)


def show_hints(problems: Sequence[Problem], *, keys: Mapping[str, str]) -> None:
    """Draw what could be better; what is wrong is passed over."""
    hints = [problem for problem in problems if problem.severity is Severity.HINT]
    if hints:
        with st.container(border=True, key="draft_hints"):
            st.markdown("**Advice.** Nothing here is required.")
            for index, problem in enumerate(hints):
                _show(problem, f"draft_hint_{index}", texts={}, keys=keys)


def place_of(problem: Problem, text: str) -> str:
    """Return where in its part a problem is, as a person counts; empty when it is all of it."""
    if not text.strip() or (problem.start == 0 and problem.end >= len(text)):
        return ""
    before = text[: problem.start]
    first = problem.start - (before.rfind("\n") + 1) + 1
    last = first + max(problem.end - problem.start, 1) - 1
    line = f"line {before.count(chr(10)) + 1}, " if "\n" in text else ""
    return line + (f"character {first}" if first == last else f"characters {first} to {last}")


def _show(problem: Problem, key: str, *, texts: Mapping[str, str], keys: Mapping[str, str]) -> None:
    text = texts.get(problem.where, "")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_said(problem, text), width="stretch")
        if problem.suggestion is None or problem.where not in keys:
            return
        verb = "Add" if problem.start == problem.end else "Use"
        st.button(
            f"{verb} “{literal(_excerpt(problem.suggestion))}”" if problem.suggestion else "Remove",
            key=key,
            on_click=_apply,
            args=(keys[problem.where], problem),
        )


def _said(problem: Problem, text: str) -> str:
    icon = _ICONS[problem.severity]
    if problem.severity is Severity.HINT:
        return f"{icon} {literal(problem.message)}"
    part, _, rest = problem.where.partition("[")
    number = f" {int(rest.partition(']')[0]) + 1}" if rest else ""
    name = "Button" if rest else _PARTS.get(part, "Template")
    excerpt = text[problem.start : problem.end].strip()
    shown = f" “{literal(_excerpt(excerpt))}”" if excerpt and part != "name" else ""
    place = place_of(problem, text)
    where = f", {place}" if place and part != "name" else ""
    return f"{icon} **{name}{number}**{where}{shown}: {literal(problem.message)}"


def _excerpt(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= _LONGEST_EXCERPT else f"{shown[:_LONGEST_EXCERPT]}…"


def _apply(key: str, problem: Problem) -> None:
    written = str(st.session_state.get(key) or "")
    st.session_state[key] = (
        written[: problem.start] + (problem.suggestion or "") + written[problem.end :]
    )
