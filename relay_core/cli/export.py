"""`relay export`: the data as files, also while Relay runs."""

from pathlib import Path
from typing import Annotated

import typer

from relay_core.cli.output import AsJson, print_json, remark, say, settings
from relay_core.cli.pressing import person
from relay_core.serving import front_desk


def export(
    target: Annotated[Path, typer.Argument(help="FILE.duckdb, or with --parquet a new folder.")],
    *,
    parquet: Annotated[
        bool, typer.Option(help="Only the facts, one Parquet file for each view.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Copy the whole file, or write the facts as Parquet. Nothing is overwritten."""
    place = str(target.expanduser().absolute())
    with front_desk(settings()) as relay:
        if parquet:
            files = relay.export_facts(place, actor=person())
        else:
            files = relay.export_file(place, actor=person())
    if as_json:
        print_json(files)
        return
    for file in files:
        say(f"{file.path} ({file.size_bytes:,} bytes)")
    if parquet:
        remark("Numbers of people are masked; names and texts are not.")
    else:
        remark("It holds phone numbers and texts. Runs are paused in it, so it sends nothing.")
