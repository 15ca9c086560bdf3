"""The templates of the account as a table that can be searched and narrowed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import pyarrow as pa
import streamlit as st

from pages._pick_table import pick_row
from pages._template_names import language_name
from pages._template_words import SUBMITTABLE, shown_status
from pages._words import channel_name, counted, said_moment
from relay_core.templates.kept.catalogue import ListedTemplate
from relay_core.templates.writing.names import meta_name
from relay_core.templates.writing.template import Category, TextHeader

_WHATSAPP: Final = "whatsapp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What the list is narrowed to; empty means all."""

    words: str = ""
    categories: frozenset[Category] = frozenset()
    languages: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()

    def keeps(self, listed: ListedTemplate) -> bool:
        """Whether a template is among those asked for; every word stands somewhere in it."""
        template = listed.template
        text = _searched(listed)
        return (
            all(word in text for word in self.words.casefold().split())
            and (not self.categories or template.category in self.categories)
            and (not self.languages or template.language in self.languages)
            and (not self.channels or not self.channels.isdisjoint(channels_of(listed)))
            and (not self.statuses or not self.statuses.isdisjoint(_words_of(listed)))
        )


def chosen_template(templates: Sequence[ListedTemplate]) -> ListedTemplate | None:
    """Draw the list, one row for each name; return the template somebody clicked."""
    narrowing = _narrowing(templates)
    kept = [listed for listed in templates if narrowing.keeps(listed)]
    if not kept:
        st.caption("No template fits. Take a filter away.")
        return None
    groups = [list(group) for _, group in groupby(sorted(kept, key=_stored_name), key=_stored_name)]
    index = pick_row(
        _table(groups),
        key="templates_table",
        columns={
            "Template": st.column_config.TextColumn(width=220),
            "Languages": st.column_config.TextColumn(width=190),
        },
        alt=f"{counted(len(groups), 'template')} with the status on each integration.",
    )
    every = len({_stored_name(listed) for listed in templates})
    st.caption(
        f"{counted(len(groups), 'template')}"
        + (f" of {every}" if len(groups) < every else "")
        + f" in {counted(len(kept), 'text')}, one for each language. Click a row to open it."
    )
    return None if index is None else groups[index][0]


def channels_of(listed: ListedTemplate) -> tuple[str, ...]:
    """Return the channels that a template is meant for, in words."""
    kinds = {
        "WhatsApp" if status.type == _WHATSAPP else "SMS"
        for status in listed.integrations
        if status.type != _WHATSAPP or status.status not in SUBMITTABLE
    }
    return tuple(sorted(kinds, reverse=True))


def _narrowing(templates: Sequence[ListedTemplate]) -> Narrowing:
    words = st.text_input(
        "Search",
        key="templates_words",
        type="search",
        placeholder="Name, text, language or dynamic value",
        live=True,
    )
    with st.grid(4, min_column_width=150):
        category = _filter("Category", {t.template.category for t in templates}, str.capitalize)
        language = _filter("Language", {t.template.language for t in templates}, language_name)
        channel = _filter("Channel", {c for t in templates for c in channels_of(t)}, str)
        status = _filter("Status", {word for t in templates for word in _words_of(t)}, str)
    return Narrowing(
        words=words or "",
        categories=frozenset(Category(each) for each in category),
        languages=frozenset(language),
        channels=frozenset(channel),
        statuses=frozenset(status),
    )


def _filter(label: str, options: Iterable[str], said: Callable[[str], str]) -> list[str]:
    return st.multiselect(
        label,
        sorted(options, key=said),
        format_func=said,
        placeholder="All",
        key=f"templates_{label.lower()}",
    )


def _table(groups: Sequence[Sequence[ListedTemplate]]) -> pa.Table:
    columns = {
        "Template": [group[0].template.name for group in groups],
        "Category": [_joined(t.template.category.capitalize() for t in g) for g in groups],
        "Languages": [_joined(language_name(t.template.language) for t in g) for g in groups],
        "Channels": [_joined(c for t in g for c in channels_of(t)) for g in groups],
    }
    for place, integration in enumerate(groups[0][0].integrations):
        # Two integrations may bear one name; columns may not.
        heading = integration.name or channel_name(integration.type)
        heading = heading if heading not in columns else f"{heading} ({integration.id[-4:]})"
        columns[heading] = [
            _joined(shown_status(t.integrations[place].status).word for t in g) for g in groups
        ]
    columns["Last used"] = [
        said_moment(max((t.last_used for t in g if t.last_used), default=None)) for g in groups
    ]
    return pa.table(columns)


def _joined(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))


def _words_of(listed: ListedTemplate) -> frozenset[str]:
    return frozenset(shown_status(each.status).word for each in listed.integrations)


def _stored_name(listed: ListedTemplate) -> str:
    return meta_name(listed.template.name)


def _searched(listed: ListedTemplate) -> str:
    template = listed.template
    header = template.header.text if isinstance(template.header, TextHeader) else ""
    parts = (
        template.name,
        template.language,
        language_name(template.language),
        header,
        template.body,
        template.footer or "",
        *(button.text for button in template.buttons),
        *(value.example for value in template.values),
    )
    return " ".join(parts).casefold()
