"""The table of prices, kept as one: it is read and replaced as a whole."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from relay_core.campaigns.prices import Price
from relay_core.store.audit import note
from relay_core.store.ledger import Ledger, Session


def kept_prices(ledger: Ledger) -> tuple[Price, ...]:
    """Return every price, by channel and country, the latest first."""
    return tuple(
        Price(**row | {"price": Decimal(row["price"])}) for row in ledger.rows("prices.all")
    )


def keep_prices(ledger: Ledger, prices: Sequence[Price], *, actor: str, now: datetime) -> None:
    """Replace the whole table."""
    rows = [
        {
            "country": price.country,
            "channel": price.channel,
            "category": price.category,
            "price": f"{price.price:f}",
            "currency": price.currency,
            "since": price.since.isoformat(),
            "is_example": price.is_example,
        }
        for price in prices
    ]
    examples = sum(price.is_example for price in prices)

    def work(session: Session) -> None:
        before = len(session.run("prices.all"))
        session.run("prices.clear")
        session.run_many("prices.add", rows)
        note(
            session,
            actor=actor,
            event="prices.saved",
            subject="prices",
            now=now,
            detail=f"{before} -> {len(rows)} prices, {examples} of them examples",
        )

    ledger.write(work)
