"""Which commands there are, and where each is; its modules load once it is called."""

import gc
import pkgutil
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

_ROOM: Final = "relay_core.cli"


@dataclass(frozen=True, slots=True)
class Entry:
    """A command, or a group of them."""

    summary: str
    """What the list of commands says of it."""
    place: str
    """`module:name` of a function, or of a group's `app`."""
    more: tuple[str, ...] = ()
    """Other modules that add commands to the group."""


CONTENTS: Final = {
    "serve": Entry(
        "Open Relay in the browser. Without an account it brings the sandbox along.", "serve:serve"
    ),
    "worker": Entry(
        "Send what is queued in a ledger that several processes share, on this machine.",
        "worker:worker",
    ),
    "demo": Entry(
        "Show the whole way in a sandbox of its own, from the first sync to the report.",
        "demo:demo",
    ),
    "doctor": Entry(
        "Check settings, connections, permissions, rules and the file; say what to do.",
        "setup:doctor",
    ),
    "mirror": Entry("What agents see of Relay in Zendesk.", "mirror:app"),
    "setup": Entry("Connect an account step by step; use new credentials.", "setup:app"),
    "sync": Entry("Bring the local copy of Zendesk's people up to date.", "people:sync"),
    "audience": Entry("See who would be reached.", "audience:app"),
    "query": Entry("Check a Zendesk search query.", "query:app"),
    "segment": Entry("Saved audiences and their history.", "segments:app"),
    "template": Entry("What can be said, and its approval.", "templates:app"),
    "campaign": Entry(
        "Prepare what is sent.", "campaigns:app", more=("sms_doctor", "campaign_changes")
    ),
    "prices": Entry("What messages cost.", "prices:app"),
    "send": Entry(
        "Review a campaign, send it at the pace of its integration, and follow it.",
        "campaigns:send",
    ),
    "schedule": Entry("Send later, once or again and again.", "schedules:app"),
    "run": Entry(
        "Follow, pause, resume or cancel what is being sent.",
        "runs:app",
        more=("unknowns", "run_starts"),
    ),
    "talk": Entry("Lines of Zendesk Talk that can text.", "talk:app"),
    "report": Entry("Say what happened in a run.", "runs:report"),
    "compare": Entry(
        "Compare campaigns, templates and integrations; say how many messages people get.",
        "compare:compare",
    ),
    "sql": Entry(
        "Query the facts: runs, messages, attempts, receipts, replies. Nothing can be changed.",
        "sql:sql",
    ),
    "export": Entry(
        "Copy the whole file, or write the facts as Parquet. Nothing is overwritten.",
        "export:export",
    ),
    "person": Entry("What is known of one person, and forgetting them.", "person:app"),
    "retention": Entry(
        "Remove names, numbers and texts that are older than RELAY_RETENTION_DAYS; figures stay.",
        "person:retention",
    ),
    "compact": Entry(
        "Write Relay's file anew, so that nothing erased is left in it. Relay must not be running.",
        "compact:compact",
    ),
    "backup": Entry(
        "Copy the whole file to fall back on, also while Relay runs and sends.", "backup:backup"
    ),
    "ledger": Entry("Move everything into PostgreSQL, or back into a file.", "ledger:app"),
    "restore": Entry(
        "Go back to a backup. Relay must not be running; every run comes back paused.",
        "backup:restore_backup",
    ),
    "trail": Entry(
        "Say who did what, when, and on what, with old and new values; the latest first.",
        "trail:trail",
    ),
}


class Commands(TyperGroup):
    """Lists all commands by their summaries, and loads the one that is called."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - whatever typer hands over
        """Know every command by name."""
        super().__init__(**attributes)
        self.commands = {
            name: TyperCommand(name, help=entry.summary) for name, entry in CONTENTS.items()
        }

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - click's, private in typer
        """Put the real command in the place of its summary."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, _loaded(name or ""), rest


def _loaded(name: str) -> Any:  # noqa: ANN401 - as above
    entry = CONTENTS[name]
    # What is imported stays; to look through it for garbage takes a fifth of the time.
    gc.disable()
    for module in entry.more:
        import_module(f"{_ROOM}.{module}")
    found = pkgutil.resolve_name(f"{_ROOM}.{entry.place}")
    gc.enable()
    holder = typer.Typer()
    if isinstance(found, typer.Typer):
        holder.add_typer(found, name=name, help=entry.summary)
    else:
        holder.command(name)(found)
    return get_group(holder).commands[name]
