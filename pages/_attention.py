"""What needs somebody: runs that stopped or went wrong, promises held, templates not allowed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, assert_never

import streamlit as st

from pages._template_words import SUBMITTABLE, shown_status
from pages._words import counted, plain
from relay_core.campaigns.schedules import Schedule, ScheduleState
from relay_core.reports.overview import Attention, Concern
from relay_core.templates.kept.catalogue import ListedTemplate

_HERE: Final = Path(__file__).parent
_MOST: Final = 8
"""Rows; what is beyond is said as a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    icon: str
    title: str
    sentence: str
    button: str
    press: Callable[[], None]


def show_attention(
    runs: Sequence[Attention],
    templates: Sequence[ListedTemplate],
    schedules: Sequence[Schedule],
) -> None:
    """Draw one row for each thing, with the way to it; nothing at all when all is well."""
    rows = [
        *(_schedule_row(each) for each in schedules if each.state is ScheduleState.HELD),
        *(_run_row(each) for each in runs),
        *_template_rows(templates),
    ]
    if not rows:
        return
    st.header("Needs attention")
    with st.container(border=True):
        for index, row in enumerate(rows[:_MOST]):
            with st.container(horizontal=True, vertical_alignment="center"):
                with st.container(gap=None):
                    st.markdown(f"{row.icon} **{plain(row.title)}**")
                    st.caption(plain(row.sentence))
                st.button(row.button, key=f"attention_{index}", on_click=row.press)
        if len(rows) > _MOST:
            st.caption(f"{len(rows) - _MOST} more. See Reports and Templates.")


def _schedule_row(schedule: Schedule) -> _Row:
    return _Row(
        icon=":orange[:material/pause_circle:]",
        title=f"{schedule.campaign} was not sent as scheduled",
        sentence=schedule.note or "",
        button="Open campaign",
        press=_opening("campaigns.py", campaign=schedule.campaign),
    )


def _run_row(attention: Attention) -> _Row:
    title = f"{attention.campaign}, run {attention.run}"
    match attention.concern:
        case Concern.AWAITING:
            icon, page, button = ":blue[:material/how_to_reg:]", "run.py", "Open run"
        case Concern.PAUSED:
            icon, page, button = ":orange[:material/pause_circle:]", "run.py", "Open run"
        case Concern.UNKNOWN:
            icon, page, button = ":orange[:material/help:]", "reports.py", "Open report"
        case Concern.FAILURES:
            icon, page, button = ":red[:material/error:]", "reports.py", "Open report"
        case _:
            assert_never(attention.concern)
    return _Row(
        icon=icon,
        title=title,
        sentence=attention.sentence,
        button=button,
        press=_opening(page, run=attention.run),
    )


def _template_rows(templates: Sequence[ListedTemplate]) -> Iterator[_Row]:
    waiting = 0
    for listed in (each for each in templates if each.deleted_at is None):
        for status in listed.integrations:
            shown = shown_status(status.status)
            waiting += status.status == "PENDING"
            if shown.is_refusal:
                yield _Row(
                    icon=":red[:material/block:]",
                    title=f"Template {listed.label}",
                    sentence=f"{shown.word} on {status.name}. {status.explanation or shown.advice}",
                    button="Open template",
                    press=_opening("templates.py", template=listed.id),
                )
            elif status.type == "whatsapp" and status.status in SUBMITTABLE and status.reason:
                yield _Row(
                    icon=":orange[:material/error:]",
                    title=f"Template {listed.label}",
                    sentence=f"It did not arrive on {status.name}. {status.explanation}",
                    button="Open template",
                    press=_opening("templates.py", template=listed.id),
                )
    if waiting:
        yield _Row(
            icon=":material/hourglass_empty:",
            title=f"{counted(waiting, 'template')} waiting for Meta",
            sentence="Meta answers within minutes as a rule, at most a day. Refresh to look.",
            button="Open templates",
            press=_opening("templates.py"),
        )


def _opening(page: str, **query: int | str) -> Callable[[], None]:
    wanted = {name: str(value) for name, value in query.items()}
    return lambda: st.switch_page(_HERE / page, query_params=wanted)
