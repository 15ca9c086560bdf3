"""What messages will cost: by country, each currency apart, and never by a price nobody gave."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from relay_core.campaigns.prices import Price, PriceChannel, price_on


@dataclass(frozen=True, slots=True)
class Charged:
    """Messages, as far as their price depends on it."""

    country: str | None
    """Of the number, ISO 3166."""
    category: str
    """Meta's, of its template."""
    units: int
    """What is charged for each: parts of an SMS; 1 for a WhatsApp message."""
    messages: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """What messages to one country cost."""

    price: Price
    messages: int
    units: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class CostSum:
    """What is paid in one currency."""

    currency: str
    amount: Decimal
    is_example: bool


@dataclass(frozen=True, slots=True)
class Unpriced:
    """Messages whose price nobody entered."""

    country: str | None
    """None: the country of the number is not known."""
    messages: int
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What messages cost by the prices of one day."""

    channel: PriceChannel
    on: date
    lines: tuple[CostLine, ...]
    """The most messages first."""
    sums: tuple[CostSum, ...]
    """One for each currency: amounts in different ones are never added. Examples come last."""
    unpriced: tuple[Unpriced, ...]
    """What is not in the sums, the most messages first."""

    @property
    def units(self) -> int:
        """What is charged, priced or not."""
        priced = sum(line.units for line in self.lines)
        return priced + sum(each.units for each in self.unpriced)

    @property
    def is_example(self) -> bool:
        """Whether any of it is by example prices, which nobody charges."""
        return any(each.is_example for each in self.sums)


def cost_of(
    messages: Iterable[Charged], *, prices: Sequence[Price], channel: PriceChannel, on: date
) -> Cost:
    """Return what messages cost. Pure."""
    counted: Counter[tuple[str | None, str]] = Counter()
    units: Counter[tuple[str | None, str]] = Counter()
    for message in messages:
        kind = (message.country, message.category)
        counted[kind] += message.messages
        units[kind] += message.units * message.messages
    found: dict[Price, tuple[int, int]] = {}
    unpriced: dict[str | None, tuple[int, int]] = {}
    for kind, number in counted.most_common():
        country, category = kind
        price = price_on(prices, country=country, channel=channel, category=category, on=on)
        if price is None:
            before = unpriced.get(country, (0, 0))
            unpriced[country] = (before[0] + number, before[1] + units[kind])
        else:
            before = found.get(price, (0, 0))
            found[price] = (before[0] + number, before[1] + units[kind])
    lines = tuple(
        CostLine(price=price, messages=number, units=charged, amount=price.price * charged)
        for price, (number, charged) in sorted(found.items(), key=lambda each: -each[1][0])
    )
    return Cost(
        channel=channel,
        on=on,
        lines=lines,
        sums=_sums(lines),
        unpriced=tuple(
            Unpriced(country, number, charged)
            for country, (number, charged) in sorted(
                unpriced.items(), key=lambda each: (-each[1][0], each[0] or "")
            )
        ),
    )


def _sums(lines: Sequence[CostLine]) -> tuple[CostSum, ...]:
    amounts: dict[tuple[bool, str], Decimal] = {}
    for line in lines:
        key = (line.price.is_example, line.price.currency)
        amounts[key] = amounts.get(key, Decimal(0)) + line.amount
    return tuple(
        CostSum(currency, amount, is_example)
        for (is_example, currency), amount in sorted(amounts.items())
    )
