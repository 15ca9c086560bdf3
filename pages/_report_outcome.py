"""What people asked Zendesk for after a run, and the tickets behind each number."""

from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import streamlit as st

from pages._shown_sql import show_sql
from pages._ui import relay
from pages._words import counted, plain, said_moment
from relay_core.reports.outcome_words import HOW_COUNTED, said_answers, said_outcome
from relay_core.reports.outcomes import Opened, Outcome, Verdict
from relay_core.reports.run_report import RunReport
from relay_core.reports.shown_sql import Figure

_FIGURES: Final = "report_outcome"
_HEADINGS: Final = {
    "name": "Name",
    "opened_at": "Opened",
    "hours_after": "Hours after",
    "channel": "Channel",
    "reply": "Reply",
    "is_certain": "Certain",
    "link": "Ticket",
}
_OF_ANSWERS: Final = frozenset({"reply", "is_certain"})
_LONG: Final = 10
_TABLE_HEIGHT_PX: Final = 420


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    """One row of figures, and which tickets stand behind it."""

    label: str
    hours: int
    opened: Opened
    held_out: bool = False
    answers: bool = False

    @property
    def tickets(self) -> int:
        return self.opened.answers if self.answers else self.opened.tickets

    @property
    def share(self) -> str:
        """Of 100 people, how many opened one, and where the true share lies."""
        part = self.opened.wrote
        if self.answers or part is None:
            return ""
        return f"{part.share * 100:.1f} ({part.low * 100:.1f} to {part.high * 100:.1f})"


def show_outcome(report: RunReport) -> None:
    """Draw the sentences, the figures they are made of, and the tickets of the chosen one."""
    outcome = report.outcome
    if outcome.windows[0].verdict is Verdict.NOBODY:
        return
    st.header("Tickets afterwards")
    for window in reversed(outcome.windows):
        st.markdown(f"- {plain(said_outcome(outcome, window))}")
    if answers := said_answers(outcome.windows[-1]):
        st.markdown(f"- {plain(answers)}")
    figures = _figures(outcome)
    st.dataframe(
        pa.table(
            {
                "Of": pa.array([each.label for each in figures]),
                "Within": pa.array([f"{each.hours} hours" for each in figures]),
                "Tickets": pa.array([each.tickets for each in figures], pa.int64()),
                "Opened one, of 100": pa.array([each.share for each in figures]),
            }
        ),
        key=_FIGURES,
        hide_index=True,
        placeholder="",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "Opened one, of 100": st.column_config.TextColumn(
                help="People who opened at least one; in brackets, where the true share lies with "
                "a certainty of 95 %."
            )
        },
        alt="; ".join(f"{f.label}, {f.hours} hours: {f.tickets:,} tickets" for f in figures),
    )
    st.caption(f"Select a row to see its tickets. {_read(outcome)} {HOW_COUNTED}")
    show_sql(Figure.TICKETS, run=report.run)
    chosen = st.session_state[_FIGURES]["selection"]["rows"]
    if chosen and chosen[0] < len(figures):
        _tickets(report.run, figures[chosen[0]])


def _figures(outcome: Outcome) -> list[_Figure]:
    found = []
    for window in outcome.windows:
        hours = window.hours
        found.append(_Figure(label="Recipients", hours=hours, opened=window.recipients))
        if window.held_out:
            found.append(
                _Figure(label="Held out", hours=hours, opened=window.held_out, held_out=True)
            )
    last = outcome.windows[-1]
    if last.recipients.answers:
        found.append(
            _Figure(
                label="Answers of recipients",
                hours=last.hours,
                opened=last.recipients,
                answers=True,
            )
        )
    return found


def _read(outcome: Outcome) -> str:
    if outcome.known_until is None:
        return "Tickets are not read to the end; sync people on Home."
    return f"Tickets as of {said_moment(outcome.known_until)}."


def _opened_by_replies(opened: Opened) -> str:
    if not opened.probable:
        return "The tickets that these replies opened."
    if not opened.certain:
        return "The tickets that these replies probably opened."
    return "The tickets that these replies opened: where not certain, only the time says so."


def _tickets(run_id: int, figure: _Figure) -> None:
    tickets = relay().outcome_tickets(
        run_id, hours=figure.hours, held_out=figure.held_out, answers=figure.answers
    )
    shown = [name for name in _HEADINGS if name not in _OF_ANSWERS or figure.answers]
    people = counted(tickets.num_rows, "ticket")
    if figure.answers:
        st.caption(_opened_by_replies(figure.opened))
    st.dataframe(
        tickets.select(shown).rename_columns([_HEADINGS[name] for name in shown]),
        key="report_outcome_tickets",
        hide_index=True,
        placeholder="",
        height=_TABLE_HEIGHT_PX if tickets.num_rows > _LONG else "auto",
        column_config={
            "Opened": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
            "Ticket": st.column_config.LinkColumn(display_text=r"tickets/(\d+)$"),
        },
        alt=f"{people}: {figure.label}, within {figure.hours} hours.",
    )
