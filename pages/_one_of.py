"""A choice of one among a few, all of them seen."""

from collections.abc import Callable, Sequence
from typing import Literal, TypeVar

import streamlit as st

T = TypeVar("T")


def one_of(
    label: str,
    options: Sequence[T],
    *,
    key: str,
    label_visibility: Literal["visible", "collapsed"] = "visible",
    persist_state: Literal["session"] | None = None,
    format_func: Callable[[T], str] = str,
    help: str | None = None,  # noqa: A002 - as every widget calls it
) -> T:
    """Draw the options side by side and return the chosen one; at first, that is the first.

    Streamlit's segmented control writes what is chosen in the accent colour, which cannot be read
    in the dark theme: there the accent has to be dark enough for the white text of buttons.
    """
    chosen = st.radio(
        label,
        options,
        key=key,
        horizontal=True,
        label_visibility=label_visibility,
        persist_state=persist_state,
        format_func=format_func,
        help=help,
    )
    return options[0] if chosen is None else chosen
