"""How commands speak: JSON or a table on standard output, everything else on standard error."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, Final, assert_never

import typer
from pydantic import TypeAdapter
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table
from rich.text import Text

from relay_core.audience.screening.notices import Notice, NoticeKind
from relay_core.cli.chosen import choose, chosen_alias
from relay_core.installation import account_settings
from relay_core.log import configure_log
from relay_core.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
ACTOR = "command line"

_RULE_WIDTH: Final = 3
"""Columns of the terminal between two cells of a table: a rule with a space on each side."""

_out = Console()
_err = Console(stderr=True)


def settings() -> Settings:
    """Read the settings and start the log. Raises ConfigurationError."""
    loaded = account_settings(chosen_alias())
    choose(loaded.alias)
    # A command speaks to a person: only what they should look at reaches their terminal.
    configure_log(level="ERROR" if loaded.log_level == "INFO" else loaded.log_level)
    return loaded


def say(text: str) -> None:
    """Print a sentence as the command's answer."""
    _out.print(text, markup=False, highlight=False)


def say_below(text: str) -> None:
    """Print what belongs to the sentence before it, set in by two columns."""
    _out.print(Padding(Text(text), (0, 0, 0, 2)))


def remark(text: str) -> None:
    """Print a sentence beside the answer."""
    _err.print(text, markup=False, highlight=False)


def said_notice(notice: Notice) -> str:
    """Return what is to be said beside the numbers of an audience, by how grave it is."""
    match notice.kind:
        case NoticeKind.INFORMATION:
            return notice.text
        case NoticeKind.WARNING:
            return f"Warning: {notice.text}"
        case NoticeKind.REFUSED:
            return f"Refused: {notice.text}"
        case _:
            assert_never(notice.kind)


def remark_notice(notice: Notice) -> None:
    """Print it beside the answer, not within."""
    remark(said_notice(notice))


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever a front desk's method returns
    """Print a value, or dataclasses of any depth, as JSON."""
    plain = TypeAdapter(type(value)).dump_python(value, mode="json")
    typer.echo(json.dumps(plain, ensure_ascii=False, indent=2))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under headings."""
    table = Table(*(Column(name, overflow="fold") for name in columns))
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    _out.print(table)


def print_answer(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows as a table, or where it is wider than the terminal, each as a list of its own."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(cell_len(text) for text in texts) for texts in zip(columns, *cells, strict=True)]
    if sum(widths) + _RULE_WIDTH * len(widths) + 1 <= _out.width:
        print_table(columns, cells)
        return
    longest = max(cell_len(name) for name in columns)
    for row in cells:
        for name, cell in zip(columns, row, strict=True):
            typer.echo(f"{name:<{longest}}  {cell}".rstrip())
        typer.echo()


@contextmanager
def bar(label: str, *, total: int | None) -> Iterator["Bar"]:
    """Show a progress bar on standard error."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=_err, transient=not _err.is_terminal) as progress:
        yield Bar(progress, progress.add_task(label, total=total, note=""))


class Bar:
    """A bar being shown."""

    def __init__(self, progress: Progress, task: Any) -> None:  # noqa: ANN401 - rich's own id
        """Use `bar`."""
        self._progress = progress
        self._task = task

    def at(self, done: int, *, total: int | None = None, note: str = "") -> None:
        """Move to `done`; a total is said where it was not known before."""
        self._progress.update(self._task, completed=done, total=total, note=note)
