"""An audience before it is used: how many, why not more, and who."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import streamlit as st

from pages._distributions import show_distributions
from pages._notices import show_notices
from pages._people_table import show_decision, show_people, shown_decision
from pages._proof import show_proof
from pages._ui import explaining_errors, relay
from pages._waterfall import waterfall
from pages._words import counted, plain
from relay_core.audience.conditions.definition import AudienceDefinition
from relay_core.audience.policy import ANY_PURPOSE, Purpose
from relay_core.audience.screening.preview import AudiencePreview
from relay_core.reports.skips import skip_advice, skip_label

_LONGEST_SQL: Final = 50_000
"""Characters that a page still shows; a query's answer names everybody in it."""

_SQL_HEIGHT_PX: Final = 420


def show_preview(
    definition: AudienceDefinition, *, key: str, purpose: Purpose = ANY_PURPOSE
) -> AudiencePreview | None:
    """Count an audience and draw all that is known of it.

    Args:
        definition: Who is meant.
        key: What the names of the widgets begin with.
        purpose: What the audience is for.

    Returns:
        The figures, without people; None when it was refused, and the page says why.
    """
    with explaining_errors():
        preview = relay().preview_audience(definition, purpose=purpose, rows=0)
        show_figures(preview)
        if preview.matched:
            _part(_behind, definition, preview, key=key, purpose=purpose)
            _part(show_distributions, definition, preview, key=key, purpose=purpose)
        else:
            st.caption("Nobody matches. Change or remove a condition, or sync people on Home.")
        show_sql(preview, key=key)
        with explaining_errors():
            show_proof(definition, preview, key=key)
        return preview
    return None


def show_figures(preview: AudiencePreview) -> None:
    """Draw the sentence, the three numbers, how old they are, and what must be accepted."""
    st.markdown(plain(preview.explanation))
    with st.container(horizontal=True):
        st.metric("Matched", preview.matched, format="localized", border=True)
        st.metric(
            "Left out", preview.matched - preview.will_receive, format="localized", border=True
        )
        st.metric("Will receive", preview.will_receive, format="localized", border=True)
    show_notices(preview.notices)


def show_waterfall(preview: AudiencePreview, *, key: str) -> None:
    """Draw how the matched become those who will receive, one bar for each reason."""
    if not any(step.count for step in preview.steps):
        return
    waterfall(preview, key=key)
    _advice(preview)


def show_sql(preview: AudiencePreview, *, key: str) -> None:
    """Offer the question as the mirror was asked it; it is sent to the browser when opened."""

    def drawn() -> None:
        opened = st.expander(
            "Copy the SQL", icon=":material/code:", key=f"{key}_sql", on_change="rerun"
        )
        if not opened.open:
            return
        with opened:
            st.caption(
                "For DuckDB, on a copy of the file made by `relay export FILE.duckdb`. The page "
                "SQL knows messages, not everybody in Zendesk."
            )
            if len(preview.sql) <= _LONGEST_SQL:
                st.code(preview.sql, language="sql", height=_SQL_HEIGHT_PX)
            else:
                st.caption("It names everybody Zendesk found, and is too long to read here.")
            st.download_button(
                "Download SQL",
                preview.sql,
                file_name="audience.sql",
                mime="application/sql",
                key=f"{key}_sql_file",
                icon=":material/download:",
                on_click="ignore",
            )

    st.fragment(drawn)()


def advice_lines(skipped: Mapping[str, int]) -> list[str]:
    """Return one line for each reason of leaving people out, with what can be done."""
    return [
        f"**{skip_label(reason)}**: {counted(people, 'person', 'people')}. {skip_advice(reason)}"
        for reason, people in skipped.items()
    ]


def _behind(
    definition: AudienceDefinition, preview: AudiencePreview, *, key: str, purpose: Purpose
) -> None:
    """Draw the waterfall, and the people behind the bar that was chosen."""
    st.header("From matched to will receive")
    if any(step.count for step in preview.steps):
        waterfall(
            preview,
            key=f"{key}_waterfall",
            shown=shown_decision(preview, key=key),
            chosen=partial(show_decision, key=key),
        )
        st.caption("Select a bar, or choose under Show, to see its people.")
        _advice(preview)
    else:
        st.caption("Nobody is left out.")
    st.header("People")
    show_people(definition, preview, key=key, purpose=purpose)


def _advice(preview: AudiencePreview) -> None:
    with st.expander("Why people are left out, and what can be done"):
        for line in advice_lines({s.reason.value: s.count for s in preview.steps if s.count}):
            st.markdown(line)


def _part(draw: Callable[..., None], *args: object, **kwargs: object) -> None:
    """Draw a part of the page that is drawn again alone, and explains its own refusals."""

    def drawn() -> None:
        with explaining_errors():
            draw(*args, **kwargs)

    st.fragment(drawn)()
