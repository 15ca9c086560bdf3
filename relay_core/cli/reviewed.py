"""A review and a cost in sentences, as commands print them."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Final

from relay_core.campaigns.cost import Cost
from relay_core.campaigns.departures import Departures
from relay_core.campaigns.reviewing import Review
from relay_core.campaigns.variants import language_name
from relay_core.cli.output import said_notice
from relay_core.reports.skips import skip_label
from relay_core.worded import counted

_CENT: Final = Decimal("0.01")
_MOST_CHANGES: Final = 20
_MOST_SAMPLES: Final = 3
_MOST_WAITS: Final = 5


def print_review(review: Review, *, to: Callable[[str], None]) -> None:
    """Say everything a person must know before sending, a sentence at a time."""
    to(f"{review.campaign}: {review.template} from {review.integration} ({review.channel})")
    to(review.audience)
    for rule in () if review.unstated else review.rules:
        to(rule)
    for reason, people in review.skipped.items():
        to(f"  left out: {people:,}, {skip_label(reason)}")
    _print_texts(review, to=to)
    for change in review.changes[:_MOST_CHANGES]:
        to(f"  changed in Zendesk: {change}")
    if len(review.changes) > _MOST_CHANGES:
        to(f"  and {len(review.changes) - _MOST_CHANGES:,} more changes in Zendesk")
    if review.parts:
        to(f"{counted(review.parts, 'SMS part')}; the longest text takes {review.longest_parts}.")
    print_cost(review.cost, to=to)
    if review.departures is not None:
        _print_departures(review.departures, to=to)
    for notice in review.notices:
        to(said_notice(notice))
    if review.needs_approval:
        to("So many people that somebody else has to approve it before anything leaves.")
    for hindrance in filter(None, (review.untested, review.unstated)):
        to(hindrance)


def _print_texts(review: Review, *, to: Callable[[str], None]) -> None:
    for variant in review.variants:
        to(f"  {language_name(variant.language)}: {variant.people:,}, e.g. {variant.sample}")
    if not review.variants:
        for sample in review.samples[:_MOST_SAMPLES]:
            to(f"  {sample.name}: {sample.body}")


def _print_departures(departures: Departures, *, to: Callable[[str], None]) -> None:
    """Say what does not leave at once, and when all of it has."""
    for wait in departures.waits[:_MOST_WAITS]:
        begins, ends = _moment(wait.begins_at), _moment(wait.ends_at)
        to(f"From {begins} to {ends} {wait.messages:,} {wait.why}.")
    if departures.ends_at is None:
        to("The last messages would leave in more than a year.")
    elif departures.waits:
        to(f"The last message leaves on {_moment(departures.ends_at)}.")


def _moment(at: datetime) -> str:
    return f"{at.astimezone():%d %b %H:%M}"


def print_cost(cost: Cost, *, to: Callable[[str], None]) -> None:
    """Say what messages cost, each currency apart, and which are not in it."""
    for each in cost.sums:
        prices = "EXAMPLE prices, which nobody charges" if each.is_example else "the prices"
        to(f"About {each.amount.quantize(_CENT):,} {each.currency}, by {prices}, on {cost.on}.")
    if cost.unpriced:
        missing = ", ".join(f"{u.messages:,} to {u.country or '?'}" for u in cost.unpriced)
        to(f"No price is known for {missing}. See `relay prices list`.")
