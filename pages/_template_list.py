"""The templates of the account as a table that can be searched and narrowed."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import streamlit as st

from pages._pick_table import pick_row
from pages._template_words import shown_status
from pages._words import counted, said_moment
from relay_core.templates.kept.catalogue import ListedTemplate
from relay_core.templates.writing.languages import LANGUAGES
from relay_core.templates.writing.template import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What the list is narrowed to; empty means all."""

    words: str = ""
    categories: frozenset[Category] = frozenset()
    languages: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()

    def keeps(self, listed: ListedTemplate) -> bool:
        """Whether a template is among those asked for; every word stands in its name or texts."""
        template = listed.template
        text = " ".join((template.name, template.body, template.footer or "")).casefold()
        return (
            all(word in text for word in self.words.casefold().split())
            and (not self.categories or template.category in self.categories)
            and (not self.languages or template.language in self.languages)
            and (not self.statuses or any(i.status in self.statuses for i in listed.integrations))
        )


def chosen_template(templates: Sequence[ListedTemplate]) -> ListedTemplate | None:
    """Draw the list; return the template somebody clicked."""
    narrowing = _narrowing(templates)
    kept = [listed for listed in templates if narrowing.keeps(listed)]
    if not kept:
        st.caption("No template fits. Take a filter away.")
        return None
    index = pick_row(
        _table(kept),
        key="templates_table",
        columns={"Language": st.column_config.TextColumn(width=190)},
        alt=f"{counted(len(kept), 'template')} with the status on each integration.",
    )
    st.caption(
        f"{counted(len(kept), 'template')}"
        + (f" of {len(templates)}" if len(kept) < len(templates) else "")
        + ". Click a row to open it."
    )
    return None if index is None else kept[index]


def language_name(code: str) -> str:
    """Return a language as people call it; a code that Meta does not list stays a code."""
    return LANGUAGES.get(code, code)


def _narrowing(templates: Sequence[ListedTemplate]) -> Narrowing:
    categories = sorted({t.template.category for t in templates})
    languages = sorted({t.template.language for t in templates}, key=language_name)
    statuses = sorted({i.status for t in templates for i in t.integrations})
    with st.grid(4, min_column_width=150):
        words = st.text_input("Search", key="templates_words", type="search", live=True)
        category = st.multiselect(
            "Category",
            categories,
            format_func=lambda category: category.capitalize(),
            placeholder="All",
            key="templates_category",
        )
        language = st.multiselect(
            "Language",
            languages,
            format_func=language_name,
            placeholder="All",
            key="templates_language",
        )
        status = st.multiselect(
            "Status",
            statuses,
            format_func=lambda status: shown_status(status).word,
            placeholder="All",
            key="templates_status",
        )
    return Narrowing(
        words=words or "",
        categories=frozenset(category),
        languages=frozenset(language),
        statuses=frozenset(status),
    )


def _table(templates: Sequence[ListedTemplate]) -> pa.Table:
    columns = {
        "Template": [t.template.name for t in templates],
        "Language": [language_name(t.template.language) for t in templates],
        "Category": [t.template.category.capitalize() for t in templates],
    }
    for place, integration in enumerate(templates[0].integrations):
        # Two integrations may bear one name; columns may not.
        name = integration.name
        heading = name if name not in columns else f"{name} ({integration.id[-4:]})"
        columns[heading] = [shown_status(t.integrations[place].status).word for t in templates]
    columns["Last used"] = [said_moment(t.last_used) for t in templates]
    return pa.table(columns)
