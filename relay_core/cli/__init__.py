"""The command line: the front desk's methods, one command for each thing a person can do."""

import signal
import sys
from threading import Event
from types import FrameType
from typing import Annotated, Final, NoReturn

import typer

from relay_core.cli.chosen import called, choose
from relay_core.cli.complaining import complain
from relay_core.cli.contents import Commands
from relay_core.errors import RelayError

_TOLD_TO_END: Final = 128 + signal.SIGTERM

app = typer.Typer(
    name="relay",
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def _relay(
    *,
    account: Annotated[
        str | None,
        typer.Option(help="Which of the installation's accounts, where there are several."),
    ] = None,
) -> None:
    """Reach Zendesk customers first, in bulk, over WhatsApp and SMS, safely."""
    choose(account)


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
        complain(called(error.advice))
        sys.exit(1)
    except SystemExit as leaving:
        # Inside a query the two signals that end a command look alike.
        sys.exit(_TOLD_TO_END if told_to_end.is_set() else leaving.code)
    sys.exit(0)
