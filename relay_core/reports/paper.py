"""A run's report for paper: one HTML page that needs no script, no network and no colour."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Final

from relay_core.campaigns.cost import Cost
from relay_core.reports.charts import FAILURES, FUNNEL, Spec
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
from relay_core.reports.over_time_chart import OVER_TIME
from relay_core.reports.pictures import PictureForm, draw, picture_spec
from relay_core.reports.run_report import RunReport
from relay_core.reports.slices import Slice

Draw = Callable[[Sequence[Spec], PictureForm], Sequence[bytes]]

_MOST_ROWS: Final = 8
_ROW_PX: Final = 26
_PLOT_PX: Final = 110
_WIDE: Final = {"width": 720, "height": {"step": _ROW_PX}}
_HALF: Final = {"width": 360, "height": {"step": _ROW_PX}}
"""Size of a chart that takes one of two columns."""
_NUMBERS: Final = frozenset(
    {
        *("Planned", "Sent", "Delivered", "Of sent", "Replied", "Failed"),
        *("Messages", "Parts", "People", "Cost"),
        *("People of 100", "Tickets per 100", "Answers apart"),
    }
)
"""Headings of columns that are aligned as numbers are."""
_STYLE: Final = """
@page { size: A4; margin: 12mm }
* { box-sizing: border-box }
body { font: 10.5px/1.4 "Helvetica Neue", Arial, "Liberation Sans", sans-serif; color: #14191B;
       background: #fff; max-width: 190mm; margin: 0 auto; padding: 6px }
h1 { font-size: 20px; margin: 0 } h2 { font-size: 12.5px; margin: 12px 0 3px }
p { margin: 2px 0 } .quiet { color: #4A5557 }
svg { width: 100%; height: auto; display: block }
section { break-inside: avoid }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 0 18px }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: 1px 6px 1px 0;
         border-bottom: 1px solid #D9E0E0; overflow-wrap: anywhere }
.number { text-align: right; white-space: nowrap } .code { white-space: nowrap }
@media print { body { font-size: 8.5px; line-height: 1.3; padding: 0 } h1 { font-size: 16px }
               h2 { font-size: 10.5px; margin: 7px 0 2px } }
@media (max-width: 600px) { .two { grid-template-columns: 1fr } }
"""


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
        _section(FUNNEL.title, _funnel(report, drawn[FUNNEL.title])),
        _section(OVER_TIME.title, _over_time(report, drawn.get(OVER_TIME.title))),
        _two(
            *(
                _section(chart.title, _durations(times, what, drawn.get(chart.title)))
                for chart, times, what in (
                    (TO_DELIVERY, report.delivery_times, ON_THE_PHONE),
                    (TO_REPLY, report.reply_times, ANSWERED),
                )
            )
        ),
        _section(FAILURES.title, _failures(report)) if report.failures else "",
        _two(
            _section("By country", _slices("Country", report.by_country)),
            _section("By language", _slices("Language", report.by_language)),
        ),
        _two(
            _section("By template", _slices("Template", report.by_template)),
            _section("By integration", _slices("Integration", report.by_integration)),
        ),
        _two(_section("Left out", _skipped(report)), _section("Cost", _cost(report))),
        _section("Tickets afterwards", _tickets(report)),
        _two(
            _section("What was done", _trail(report)), _section("What was frozen", _frozen(report))
        ),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
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
    charts = [(FUNNEL, _WIDE)]
    if report.timeline.buckets:
        charts.append((OVER_TIME, _WIDE | {"height": _PLOT_PX}))
    charts += [
        (chart, _HALF)
        for chart, times in ((TO_DELIVERY, report.delivery_times), (TO_REPLY, report.reply_times))
        if times
    ]
    specs = [picture_spec(report, chart, titled=False) | size for chart, size in charts]
    drawn = draw(specs, PictureForm.SVG)
    return {c.title: svg.decode() for (c, _), svg in zip(charts, drawn, strict=True)}


def _funnel(report: RunReport, chart: str) -> str:
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
    said.append(
        "The lines under the bars and the ranges in brackets are 95 % intervals (Wilson). No "
        "channel says whether a message was read."
    )
    return chart + f"<p>{escape(' '.join(said))}</p>"


def _over_time(report: RunReport, chart: str | None) -> str:
    if chart is None:
        return "<p>Nothing has left yet.</p>"
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
    return f"<p>{escape(kinds)}</p>" + _table(
        ("Messages", "What", "Class", "What to do", "Code"),
        [
            (
                f"{c.deliveries:,}",
                c.title,
                c.nature.words if c.nature else "",
                c.advice + (f" Wait until {_moment(c.wait_until)}." if c.wait_until else ""),
                c.code,
            )
            for c in report.failures
        ],
    )


def _slices(name: str, slices: Sequence[Slice]) -> str:
    return _table(
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
    return _table(("Reason", "People"), [(s.label, f"{s.people:,}") for s in report.skipped])


def _cost(report: RunReport) -> str:
    both = (("Planned", report.cost.planned), ("So far", report.cost.actual))
    rows = [(name, f"{cost.units:,}", _amounts(cost)) for name, cost in both]
    unit = "Parts" if report.cost.planned.channel == "sms" else "Messages"
    missing = sum(each.messages for each in report.cost.planned.unpriced)
    said = [f"By the prices of {report.cost.planned.on:%-d %b %Y}."]
    if report.cost.planned.is_example:
        said.append("XTS are example prices, which nobody charges.")
    if missing:
        said.append(f"{missing:,} messages have no price.")
    return _table(("Of", unit, "Cost"), rows) + f"<p>{escape(' '.join(said))}</p>"


def _tickets(report: RunReport) -> str:
    outcome = report.outcome
    said = [said_outcome(outcome, window) for window in reversed(outcome.windows)]
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
    return lines + _table(headings, rows)


def _amounts(cost: Cost) -> str:
    return ", ".join(f"{each.amount:,.2f} {each.currency}" for each in cost.sums) or "no price"


def _trail(report: RunReport) -> str:
    return _table(
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
            ("Held out", f"{share} %, {report.outcome.held_out:,} people")
            for share in [report.outcome.held_out_percent]
            if share
        ),
        *(("Accepted", each) for each in frozen.warnings),
        ("SHA-256", frozen.sha256),
    ]
    return _table(("", ""), rows)


def _section(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{content}</section>"


def _two(*sections: str) -> str:
    return f'<div class="two">{"".join(sections)}</div>'


def _table(headings: Sequence[str], rows: Sequence[Iterable[str]]) -> str:
    if not rows:
        return "<p>None.</p>"
    head = "".join(f"<th{_aligned(name)}>{escape(name)}</th>" for name in headings)
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{_aligned(name)}>{escape(cell)}</td>"
            for name, cell in zip(headings, row, strict=True)
        )
        + "</tr>"
        for row in rows[:_MOST_ROWS]
    )
    more = len(rows) - _MOST_ROWS
    rest = f"<p>And {more:,} more; `--json` has them all.</p>" if more > 0 else ""
    shown = f"<thead><tr>{head}</tr></thead>" if any(headings) else ""
    return f"<table>{shown}<tbody>{body}</tbody></table>{rest}"


def _aligned(heading: str) -> str:
    if heading == "Code":
        return ' class="code"'
    return ' class="number"' if heading in _NUMBERS else ""


def _share(part: Proportion | None) -> str:
    return f"{part.share:.1%} ({part.low:.1%} to {part.high:.1%})" if part else "none"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%-d %b %Y, %H:%M} UTC"
