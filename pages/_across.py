"""Many runs at once: campaigns compared, time, templates, integrations, and contact pressure."""

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import streamlit as st

from pages._across_pressure import show_pressure
from pages._one_of import one_of
from pages._ui import relay
from pages._words import plain
from relay_core.reports.across.charts import (
    interval_spec,
    interval_table,
    over_time_spec,
    over_time_table,
)
from relay_core.reports.across.comparison import CampaignFigures
from relay_core.reports.across.over_time import Step
from relay_core.reports.across.quality import Quality
from relay_core.reports.export import as_csv
from relay_core.reports.intervals import Proportion

RUNS: Final = "Runs"
_CAMPAIGNS: Final = "Campaigns"
_TIME: Final = "Over time"
_TEMPLATES: Final = "Templates"
_INTEGRATIONS: Final = "Integrations"
_PRESSURE: Final = "Contact pressure"
_VIEWS: Final = (RUNS, _CAMPAIGNS, _TIME, _TEMPLATES, _INTEGRATIONS, _PRESSURE)
_VIEW: Final = "reports_view"
_ADDRESS: Final = "view"
_PERIODS: Final = (30, 90, 365)
_NOTHING: Final = "No message left in this period. Choose a longer one, or send a campaign."
_SHARES: Final = {
    "Delivered": "delivered_share",
    "Replied": "replied_share",
    "Opted out": "opted_out_share",
    "Failed": "failed_share",
}


def choose_view() -> str:
    """Draw the choice of a view, which the address remembers, and return it."""
    asked = st.query_params.get(_ADDRESS, RUNS)
    if _VIEW not in st.session_state and asked in _VIEWS:
        st.session_state[_VIEW] = asked
    view = one_of("View", _VIEWS, key=_VIEW, label_visibility="collapsed")
    if view == RUNS:
        st.query_params.pop(_ADDRESS, None)
    else:
        st.query_params[_ADDRESS] = view
    return view


def show_across(view: str) -> None:
    """Draw one view over many runs; only its own figures are counted."""
    if view == _PRESSURE:
        show_pressure()
        return
    days = st.selectbox(
        "Period",
        _PERIODS,
        index=1,
        format_func=lambda days: f"Last {days} days",
        key="across_days",
        width=220,
    )
    if view == _CAMPAIGNS:
        _campaigns(relay().compare_campaigns(days=days))
    elif view == _TIME:
        _over_time(days)
    elif view == _TEMPLATES:
        _quality(relay().template_quality(days=days), "Template")
    else:
        _quality(relay().integration_quality(days=days), "Integration")


def _campaigns(found: Sequence[CampaignFigures]) -> None:
    if not found:
        st.info(_NOTHING)
        return
    names = [each.campaign for each in found]
    chosen = st.multiselect(
        "Campaigns", names, key="across_campaigns", placeholder="All of them; choose some"
    )
    shown = [each for each in found if not chosen or each.campaign in chosen]
    what = one_of("Share", tuple(_SHARES), key="across_share")
    shares = [(each.campaign, getattr(each, _SHARES[what])) for each in shown]
    _intervals(what, [(name, part) for name, part in shares if part], key="across_campaign_chart")
    _table(
        pa.table(
            {
                "Campaign": [each.campaign for each in shown],
                "Runs": [each.runs for each in shown],
                "Planned": [each.planned for each in shown],
                "Sent": [each.sent for each in shown],
                **{
                    word: [_said(getattr(each, name)) for each in shown]
                    for word, name in _SHARES.items()
                },
                "Messages with retries": [each.messages for each in shown],
            }
        ),
        name="campaigns",
    )
    st.caption(
        "Runs made in this period. In a run and its retries a person counts once, with the best "
        "that became of any message. Tests to yourself are not counted. Shares are of the people "
        "sent to, failed of those planned; in brackets, where the true share lies with a "
        "certainty of 95 %."
    )


def _over_time(days: int) -> None:
    step = one_of("By", tuple(Step), key="across_step", format_func=lambda s: s.capitalize())
    points = relay().messages_over_time(days=days, step=step)
    if not points:
        st.info(_NOTHING)
        return
    sent = sum(point.counts.sent for point in points)
    st.vega_lite_chart(
        over_time_table(points),
        over_time_spec(),
        key="across_time_chart",
        alt=f"{sent:,} messages sent in the last {days} days, and what became of them.",
    )
    st.caption(
        f"By the {step} on which a message left, in the zone of the account "
        f"({plain(relay().time_zone())}): what came of it later is shown there, too. Every retry "
        "counts."
    )
    _table(
        pa.table(
            {
                "From": pa.array([point.start for point in points], pa.date32()),
                "Sent": [point.counts.sent for point in points],
                "Delivered": [point.counts.delivered for point in points],
                "Failed": [point.counts.failed for point in points],
                "Replied": [point.counts.replied for point in points],
                "Opted out": [point.counts.opted_out for point in points],
            }
        ),
        name="over-time",
    )


def _quality(found: Sequence[Quality], what: str) -> None:
    if not found:
        st.info(_NOTHING)
        return
    for each in found:
        for change in each.changes:
            st.markdown(f"- **{plain(each.name)}**: {plain(change)}")
    delivered = [(each.name, each.delivered) for each in found]
    _intervals("Delivered", [(n, p) for n, p in delivered if p], key="across_quality_chart")
    _table(
        pa.table(
            {
                what: [each.name for each in found],
                "Sent": [each.counts.sent for each in found],
                "Delivered": [_said(each.delivered) for each in found],
                "Replied": [_said(each.replied) for each in found],
                "Opted out": [_said(each.opted_out) for each in found],
                "Failed": [_said(each.failed) for each in found],
            }
        ),
        name=f"{what.lower()}s",
    )
    weeks = [(each.name, week) for each in found for week in each.weeks]
    st.header("Week by week")
    _table(
        pa.table(
            {
                what: [name for name, _ in weeks],
                "Week from": pa.array([week.start for _, week in weeks], pa.date32()),
                "Sent": [week.counts.sent for _, week in weeks],
                "Delivered": [week.counts.delivered for _, week in weeks],
                "Replied": [week.counts.replied for _, week in weeks],
                "Opted out": [week.counts.opted_out for _, week in weeks],
                "Failed": [week.counts.failed for _, week in weeks],
            }
        ),
        name=f"{what.lower()}s-by-week",
    )


def _intervals(what: str, shares: Sequence[tuple[str, Proportion]], *, key: str) -> None:
    st.vega_lite_chart(
        interval_table(sorted(shares, key=lambda each: -each[1].share)),
        interval_spec(),
        key=key,
        alt=f"{what}: " + "; ".join(f"{name} {_said(part)}" for name, part in shares),
    )
    st.caption(f"{what}, highest first. Lines that overlap much may differ by chance alone.")


def _table(table: pa.Table, *, name: str) -> None:
    st.dataframe(
        table,
        key=f"across_{name}",
        hide_index=True,
        placeholder="",
        alt=f"The figures of {name.replace('-', ' ')}, {table.num_rows} rows.",
    )
    st.download_button(
        "Download CSV",
        lambda: as_csv(table),
        file_name=f"{name}.csv",
        mime="text/csv",
        key=f"across_{name}_csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _said(part: Proportion | None) -> str:
    return f"{part.share:.1%} ({part.low:.1%} to {part.high:.1%})" if part else ""
