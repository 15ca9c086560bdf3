"""What a run costs: as planned, and what was used up so far."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from relay_core.campaigns.cost import Charged, Cost, cost_of
from relay_core.campaigns.part_count import count_parts
from relay_core.campaigns.price_table import kept_prices
from relay_core.delivery.consequences import kind_of
from relay_core.store.ledger import Ledger, Row
from relay_core.templates.sms.gsm import EXTENSION, GSM

ALPHABET: Final = f"[{re.escape(''.join(sorted(GSM)))}]*"
"""Texts that GSM-7 can say; in RE2, as DuckDB has it."""
DOUBLE: Final = f"[{re.escape(''.join(sorted(EXTENSION)))}]|[^\\x{{0}}-\\x{{FFFF}}]"
"""Whatever may count twice: where it stands can decide how many parts a text takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCost:
    """By the prices of the day on which the run was made."""

    planned: Cost
    """If every message leaves."""
    actual: Cost
    """What is charged for so far: an SMS once the channel took it, a WhatsApp message once it is
    on the phone. What a provider charges may differ."""


def run_cost(
    ledger: Ledger,
    run_id: int,
    *,
    channel: str,
    categories: Mapping[str | None, str],
    on: date,
) -> RunCost:
    """Price a run.

    Args:
        ledger: The file.
        run_id: The run's number.
        channel: Type of the integration.
        categories: Meta's category of each language of the run; None: the run's own.
        on: The day whose prices hold.
    """
    priced_as: Literal["sms", "whatsapp"] = "whatsapp" if kind_of(channel) == "whatsapp" else "sms"
    rows = ledger.rows(
        "reports.charged",
        run_id=run_id,
        by_text=priced_as == "sms",
        alphabet=ALPHABET,
        double=DOUBLE,
    )
    prices = kept_prices(ledger)
    used = "sent" if priced_as == "sms" else "delivered"
    planned, actual = (
        cost_of(
            _charged(rows, figure, categories=categories, by_text=priced_as == "sms"),
            prices=prices,
            channel=priced_as,
            on=on,
        )
        for figure in ("planned", used)
    )
    return RunCost(planned=planned, actual=actual)


def _charged(
    rows: Sequence[Row], figure: str, *, categories: Mapping[str | None, str], by_text: bool
) -> Iterator[Charged]:
    for row in rows:
        if row[figure]:
            yield Charged(
                row["country"],
                categories.get(row["template_language"], categories[None]),
                (row["parts"] or count_parts(row["body"])) if by_text else 1,
                row[figure],
            )
