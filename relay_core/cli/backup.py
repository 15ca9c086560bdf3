"""`relay backup` and `relay restore`: a copy to fall back on, and the way back."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from relay_core.backups.restoring import Restored, restore
from relay_core.cli.output import AsJson, print_json, remark, say, settings
from relay_core.cli.pressing import person
from relay_core.errors import StoreError
from relay_core.serving import front_desk
from relay_core.worded import counted


def backup(
    target: Annotated[Path, typer.Argument(help="The backup, e.g. relay-2027-03-01.duckdb.")],
    *,
    overwrite: Annotated[
        bool, typer.Option(help="Replace an earlier backup of that name.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Copy the whole file to fall back on, also while Relay runs and sends."""
    place = str(_absolute(target))
    with front_desk(settings()) as relay:
        done = relay.take_backup(place, overwrite=overwrite, actor=person())
    if as_json:
        print_json(done)
        return
    say(
        f"{done.path}: {done.rows:,} rows, {done.size_bytes:,} bytes, schema {done.schema_version}."
    )
    remark("It holds phone numbers and texts: protect it as you protect Relay's file.")


def restore_backup(
    source: Annotated[Path, typer.Argument(help="A file that `relay backup` has written.")],
    *,
    yes: Annotated[
        bool, typer.Option("--yes", help="Put the file that is there aside without asking.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Go back to a backup. Relay must not be running; every run comes back paused."""
    loaded = settings()
    if loaded.ledger_url:
        raise StoreError(
            "a shared ledger",
            advice="The ledger is in PostgreSQL, and a backup is a file. Restore it without "
            "RELAY_LEDGER_URL, then move it to an empty database: relay ledger copy --to URL.",
        )
    path = loaded.database_path.absolute()
    if path.exists() and not yes and sys.stdin.isatty():
        yes = typer.confirm(f"Put {path} aside, and go back to {source}?", abort=True, err=True)
    done = restore(
        _absolute(source),
        path,
        account=loaded.account_name if loaded.is_connected else None,
        overwrite=yes,
        actor=person(),
        now=datetime.now(UTC),
    )
    if as_json:
        print_json(done)
    else:
        _tell(done, source=source)


def _tell(done: Restored, *, source: Path) -> None:
    of_when = f" of {done.taken_at:%d %B %Y, %H:%M} UTC" if done.taken_at else ""
    say(f"{done.path} is the backup {source}{of_when} now.")
    if done.kept_as:
        say(f"The file that was there is {done.kept_as}.")
    for run, queued in done.held.runs.items():
        say(f"Run {run} is paused: {queued:,} of its messages wait, and may have left since.")
    if done.held.runs:
        remark(
            "Compare with the channel's own record before you go on. `relay run resume RUN` sends "
            "everything that waits; `relay run cancel RUN` sends nothing of it."
        )
    if done.in_doubt:
        were = counted(done.in_doubt, "message was", "messages were")
        say(f"{were} on the way, with an end that is in doubt: relay run unknown")
    if done.held.cancelled:
        listed = ", ".join(map(str, done.held.cancelled))
        say(f"Cancelled, because they may have been approved since: runs {listed}.")
    if done.held.schedules:
        held = counted(done.held.schedules, "schedule is", "schedules are")
        say(f"{held} held: relay schedule list")
    remark(
        "Replies of STOP, blocked numbers and erased people of the time since are not in it. Run "
        "`relay sync`, and block and erase them again, before you send."
    )


def _absolute(path: Path) -> Path:
    """Return a path of this folder, for a process that stands elsewhere."""
    given = path.expanduser().absolute()
    return given.parent.resolve() / given.name
