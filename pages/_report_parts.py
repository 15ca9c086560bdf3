"""The parts of a run: by country, language, template, integration; left out, cost, and the past."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Final

import pyarrow as pa
import streamlit as st

from pages._cost import show_cost
from pages._people_behind import choose_group
from pages._report_chart import show_table
from pages._words import counted, plain, said_moment
from relay_core.campaigns.cost import Cost
from relay_core.reports.frozen import said_event
from relay_core.reports.narrowing import Part, Side
from relay_core.reports.people_behind import Group
from relay_core.reports.run_report import RunReport
from relay_core.reports.shown_sql import Figure
from relay_core.reports.slices import Slice

_FIGURES: Final = {Side.COUNTRY: Figure.COUNTRIES, Side.LANGUAGE: Figure.LANGUAGES}


def show_parts(report: RunReport) -> None:
    """Draw a table for each side by which figures are told apart."""
    if not report.planned:
        return
    st.header("By country")
    _slices(report, report.by_country, "Country", key="report_countries", side=Side.COUNTRY)
    st.header("By language")
    _slices(report, report.by_language, "Language", key="report_languages", side=Side.LANGUAGE)
    st.header("By template")
    _slices(report, report.by_template, "Template", key="report_templates")
    st.header("By integration")
    _slices(report, report.by_integration, "Integration", key="report_integrations")


def show_skipped(report: RunReport) -> None:
    """Draw who was left out, by reason."""
    if not report.skipped:
        return
    st.header("Left out")
    show_table(
        report,
        {
            "Reason": pa.array([s.label for s in report.skipped]),
            "People": pa.array([s.people for s in report.skipped], pa.int64()),
            "What can be done": pa.array([s.advice for s in report.skipped]),
        },
        key="report_skipped",
        alt="; ".join(f"{s.label}: {s.people:,}" for s in report.skipped),
        figure=Figure.SKIPPED,
    )


def show_run_cost(report: RunReport) -> None:
    """Draw what the run costs, as planned and so far."""
    if not report.planned:
        return
    st.header("Cost")
    planned, actual = report.cost.planned, report.cost.actual
    st.markdown(f"Planned: {_said(planned)} · so far: {_said(actual)}")
    if planned.channel == "whatsapp":
        st.caption("So far counts what is on the phone, because Meta charges for nothing else.")
    else:
        st.caption("So far counts what the channel took. Texts that may have left are not in it.")
    show_cost(planned, key="report_cost")


def show_past(report: RunReport) -> None:
    """Draw who did what to the run, and what was frozen when it was made."""
    with st.expander(
        "What was done and what was frozen",
        icon=":material/history:",
        key="report_past",
        on_change="rerun",
    ) as opened:
        if not opened.open:
            return
        show_table(
            report,
            {
                "When (UTC)": pa.array([f"{e.happened_at:%Y-%m-%d %H:%M}" for e in report.trail]),
                "What": pa.array([said_event(e.event) for e in report.trail]),
                "Who": pa.array([e.actor for e in report.trail]),
                "More": pa.array([e.detail for e in report.trail], pa.string()),
            },
            key="report_trail",
            alt="; ".join(
                f"{said_event(e.event)} by {e.actor}, {said_moment(e.happened_at)}"
                for e in report.trail
            )
            or "Nothing was done.",
        )
        frozen = report.manifest
        lines = [f"Made by {frozen.created_by}."]
        if frozen.approved_by:
            lines.append(f"Approved by {frozen.approved_by}.")
        lines += [
            f"Template: {', '.join(filter(None, (each.label, each.category.lower())))}."
            for each in frozen.templates
        ]
        lines += [f"Value {name}: {value}" for name, value in frozen.static_values.items()]
        lines += [f"Accepted: {each}" for each in frozen.warnings]
        for line in lines:
            st.markdown(f"- {plain(line)}")
        if frozen.sha256:
            st.caption("Hash of everything that was frozen (SHA-256)")
            st.code(frozen.sha256, language=None, wrap_lines=True)


def _slices(
    report: RunReport, slices: Sequence[Slice], name: str, *, key: str, side: Side | None = None
) -> None:
    chosen: Callable[[], None] | None = None
    if side:
        chosen = partial(_part_chosen, report.run, key, side, [s.key for s in slices])
    show_table(
        report,
        {
            name: pa.array([s.key or "Not known" for s in slices], pa.string()),
            "Planned": pa.array([s.planned for s in slices], pa.int64()),
            "Sent": pa.array([s.sent for s in slices], pa.int64()),
            "Delivered": pa.array([s.delivered for s in slices], pa.int64()),
            "Of sent": pa.array([_range(s) for s in slices]),
            "Replied": pa.array([s.replied for s in slices], pa.int64()),
            "Failed": pa.array([s.failed for s in slices], pa.int64()),
        },
        key=key,
        figure=_FIGURES.get(side) if side else None,
        on_select=chosen or "ignore",
        selection_mode="single-cell",
        column_config={
            "Of sent": st.column_config.TextColumn(
                help="Share of the sent ones that were delivered, and where the true share lies "
                "with a certainty of 95 %."
            )
        },
        alt="; ".join(f"{s.key or 'Not known'}: {s.planned:,} planned" for s in slices),
    )


def _part_chosen(run: int, key: str, side: Side, keys: Sequence[str | None]) -> None:
    cells = st.session_state[key]["selection"]["cells"]
    if cells:
        choose_group(run, Group.PLANNED, narrowed=Part(side, keys[int(cells[0][0])]))


def _range(each: Slice) -> str:
    part = each.delivered_of_sent
    return f"{part.share:.0%} ({part.low:.0%} to {part.high:.0%})" if part else ""


def _said(cost: Cost) -> str:
    if not cost.units:
        return "**nothing**"
    cent = Decimal("0.01")
    amounts = (f"{each.amount.quantize(cent):,} {each.currency}" for each in cost.sums)
    units = counted(cost.units, "part" if cost.channel == "sms" else "message")
    return f"**{', '.join(amounts) or 'no price known'}** for {units}"
