"""The widgets that hold a condition's value: a text, a number, a day, a duration, choices."""

from collections.abc import Sequence
from datetime import date
from typing import Final, Literal

import streamlit as st

from relay_core.audience.conditions.tree import Scalar

FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2999, 12, 31)
_SHORT_PX: Final = 132
_UNIT_PX: Final = 108
_DAY_PX: Final = 160


def label_shown(*, first: bool) -> Literal["visible", "collapsed"]:
    """Return how a row shows its labels: only the first of a list repeats them."""
    return "visible" if first else "collapsed"


def text_widget(key: str, *, first: bool) -> str | None:
    """Draw a field for a text; None while nothing is typed."""
    typed = st.text_input(
        "Value",
        key=key,
        placeholder="Type a text",
        label_visibility=label_shown(first=first),
        persist_state="session",
    )
    return (typed or "").strip() or None


def choices_widget(
    key: str, labels: dict[str, str], *, hint: str, is_open: bool, first: bool
) -> tuple[str, ...] | None:
    """Draw choices, of which several can be taken; None while there is none.

    Args:
        key: Of the widget.
        labels: What is shown for each choice.
        hint: What to do, shown while nothing is chosen.
        is_open: Whether others can be typed.
        first: Whether the label is shown.
    """
    chosen: Sequence[str] = st.session_state.get(key) or ()
    shown = hash(tuple(labels.items()))
    if st.session_state.get(f"{key}_shown", shown) != shown and chosen:
        # The browser names a choice by its label, and labels carry numbers that change.
        st.session_state[key] = list(chosen)
    st.session_state[f"{key}_shown"] = shown
    taken = st.multiselect(
        "Values",
        (*labels, *(value for value in chosen if value not in labels)),
        format_func=lambda value: labels.get(value, value),
        key=key,
        placeholder=hint,
        accept_new_options=is_open,
        label_visibility=label_shown(first=first),
        persist_state="session",
    )
    return tuple(taken) or None


def yes_no_widget(key: str, *, first: bool) -> bool:
    """Draw a choice between yes and no."""
    return st.selectbox(
        "Value",
        (True, False),
        format_func=lambda yes: "yes" if yes else "no",
        key=key,
        label_visibility=label_shown(first=first),
        persist_state="session",
    )


def number_widget(
    key: str,
    label: str,
    *,
    first: bool,
    least: float | None = None,
    most: float | None = None,
) -> float | int | None:
    """Draw a field for a number; a whole one comes back as such, so that it is stored as typed."""
    number = st.number_input(
        label,
        value=None,
        min_value=least,
        max_value=most,
        key=key,
        placeholder="A number",
        format="%.10g",
        label_visibility=label_shown(first=first),
        persist_state="session",
    )
    return int(number) if number is not None and number.is_integer() else number


def whole_widget(key: str, label: str, *, first: bool) -> int | None:
    """Draw a field for a whole number from 1 up."""
    return st.number_input(
        label,
        min_value=1,
        value=None,
        step=1,
        key=key,
        placeholder="How many",
        label_visibility=label_shown(first=first),
        persist_state="session",
        width=_SHORT_PX,
    )


def day_widget(key: str, label: str, *, first: bool) -> str | None:
    """Draw a calendar, or a text where a moment is kept that a calendar cannot show."""
    if f"{key}_exact" in st.session_state:
        typed = st.text_input(
            label,
            key=f"{key}_exact",
            help="A moment with its offset, e.g. 2026-03-08T09:00:00+01:00, or a day.",
            label_visibility=label_shown(first=first),
            persist_state="session",
        )
        return (typed or "").strip() or None
    day = st.date_input(
        label,
        value=None,
        min_value=FIRST_DAY,
        max_value=LAST_DAY,
        key=key,
        format="YYYY-MM-DD",
        label_visibility=label_shown(first=first),
        persist_state="session",
        width=_DAY_PX,
    )
    return day.isoformat() if isinstance(day, date) else None


def duration_widget(
    key: str, units: Sequence[str], *, usual: str, first: bool
) -> tuple[int, str] | None:
    """Draw an amount and its unit; None while the amount is missing."""
    amount = whole_widget(f"{key}_amount", "Amount", first=first)
    st.session_state.setdefault(f"{key}_unit", usual)
    unit = st.selectbox(
        "Unit",
        units,
        key=f"{key}_unit",
        label_visibility=label_shown(first=first),
        persist_state="session",
        width=_UNIT_PX,
    )
    return None if amount is None or unit is None else (amount, unit)


def drawn_widget(key: str, amount: float | None, *, first: bool) -> Scalar | tuple[Scalar, ...]:
    """Draw the seed beside an amount of people; return both, or the amount alone."""
    seed = st.text_input(
        "Seed (optional)",
        key=key,
        placeholder="Seed (optional)",
        help="The same seed draws the same people each time; another one draws others.",
        max_chars=100,
        label_visibility=label_shown(first=first),
        persist_state="session",
    )
    said = (seed or "").strip()
    return (amount, said) if amount is not None and said else amount
