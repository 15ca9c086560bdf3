"""A run's report in a terminal."""

from relay_core.cli.output import print_table, say
from relay_core.reports.run_report import RunReport


def print_report(report: RunReport) -> None:
    """Print the funnel, who was left out, what failed and what to do about it."""
    say(f"Run {report.run}, {report.campaign}: {report.state}, as of {report.as_of:%H:%M:%S} UTC")
    say(f"{report.template} from {report.integration} ({report.channel})")
    print_table(
        ("", "Messages", "Share"),
        (
            (step.label, f"{step.messages:,}", "" if step.share is None else f"{step.share:.1%}")
            for step in report.funnel
        ),
    )
    if report.pace and report.pace.per_second:
        say(f"{report.pace.per_second:.2f} messages a second over {report.pace.duration_s:.0f} s")
    if report.delivery_times:
        say(f"on the phone after {report.delivery_times.median_s:.1f} s (median)")
    if report.skipped:
        print_table(("Left out", "People"), ((s.label, f"{s.people:,}") for s in report.skipped))
    causes = (*report.failures, *report.doubts)
    if causes:
        print_table(
            ("Not delivered", "Messages", "What to do"),
            ((c.title, f"{c.deliveries:,}", c.advice) for c in causes),
        )
