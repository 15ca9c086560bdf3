"""A review and a cost in sentences, as commands print them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from relay_core.campaigns.cost import Cost
from relay_core.campaigns.reviewing import Review
from relay_core.campaigns.variants import language_name
from relay_core.cli.output import said_notice

_CENT: Final = Decimal("0.01")
_MOST_CHANGES: Final = 20
_MOST_SAMPLES: Final = 3


def print_review(review: Review, *, to: Callable[[str], None]) -> None:
    """Say everything a person must know before sending, a sentence at a time."""
    to(f"{review.campaign}: {review.template} from {review.integration} ({review.channel})")
    to(review.audience)
    for reason, people in review.skipped.items():
        to(f"  left out: {people:,} {reason.replace('_', ' ')}")
    for variant in review.variants:
        to(f"  {language_name(variant.language)}: {variant.people:,}, e.g. {variant.sample}")
    if not review.variants:
        for sample in review.samples[:_MOST_SAMPLES]:
            to(f"  {sample.name}: {sample.body}")
    for change in review.changes[:_MOST_CHANGES]:
        to(f"  changed in Zendesk: {change}")
    if len(review.changes) > _MOST_CHANGES:
        to(f"  and {len(review.changes) - _MOST_CHANGES:,} more changes in Zendesk")
    if review.parts:
        to(f"{review.parts:,} SMS parts; the longest text takes {review.longest_parts}.")
    print_cost(review.cost, to=to)
    for notice in review.notices:
        to(said_notice(notice))


def print_cost(cost: Cost, *, to: Callable[[str], None]) -> None:
    """Say what messages cost, each currency apart, and which are not in it."""
    for each in cost.sums:
        prices = "EXAMPLE prices, which nobody charges" if each.is_example else "the prices"
        to(f"About {each.amount.quantize(_CENT):,} {each.currency}, by {prices}, on {cost.on}.")
    if cost.unpriced:
        missing = ", ".join(f"{u.messages:,} to {u.country or '?'}" for u in cost.unpriced)
        to(f"No price is known for {missing}. See `relay prices list`.")
