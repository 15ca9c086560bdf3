"""`relay prices …`: what messages cost, as it was entered."""

import csv
import io
from pathlib import Path
from typing import Annotated

import typer

from relay_core.campaigns.prices import COLUMNS
from relay_core.cli.output import ACTOR, AsJson, print_json, print_table, say, settings
from relay_core.errors import CampaignError
from relay_core.serving import front_desk

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List the prices: of one part of an SMS, of one WhatsApp message."""
    with front_desk(settings()) as relay:
        prices = relay.prices()
    if as_json:
        print_json(prices)
        return
    print_table(
        ("Country", "Channel", "Category", "Price", "Currency", "Since", ""),
        (
            (
                p.country,
                p.channel,
                p.category,
                f"{p.price:f}",
                p.currency,
                p.since,
                "example" if p.is_example else "",
            )
            for p in prices
        ),
    )


@app.command("import")
def import_(file: Annotated[Path, typer.Argument(help="CSV with a header.")]) -> None:
    """Replace the whole table by a file: country, channel, category, price, currency, since."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CampaignError(
            f"unreadable file: {type(error).__name__}",
            advice=f"{file} cannot be read. Give a CSV file in UTF-8.",
        ) from error
    reader = csv.DictReader(io.StringIO(text))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise CampaignError(
            f"{len(missing)} columns missing",
            advice=f"The first row of {file} must name these columns too: {', '.join(missing)}.",
        )
    rows = [{name: row.get(name) for name in COLUMNS} for row in reader]
    with front_desk(settings()) as relay:
        kept = relay.save_prices(rows, actor=ACTOR, first_row=2)
    say(f"{len(kept)} prices are kept.")
