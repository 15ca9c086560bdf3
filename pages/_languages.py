"""One language for everybody, or each person's own: the choice, and how many people get which."""

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import streamlit as st

from pages._one_of import one_of
from pages._ui import relay
from pages._words import counted, plain
from relay_core.campaigns.campaign import CampaignDraft
from relay_core.campaigns.candidates import is_sendable
from relay_core.campaigns.reviewing import VariantShare
from relay_core.campaigns.variants import language_name
from relay_core.templates.kept.catalogue import ListedTemplate

_ONE: Final = "One for everybody"
_OWN: Final = "Each person's own"
_SAMPLE_WIDTH_PX: Final = 260


def languages_choice(
    variants: Sequence[ListedTemplate], integration: str | None, *, prefix: str
) -> tuple[str, ...]:
    """Draw the choice where a template has several languages; return the fallback order.

    Args:
        variants: The template, then its other languages.
        integration: What it leaves from; None while nobody has chosen.
        prefix: Of the widgets' keys.

    Returns:
        Empty where everybody gets the template.
    """
    own, *others = variants
    if not others:
        return ()
    names = {v.template.language: language_name(v.template.language) for v in variants}
    by = one_of(
        "Language",
        (_ONE, _OWN),
        key=f"{prefix}_by",
        persist_state="session",
    )
    if by != _OWN:
        there = ", ".join(names[v.template.language] for v in others)
        st.caption(
            f"Everybody gets {names[own.template.language]}. The template is also written in "
            f"{there}."
        )
        return ()
    waiting = [
        names[v.template.language]
        for v in variants
        if integration and not is_sendable(v, integration)
    ]
    if waiting:
        st.caption(
            f"{', '.join(waiting)}: cannot be sent from here yet, so nobody gets it until it can."
        )
    st.session_state.setdefault(f"{prefix}_order", [own.template.language])
    order = st.multiselect(
        "For people whose language it is not written in, in this order",
        list(names),
        format_func=lambda code: names.get(code, code),
        key=f"{prefix}_order",
        placeholder="Choose at least one language",
        persist_state="session",
    )
    st.caption("A person's language is the one of their profile in Zendesk.")
    return tuple(order) or (own.template.language,)


def load_languages(prefix: str, languages: Sequence[str]) -> None:
    """Put a stored choice where it is drawn; not while it is."""
    st.session_state[f"{prefix}_by"] = _OWN if languages else _ONE
    if languages:
        st.session_state[f"{prefix}_order"] = list(languages)


def shown_variant(variants: Sequence[ListedTemplate], *, prefix: str) -> ListedTemplate:
    """Draw a choice of languages to look at; return the one chosen."""
    by_language = {variant.template.language: variant for variant in variants}
    chosen = one_of(
        "Show",
        list(by_language),
        format_func=language_name,
        key=f"{prefix}_shown",
    )
    return by_language[chosen]


def show_language_counts(draft: CampaignDraft, *, key: str) -> None:
    """Draw how many people get each language, once that part of the page is opened.

    Raises:
        RelayError: They cannot be counted; its advice is for the page.
    """
    opened = st.expander(
        "How many people get each language",
        icon=":material/translate:",
        key=key,
        on_change="rerun",
    )
    if not opened.open:
        return
    with opened:
        found = relay().count_languages(draft)
        if not found.people:
            st.caption("Nobody will receive this.")
            return
        st.dataframe(
            pa.table(
                {
                    "Language": [language_name(code) for code in found.people],
                    "People": pa.array(found.people.values(), pa.int64()),
                }
            ),
            hide_index=True,
            width="content",
            key=f"{key}_table",
            alt=", ".join(
                f"{language_name(code)}: {people:,}" for code, people in found.people.items()
            ),
        )
        if found.fallen_back:
            st.caption(
                f"{counted(found.fallen_back, 'of them gets', 'of them get')} another language "
                "than their own, or no language is known of them."
            )
        for sentence in found.skipped:
            st.caption(plain(sentence))


def show_shares(shares: Sequence[VariantShare]) -> None:
    """Draw each language of a review: how many people get it, and what one of them will read."""
    if not shares:
        return
    st.markdown("**Who reads which language**")
    with st.grid(min_column_width=_SAMPLE_WIDTH_PX):
        for share in shares:
            with st.container(border=True, key=f"language_{share.language}"):
                st.markdown(
                    f"**{language_name(share.language)}** to "
                    f"{counted(share.people, 'person', 'people')}"
                )
                st.text(share.sample)
