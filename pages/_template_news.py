"""News of templates on Home: what Meta decided lately."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import streamlit as st

from pages._template_history import said_change
from pages._ui import relay
from pages._words import counted, plain

_PAGE: Final = Path(__file__).parent / "templates.py"
_SINCE: Final = timedelta(days=7)
_MOST: Final = 5
"""Rows; what is beyond is said as a number."""


def show_template_news() -> None:
    """Draw one row for each change of the last days; nothing at all when there was none."""
    now = datetime.now(UTC)
    news = relay().template_news(now - _SINCE)
    if not news:
        return
    st.header("News of templates")
    with st.container(border=True, key="template_news"):
        for place, change in enumerate(news[:_MOST]):
            with st.container(horizontal=True, vertical_alignment="center"):
                with st.container(gap=None):
                    st.markdown(f"{said_change(change)}: {plain(change.label)}")
                    st.caption(said_ago(change.happened_at, now=now))
                st.button(
                    "Open template",
                    key=f"template_news_{place}",
                    on_click=st.switch_page,
                    args=(_PAGE,),
                    kwargs={"query_params": {"template": str(change.template_id)}},
                )
        if len(news) > _MOST:
            st.caption(f"{counted(len(news) - _MOST, 'earlier change')} in {_SINCE.days} days.")


def said_ago(moment: datetime, *, now: datetime) -> str:
    """Return how long ago something happened, as exact as anybody needs it."""
    minutes = max(round((now - moment).total_seconds() / 60), 0)
    if minutes < 1:
        return "Just now"
    if minutes < 60:  # noqa: PLR2004 - minutes of an hour
        return f"{counted(minutes, 'minute')} ago"
    hours = round(minutes / 60)
    if hours < 24:  # noqa: PLR2004 - hours of a day
        return f"{counted(hours, 'hour')} ago"
    return f"{counted(round(hours / 24), 'day')} ago"
