"""Many runs at once: campaigns compared, time, templates, integrations, and contact pressure."""

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import streamlit as st

from pages._across_chart import (
    NOTHING,
    days_column,
    said_share,
    show_chart,
    show_intervals,
    show_table,
)
from pages._across_pressure import show_pressure
from pages._across_quality import show_quality
from pages._one_of import one_of
from pages._ui import relay
from pages._words import plain
from relay_core.reports.across.cells import Source
from relay_core.reports.across.charts import over_time_spec, over_time_table
from relay_core.reports.across.comparison import CampaignFigures
from relay_core.reports.across.failures import FailuresOfIntegration
from relay_core.reports.across.over_time import Step
from relay_core.reports.across.shown import AcrossFigure

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
        format_func=_said_period,
        key="across_days",
        width=220,
    )
    if view == _CAMPAIGNS:
        _campaigns(relay().compare_campaigns(days=days), days=days)
    elif view == _TIME:
        _over_time(days)
    elif view == _TEMPLATES:
        show_quality(
            relay().template_quality(days=days),
            "Template",
            period=_said_period(days),
            sql=relay().sql_across(AcrossFigure.TEMPLATES, days=days),
        )
    else:
        show_quality(
            relay().integration_quality(days=days),
            "Integration",
            period=_said_period(days),
            sql=relay().sql_across(AcrossFigure.INTEGRATIONS, days=days),
        )
        _failures(relay().integration_failures(days=days))


def _failures(found: Sequence[FailuresOfIntegration]) -> None:
    if not found:
        return
    st.header("Why messages failed")
    show_table(
        pa.table(
            {
                "Integration": [each.integration for each in found],
                "Kind of failure": [each.nature.words for each in found],
                "Messages": [each.messages for each in found],
                "Of all that failed": [said_share(each.of_failed) for each in found],
            }
        ),
        name="failures",
    )


def _said_period(days: int) -> str:
    return f"Last {days} days"


def _campaigns(found: Sequence[CampaignFigures], *, days: int) -> None:
    if not found:
        st.info(NOTHING)
        return
    names = [each.campaign for each in found]
    chosen = st.multiselect(
        "Campaigns", names, key="across_campaigns", placeholder="All of them; choose some"
    )
    shown = [each for each in found if not chosen or each.campaign in chosen]
    what = one_of("Share", tuple(_SHARES), key="across_share")
    show_intervals(
        what,
        [(each.campaign, getattr(each, _SHARES[what])) for each in shown],
        period=_said_period(days),
        name="campaigns",
        sql=relay().sql_across(AcrossFigure.CAMPAIGNS, days=days),
    )
    show_table(
        pa.table(
            {
                "Campaign": [each.campaign for each in shown],
                "Runs": [each.runs for each in shown],
                "Planned": [each.planned for each in shown],
                "Sent": [each.sent for each in shown],
                **{
                    word: [said_share(getattr(each, name)) for each in shown]
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


def _source() -> Source:
    """Draw the choice of what messages are made from, where there is one."""
    known = relay().message_sources()
    chosen: dict[str, str | None] = {}
    with st.container(horizontal=True):
        for what in ("integration", "template"):
            names = sorted({getattr(each, what) for each in known})
            if len(names) > 1:
                chosen[what] = st.selectbox(
                    what.capitalize(),
                    names,
                    index=None,
                    placeholder="All",
                    key=f"across_of_{what}",
                    width=280,
                )
    return Source(**chosen)


def _over_time(days: int) -> None:
    step = one_of("By", tuple(Step), key="across_step", format_func=lambda s: s.capitalize())
    source = _source()
    points = relay().messages_over_time(days=days, step=step, source=source)
    if not points:
        st.info(NOTHING)
        return
    sent = sum(point.counts.sent for point in points)
    show_chart(
        over_time_spec(),
        over_time_table(points),
        title=f"Messages by {step}",
        period=_said_period(days),
        alt=f"{sent:,} messages sent in the last {days} days, and what became of them.",
        name="over-time",
        sql=relay().sql_across(AcrossFigure.MESSAGES, days=days, step=step, source=source),
    )
    st.caption(
        f"By the {step} on which a message left, in the zone of the account "
        f"({plain(relay().time_zone())}): what came of it later is shown there, too. Every retry "
        "counts."
    )
    show_table(
        pa.table(
            {
                "From": days_column([point.start for point in points]),
                "Sent": [point.counts.sent for point in points],
                "Delivered": [point.counts.delivered for point in points],
                "Failed": [point.counts.failed for point in points],
                "Replied": [point.counts.replied for point in points],
                "Opted out": [point.counts.opted_out for point in points],
            }
        ),
        name="over-time",
    )
