"""`relay ledger`: an installation between its file and a ledger that several processes share."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer

from relay_core.cli.output import AsJson, bar, print_json, remark, say, settings
from relay_core.cli.pressing import person
from relay_core.errors import ConfigurationError, DataFolderBusy, StoreError
from relay_core.relay import open_relay
from relay_core.settings import Settings
from relay_core.worded import counted

try:
    from relay_core.backups.moving import (
        Moved,
        copy_from_ledger,
        copy_to_ledger,
        finish_move,
    )
except ModuleNotFoundError as error:
    raise ConfigurationError(
        "the extra `scale` is not installed",
        advice="This needs PostgreSQL's client. Install Relay with its extra: "
        "pip install 'relay[scale]'.",
    ) from error

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _ledger() -> None:
    """Where everything that was sent is noted."""


@app.command("copy")
def copy_ledger(
    *,
    to: Annotated[
        str | None, typer.Option("--to", help="An empty database: postgresql://host/name.")
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="The ledger that is to become a file again.")
    ] = None,
    keep: Annotated[
        bool,
        typer.Option(
            "--keep", help="With --from: leave the ledger in charge. The copy sends nothing."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Move everything from the file into PostgreSQL, or back. Nothing may be running meanwhile."""
    if (to is None) == (from_ is None) or (keep and to is not None):
        raise ConfigurationError(
            "neither one way nor the other",
            advice="Say --to postgresql://… or --from postgresql://…; --keep goes with --from.",
        )
    loaded = settings().model_copy(update={"ledger_url": None})
    began = time.monotonic()
    to, from_ = (loaded.own_address(url) if url else None for url in (to, from_))
    moved = finish_move(to or from_ or "", loaded.database_path)
    if moved is None:
        moved = _to(loaded, to) if to else _from(loaded, from_ or "", keep=keep)
    if as_json:
        print_json(moved)
        return
    if moved.copied is None:
        say("The copy that was interrupted had arrived whole; its last step is done now.")
    else:
        rows = counted(moved.copied.rows, "row", "rows")
        took = f"{time.monotonic() - began:,.1f} s"
        say(f"{rows} of {moved.copied.tables} tables copied and compared in {took}.")
        if moved.copied.zeros:
            values = counted(moved.copied.zeros, "text", "texts")
            remark(f"{values} held U+0000, which PostgreSQL cannot; U+FFFD stands there.")
    # What was finished may have gone the other way than what was asked for now.
    _tell(
        moved,
        is_in_charge=moved.path == str(loaded.database_path.resolve()),
        keep=keep and moved.copied is not None,
    )


def _to(loaded: Settings, url: str) -> Moved:
    if not loaded.database_path.exists():
        raise StoreError(
            "no file", advice=f"There is no {loaded.database_path} yet, so nothing is to be moved."
        )
    try:
        relay = open_relay(loaded)
    except DataFolderBusy as error:
        raise DataFolderBusy(
            str(error),
            advice="Relay is running and uses the file, so it cannot be moved. Stop Relay, then "
            "run this again. Nothing was changed.",
        ) from error
    with _progress() as progress:
        return relay.hand_over(
            partial(
                copy_to_ledger, url=url, actor=person(), now=datetime.now(UTC), progress=progress
            )
        )


def _from(loaded: Settings, url: str, *, keep: bool) -> Moved:
    with _progress() as progress:
        return copy_from_ledger(
            url,
            loaded.database_path,
            keep=keep,
            account=loaded.account_name if loaded.is_connected else None,
            actor=person(),
            now=datetime.now(UTC),
            progress=progress,
        )


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    with bar("Copying and comparing rows", total=None) as shown:
        yield lambda table, done, total: shown.at(done, total=total, note=table)


def _tell(moved: Moved, *, is_in_charge: bool, keep: bool) -> None:
    if not is_in_charge:
        say(f"The ledger is in charge now. The file was put aside: {moved.path}.")
        remark(
            "Set RELAY_LEDGER_URL for every process from now on. Keep what was put aside until you "
            "are content, then delete it: it holds people's numbers."
        )
    elif keep:
        say(f"{moved.path} is a copy. The ledger stays in charge; every run of the copy is paused.")
    else:
        say(f"{moved.path} is in charge now. Nothing can be written to the ledger any more.")
        remark("Take RELAY_LEDGER_URL out of the settings before you start Relay.")
