"""Where each dynamic value of a message comes from: a field of the person, or a text of the run."""

from collections.abc import Mapping, Sequence
from typing import Final, assert_never

import streamlit as st

from pages._words import plain
from relay_core.campaigns.bindings import BindableField, Binding, FromField, Static
from relay_core.campaigns.variants import AskedValue, language_name

_STATIC: Final = "static"
_STATIC_LABEL: Final = "One text for everybody, asked at each send"


def bindings_choice(
    values: Sequence[AskedValue], fields: Sequence[BindableField], *, prefix: str
) -> dict[str, Binding]:
    """Draw one row for each value and return the bindings chosen so far.

    Args:
        values: Each with the languages that ask for it; said where not all of them do.
        fields: What a value can be filled from.
        prefix: Of the widgets' keys.
    """
    labels = {_STATIC: _STATIC_LABEL} | {field.key: field.label for field in fields}
    chosen: dict[str, Binding] = {}
    every = {language for asked in values for language in asked.languages}
    for asked in values:
        value = asked.value
        with st.container(border=True, key=f"{prefix}_{value.key}"):
            st.markdown(f"**{plain('{{' + value.example + '}}')}**")
            if every - set(asked.languages):
                names = ", ".join(language_name(code) for code in asked.languages)
                st.caption(f"Only in {names}.")
            with st.container(horizontal=True, vertical_alignment="bottom"):
                source = st.selectbox(
                    f"Fill {value.example} with",
                    list(labels),
                    index=None,
                    format_func=lambda key: labels.get(key, key),
                    placeholder="Choose a field of the person, or one text",
                    key=f"{prefix}_{value.key}_source",
                    persist_state="session",
                )
                if source and source != _STATIC:
                    fallback = st.text_input(
                        "If that field is empty, say",
                        key=f"{prefix}_{value.key}_fallback",
                        placeholder="Nothing: leave the person out",
                        persist_state="session",
                    )
                    chosen[value.key] = FromField(source, (fallback or "").strip() or None)
                elif source:
                    chosen[value.key] = Static()
    return chosen


def load_bindings(prefix: str, bindings: Mapping[str, Binding]) -> None:
    """Put stored bindings where the rows are drawn; not while they are."""
    for key, binding in bindings.items():
        match binding:
            case FromField(field, fallback):
                st.session_state[f"{prefix}_{key}_source"] = field
                st.session_state[f"{prefix}_{key}_fallback"] = fallback or ""
            case Static():
                st.session_state[f"{prefix}_{key}_source"] = _STATIC
            case _:
                assert_never(binding)
