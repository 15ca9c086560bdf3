"""The command line: the front desk's methods, one command for each thing a person can do."""

import signal
import sys
from threading import Event
from types import FrameType
from typing import Final, NoReturn

import typer

from relay_core.cli import (
    audience,
    campaign_changes,
    campaigns,
    demo,
    export,
    people,
    prices,
    query,
    run_starts,
    runs,
    schedules,
    segments,
    serve,
    sms_doctor,
    sql,
    talk,
    templates,
    unknowns,
)
from relay_core.cli.output import complain
from relay_core.errors import RelayError

_TOLD_TO_END: Final = 128 + signal.SIGTERM

app = typer.Typer(
    name="relay",
    help="Reach Zendesk customers first, in bulk, over WhatsApp and SMS, safely.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("serve")(serve.serve)
app.command("sync")(people.sync)
app.command("send")(campaigns.send)
app.command("report")(runs.report)
app.command("sql")(sql.sql)
app.command("export")(export.export)
app.command("doctor")(people.doctor)
app.command("demo")(demo.demo)
app.add_typer(audience.app, name="audience", help="See who would be reached.")
app.add_typer(query.app, name="query", help="Check a Zendesk search query.")
app.add_typer(segments.app, name="segment", help="Saved audiences and their history.")
app.add_typer(templates.app, name="template", help="What can be said, and its approval.")
app.add_typer(campaigns.app, name="campaign", help="Prepare what is sent.")
campaigns.app.command("doctor")(sms_doctor.doctor)
for change in (
    campaign_changes.edit,
    campaign_changes.duplicate,
    campaign_changes.archive,
    campaign_changes.unarchive,
    campaign_changes.delete,
):
    campaigns.app.command()(change)
app.add_typer(talk.app, name="talk", help="Lines of Zendesk Talk that can text.")
app.add_typer(prices.app, name="prices", help="What messages cost.")
app.add_typer(schedules.app, name="schedule", help="Send later, once or again and again.")
app.add_typer(runs.app, name="run", help="Follow, pause, resume or cancel what is being sent.")
runs.app.command("unknown")(unknowns.unknown)
for start in (run_starts.approve, run_starts.reject, run_starts.retry):
    runs.app.command()(start)


def main() -> NoReturn:
    """Run a command; a refusal is said on standard error, with exit code 1."""
    told_to_end = Event()

    def end(_number: int, _frame: FrameType | None) -> NoReturn:
        """Leave in order: what is in flight is recorded, then the file is closed."""
        told_to_end.set()
        raise SystemExit(_TOLD_TO_END)

    signal.signal(signal.SIGTERM, end)
    try:
        app()
    except RelayError as error:
        complain(error.advice)
        sys.exit(1)
    except SystemExit as leaving:
        # Inside a query the two signals that end a command look alike.
        sys.exit(_TOLD_TO_END if told_to_end.is_set() else leaving.code)
    sys.exit(0)
