"""How many people a campaign reaches in each language, before anything is written to them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from relay_core.campaigns.campaign import Campaign
from relay_core.campaigns.candidates import Candidates
from relay_core.campaigns.variants import chooser, speaks
from relay_core.store.ledger import Row


@dataclass(frozen=True, slots=True)
class LanguageCounts:
    """The languages of a campaign over its audience."""

    people: Mapping[str, int]
    """By Meta's code, the most people first."""
    fallen_back: int
    """People among them who do not get their own language, or whose language is not known."""
    skipped: tuple[str, ...]
    """Languages that nobody gets, and why, in sentences."""


def count_languages(
    campaign: Campaign, sendable: Candidates, *, locales: Iterable[Row]
) -> LanguageCounts:
    """Count an audience by what each person would get.

    Args:
        campaign: With its fallback order.
        sendable: What can leave now.
        locales: People (`people`) by locale (`value`).
    """
    own = campaign.template.template.language
    choose = chooser(
        candidates=sendable.by_language,
        order=campaign.languages,
        own=own,
    )
    people: Counter[str] = Counter()
    fallen_back = 0
    for row in locales:
        language = choose(row["value"]) if campaign.languages else own
        people[language] += row["people"]
        if not speaks(row["value"], language):
            fallen_back += row["people"]
    return LanguageCounts(dict(people.most_common()), fallen_back, sendable.skipped)
