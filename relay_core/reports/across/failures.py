"""Failures of each integration by class: will they pass, and who can end them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from relay_core.reports.failure_classes import Nature, class_of_failure
from relay_core.reports.intervals import Proportion, proportion
from relay_core.store.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class FailuresOfIntegration:
    """The failed messages of one class."""

    integration: str
    nature: Nature
    messages: int
    of_failed: Proportion | None
    """Of all failed messages of the integration."""


def failures_by_integration(
    ledger: Ledger, *, since: datetime
) -> tuple[FailuresOfIntegration, ...]:
    """Count what left since a moment (aware) and failed, the most first within an integration."""
    counted: dict[str, Counter[Nature]] = {}
    for row in ledger.rows("across.failures", since=since):
        nature, _ = class_of_failure(row["code"], channel=row["channel"])
        counted.setdefault(row["integration"], Counter())[nature] += row["messages"]
    return tuple(
        FailuresOfIntegration(
            integration=integration,
            nature=nature,
            messages=messages,
            of_failed=proportion(messages, natures.total()),
        )
        for integration, natures in counted.items()
        for nature, messages in natures.most_common()
    )
