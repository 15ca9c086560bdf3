"""A run's report in a terminal, and on paper."""

from pathlib import Path

from relay_core.cli.output import print_table, remark, say
from relay_core.errors import RelayError
from relay_core.reports.durations import said_duration
from relay_core.reports.forgotten_words import removed_in_words
from relay_core.reports.intervals import Proportion
from relay_core.reports.outcome_words import said_answers, said_outcome
from relay_core.reports.outcomes import Outcome
from relay_core.reports.run_report import RunReport


def print_report(report: RunReport) -> None:
    """Print the funnel, who was left out, what failed and what to do about it."""
    say(f"Run {report.run}, {report.campaign}: {report.state}, as of {report.as_of:%H:%M:%S} UTC")
    say(f"{report.template} from {report.integration} ({report.channel})")
    if report.forgotten_at:
        say(removed_in_words(report.forgotten_at))
    print_table(
        ("", "Messages", "Of planned", "Of sent (95 % interval)"),
        (
            (
                step.label,
                f"{step.messages:,}",
                f"{step.of_planned.share:.1%}" if step.of_planned else "",
                _said(step.of_sent),
            )
            for step in report.funnel
        ),
    )
    if waiting := report.queued + report.sending:
        say(f"Waiting to be sent: {waiting:,}.")
    if report.receipts.expected:
        say(f"Receipts still expected: {report.receipts.expected:,}.")
    _print_times(report)
    for name, cost in (("planned", report.cost.planned), ("actual", report.cost.actual)):
        for each in cost.sums:
            example = ", by example prices" if each.is_example else ""
            say(f"cost {name}: {each.amount:,.2f} {each.currency}{example}")
    if report.skipped:
        print_table(("Left out", "People"), ((s.label, f"{s.people:,}") for s in report.skipped))
    _print_outcome(report.outcome)
    causes = (*report.failures, *report.doubts)
    if causes:
        print_table(
            ("Failed or unknown", "Messages", "Class", "What to do"),
            (
                (c.title, f"{c.deliveries:,}", c.nature.words if c.nature else "", c.advice)
                for c in causes
            ),
        )


def _print_times(report: RunReport) -> None:
    if report.pace and report.pace.per_second:
        say(
            f"{report.pace.per_second:.2f} messages a second "
            f"over {said_duration(report.pace.duration_s)}"
        )
    if report.delivery_times:
        times = report.delivery_times
        say(f"on the phone after {times.median_s:.1f} s (median), {times.p95_s:.1f} s (95 %)")
    if report.reply_times:
        say(f"replied after {report.reply_times.median_s:.0f} s (median)")


def _print_outcome(outcome: Outcome) -> None:
    for said in dict.fromkeys(said_outcome(outcome, window) for window in outcome.windows):
        say(said)
    if answers := said_answers(outcome.windows[-1]):
        say(answers)


def write_report(report: RunReport, file: Path) -> None:
    """Write the report as a page for the printer, over what the file held.

    Raises:
        RelayError: The file cannot be written.
    """
    # Drawing takes half a second to load, which no other command should wait for.
    from relay_core.reports.paper import as_html  # noqa: PLC0415 - see above

    try:
        file.write_text(as_html(report), encoding="utf-8")
    except OSError as error:
        raise RelayError(
            "report not written",
            advice=f"{file} cannot be written ({error.strerror}). Choose another place.",
        ) from error
    remark(f"Written to {file}. Open it in a browser, and print it from there.")


def _said(part: Proportion | None) -> str:
    return f"{part.share:.1%} ({part.low:.1%} to {part.high:.1%})" if part else ""
