"""What messages cost: prices by country and channel, dated, and how a table of them is read."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final, Literal, cast

from phonenumbers import SUPPORTED_REGIONS

from relay_core.errors import CampaignError
from relay_core.templates.writing.template import Category

PriceChannel = Literal["sms", "whatsapp"]

COLUMNS: Final = ("country", "channel", "category", "price", "currency", "since")
"""Of a table of prices, in order; category may be empty."""
EXAMPLE_CURRENCY: Final = "XTS"
"""The code that ISO 4217 keeps for tests. A price in it is an example, and no other price is."""
_CHANNELS: Final = ("sms", "whatsapp")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_DECIMALS: Final = 6
_DEAREST: Final = Decimal(1000)
"""Nobody charges as much for one message; a price above has lost its decimal point."""
_MOST_NAMED: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What one part of an SMS, or one WhatsApp message, costs to numbers of one country."""

    country: str
    """Of the number, ISO 3166."""
    channel: PriceChannel
    category: str | None
    """Meta's, of a WhatsApp message; None: every category without a price of its own."""
    price: Decimal
    currency: str
    """ISO 4217."""
    since: date
    """It holds from this day on, until a later one."""
    is_example: bool


def price_on(
    prices: Iterable[Price], *, country: str | None, channel: str, category: str, on: date
) -> Price | None:
    """Return the price that holds on a day; None where nobody entered one.

    A real price wins over an example, one for the category over one for all, and a later one over
    an earlier one.
    """
    fitting = (
        price
        for price in prices
        if price.country == country
        and price.channel == channel
        and price.category in {None, category}
        and price.since <= on
    )
    return max(
        fitting, key=lambda p: (not p.is_example, p.category is not None, p.since), default=None
    )


def read_prices(
    rows: Sequence[Mapping[str, str | None]], *, first_row: int = 1
) -> tuple[Price, ...]:
    """Read a table of prices as it was typed.

    Args:
        rows: With the columns of `COLUMNS`. A row without any text is passed over.
        first_row: What a person would call the first of them; 2 in a file with a header.

    Raises:
        CampaignError: Names every row that cannot be read, and each that says what an earlier one
            says already.
    """
    prices: list[Price] = []
    wrong: list[str] = []
    first: dict[tuple[object, ...], int] = {}
    for number, row in enumerate(rows, first_row):
        cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        if not any(cells.values()):
            continue
        faults = _faults(cells)
        if faults:
            wrong.append(f"row {number}: {'; '.join(faults)}")
            continue
        price = _price(cells)
        key = (price.country, price.channel, price.category, price.since, price.is_example)
        if key in first:
            wrong.append(f"row {number}: row {first[key]} has a price for the same from that day")
        first.setdefault(key, number)
        prices.append(price)
    if wrong:
        more = f" And {len(wrong) - _MOST_NAMED} more." if len(wrong) > _MOST_NAMED else ""
        raise CampaignError(
            f"{len(wrong)} rows of prices",
            advice=f"Correct the prices: {'. '.join(wrong[:_MOST_NAMED])}.{more}",
        )
    return tuple(prices)


def _faults(cells: Mapping[str, str]) -> list[str]:
    country, channel, category = cells["country"], cells["channel"], cells["category"]
    faults = []
    if country.upper() not in SUPPORTED_REGIONS:
        faults.append(f"{country or 'nothing'} is not a country, say e.g. FR")
    if channel.lower() not in _CHANNELS:
        faults.append(f"the channel is {channel or 'missing'}, say sms or whatsapp")
    if category and category.upper() not in set(Category):
        faults.append(f"{category} is not a category, say {', '.join(Category)} or nothing")
    if category and channel.lower() == "sms":
        faults.append("an SMS has no category")
    if _decimal(cells["price"]) is None:
        faults.append(f"the price is {cells['price'] or 'missing'}, say e.g. 0.0712")
    if not _CURRENCY.fullmatch(cells["currency"].upper()):
        faults.append(f"the currency is {cells['currency'] or 'missing'}, say e.g. EUR")
    if _day(cells["since"]) is None:
        faults.append(f"the day is {cells['since'] or 'missing'}, say e.g. 2026-01-01")
    return faults


def _price(cells: Mapping[str, str]) -> Price:
    price, since = _decimal(cells["price"]), _day(cells["since"])
    if price is None or since is None:
        raise ValueError("only rows without faults are read")
    currency = cells["currency"].upper()
    return Price(
        country=cells["country"].upper(),
        channel=cast("PriceChannel", cells["channel"].lower()),
        category=cells["category"].upper() or None,
        price=price,
        currency=currency,
        since=since,
        is_example=currency == EXAMPLE_CURRENCY,
    )


def _decimal(text: str) -> Decimal | None:
    try:
        price = Decimal(text)
    except InvalidOperation:
        return None
    if not price.is_finite() or not 0 <= price < _DEAREST:
        return None
    exponent = price.as_tuple().exponent
    return price if isinstance(exponent, int) and -exponent <= _DECIMALS else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
