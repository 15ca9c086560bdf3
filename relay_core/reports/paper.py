"""A run's report for paper: one HTML page that needs no script, no network and no colour."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Final

from relay_core.campaigns.cost import Cost
from relay_core.reports.causes import Cause
from relay_core.reports.charts import FAILURES, FUNNEL, Spec, has_intervals
from relay_core.reports.duration_charts import (
    ANSWERED,
    ON_THE_PHONE,
    TO_DELIVERY,
    TO_REPLY,
    said_times,
)
from relay_core.reports.durations import Durations
from relay_core.reports.forgotten_words import removed_in_words
from relay_core.reports.frozen import said_event
from relay_core.reports.intervals import Proportion
from relay_core.reports.outcome_words import HOW_COUNTED, said_outcome
from relay_core.reports.outcomes import Verdict
from relay_core.reports.over_time_chart import OVER_TIME, said_nothing
from relay_core.reports.paper_layout import STYLE, section, table, two
from relay_core.reports.pictures import PictureForm, draw, picture_spec
from relay_core.reports.run_report import RunReport
from relay_core.reports.slices import Slice
from relay_core.worded import counted

Draw = Callable[[Sequence[Spec], PictureForm], Sequence[bytes]]

_ROW_PX: Final = 26
_PLOT_PX: Final = 110
_WIDE: Final = {"width": 720, "height": {"step": _ROW_PX}}
_HALF: Final = {"width": 360, "height": {"step": _ROW_PX}}
"""Size of a chart that takes one of two columns."""


def as_html(report: RunReport, *, draw: Draw = draw) -> str:
    """Return the report as a whole HTML document. Texts of people and vendors are escaped.

    Args:
        report: What it says.
        draw: Draws charts, as `pictures.draw` does.

    Raises:
        ExportError: A chart could not be drawn.
    """
    drawn = _drawn(report, draw)
    title = f"{report.campaign}, run {report.run}"
    parts = [
        _head(report),
        section(FUNNEL.title, _funnel(report, drawn.get(FUNNEL.title))),
        section(OVER_TIME.title, _over_time(report, drawn.get(OVER_TIME.title))),
        two(
            *(
                section(chart.title, _durations(times, what, drawn.get(chart.title)))
                for chart, times, what in (
                    (TO_DELIVERY, report.delivery_times, ON_THE_PHONE),
                    (TO_REPLY, report.reply_times, ANSWERED),
                )
            )
        ),
        section(FAILURES.title, _failures(report)) if report.failures else "",
        section("Why some are unknown", _causes(report.doubts)) if report.doubts else "",
        section("Cancelled before their turn", _causes(report.cancellations))
        if report.cancellations
        else "",
        two(
            section("By country", _slices("Country", report.by_country)),
            section("By language", _slices("Language", report.by_language)),
        ),
        two(
            section("By template", _slices("Template", report.by_template)),
            section("By integration", _slices("Integration", report.by_integration)),
        ),
        two(section("Left out", _skipped(report)), section("Cost", _cost(report))),
        section("Tickets afterwards", _tickets(report)),
        two(section("What was done", _trail(report)), section("What was frozen", _frozen(report))),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main>{''.join(parts)}</main></body></html>\n"
    )


def _head(report: RunReport) -> str:
    said = (
        f"Run {report.run}, {report.state} · {report.template} · {report.integration} · "
        f"begun {_moment(report.created_at)} · as of {_moment(report.as_of)}"
    )
    gone = f"<p>{removed_in_words(report.forgotten_at)}</p>" if report.forgotten_at else ""
    note = f"<p><strong>{escape(report.note)}</strong></p>" if report.note else ""
    return f'<h1>{escape(report.campaign)}</h1><p class="quiet">{escape(said)}</p>{note}{gone}'


def _drawn(report: RunReport, draw: Draw) -> dict[str, str]:
    """Return the charts that have anything to show, by title: all are drawn at once."""
    charts = [(FUNNEL, _WIDE)] if report.planned else []
    if report.timeline.buckets:
        charts.append((OVER_TIME, _WIDE | {"height": _PLOT_PX}))
    charts += [
        (chart, _HALF)
        for chart, times in ((TO_DELIVERY, report.delivery_times), (TO_REPLY, report.reply_times))
        if times
    ]
    if not charts:
        return {}
    specs = [picture_spec(report, chart, titled=False) | size for chart, size in charts]
    drawn = draw(specs, PictureForm.SVG)
    return {c.title: svg.decode() for (c, _), svg in zip(charts, drawn, strict=True)}


def _funnel(report: RunReport, chart: str | None) -> str:
    if chart is None:
        return "<p>This run has no messages.</p>"
    said = [
        f"{step.label}: {_share(step.of_sent)} of those sent."
        for step in report.funnel
        if step.of_sent
    ]
    receipts = report.receipts
    if receipts.unconfirmed:
        said.append(
            f"Not confirmed by the phone: {receipts.unconfirmed:,}; receipts still expected: "
            f"{receipts.expected:,} ({_share(receipts.expected_share)} of those sent)."
        )
    if report.opted_out:
        said.append(f"Opted out: {report.opted_out:,}, {_share(report.opted_out_of_sent)}.")
    if report.unknown:
        said.append(f"Unknown: {report.unknown:,}; they may have been sent.")
    if waiting := report.queued + report.sending:
        said.append(f"Waiting to be sent: {waiting:,}.")
    if has_intervals(report):
        said.append(
            "The lines under the bars and the ranges in brackets are 95 % intervals (Wilson)."
        )
    said.append("No channel says whether a message was read.")
    return chart + f"<p>{escape(' '.join(said))}</p>"


def _over_time(report: RunReport, chart: str | None) -> str:
    if chart is None:
        return f"<p>{said_nothing(report)}</p>"
    later = report.timeline.later
    if later is None:
        return chart
    return chart + (
        f"<p>After that: {later.delivered:,} delivered, {later.failed:,} failed, "
        f"{later.replied:,} replied.</p>"
    )


def _durations(times: Durations | None, what: str, chart: str | None) -> str:
    said = f"<p>{said_times(times, what=what)}</p>"
    return said + (chart or "")


def _failures(report: RunReport) -> str:
    kinds = ", ".join(f"{k.label} {k.deliveries:,} ({k.share:.0%})" for k in report.failure_kinds)
    return f"<p>{escape(kinds)}</p>" + _causes(report.failures)


def _causes(causes: Sequence[Cause]) -> str:
    return table(
        ("Messages", "What", "Class", "What to do", "Code"),
        [
            (
                f"{c.deliveries:,}",
                c.title,
                c.nature.words if c.nature else "",
                c.advice + (f" Wait until {_moment(c.wait_until)}." if c.wait_until else ""),
                c.code,
            )
            for c in causes
        ],
    )


def _slices(name: str, slices: Sequence[Slice]) -> str:
    return table(
        (name, "Planned", "Sent", "Delivered", "Of sent", "Replied", "Failed"),
        [
            (
                s.key or "Not known",
                f"{s.planned:,}",
                f"{s.sent:,}",
                f"{s.delivered:,}",
                f"{s.delivered_of_sent.share:.0%}" if s.delivered_of_sent else "",
                f"{s.replied:,}",
                f"{s.failed:,}",
            )
            for s in slices
        ],
    )


def _skipped(report: RunReport) -> str:
    return table(("Reason", "People"), [(s.label, f"{s.people:,}") for s in report.skipped])


def _cost(report: RunReport) -> str:
    both = (("Planned", report.cost.planned), ("So far", report.cost.actual))
    rows = [(name, f"{cost.units:,}", _amounts(cost)) for name, cost in both]
    unit = "Parts" if report.cost.planned.channel == "sms" else "Messages"
    missing = sum(each.messages for each in report.cost.planned.unpriced)
    said = [f"By the prices of {report.cost.planned.on:%-d %b %Y}."]
    if report.cost.planned.is_example:
        said.append("XTS are example prices, which nobody charges.")
    if missing:
        said.append(f"Messages without a price: {missing:,}.")
    return table(("Of", unit, "Cost"), rows) + f"<p>{escape(' '.join(said))}</p>"


def _tickets(report: RunReport) -> str:
    outcome = report.outcome
    said = dict.fromkeys(said_outcome(outcome, window) for window in reversed(outcome.windows))
    if all(window.verdict is Verdict.NOBODY for window in outcome.windows):
        return "".join(f"<p>{escape(each)}</p>" for each in said)
    rows = [
        (
            name,
            f"{window.hours} h",
            f"{group.wrote.share * 100:.1f}" if group.wrote else "",
            f"{group.tickets_per_100:.1f}",
            f"{group.answers:,}",
        )
        for window in outcome.windows
        for name, group in (("Recipients", window.recipients), ("Held out", window.held_out))
        if group is not None
    ]
    headings = ("Of", "Within", "People of 100", "Tickets per 100", "Answers apart")
    lines = "".join(f"<p>{escape(each)}</p>" for each in [*said, HOW_COUNTED])
    return lines + table(headings, rows)


def _amounts(cost: Cost) -> str:
    if not cost.units:
        return "nothing"
    return ", ".join(f"{each.amount:,.2f} {each.currency}" for each in cost.sums) or "no price"


def _trail(report: RunReport) -> str:
    return table(
        ("When", "Who", "What"),
        [(_moment(e.happened_at), e.actor, said_event(e.event)) for e in report.trail],
    )


def _frozen(report: RunReport) -> str:
    frozen = report.manifest
    rows = [
        ("Made by", frozen.created_by),
        ("Approved by", frozen.approved_by or "not needed"),
        *(("Template", each.label) for each in frozen.templates),
        *((f"Value {name}", value) for name, value in frozen.static_values.items()),
        *(
            ("Held out", f"{share} %, {counted(report.outcome.held_out, 'person', 'people')}")
            for share in [report.outcome.held_out_percent]
            if share
        ),
        *(("Accepted", each) for each in frozen.warnings),
        ("SHA-256", frozen.sha256),
    ]
    return table(("", ""), rows)


def _share(part: Proportion | None) -> str:
    return f"{part.share:.1%} ({part.low:.1%} to {part.high:.1%})" if part else "none"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%-d %b %Y, %H:%M} UTC"
