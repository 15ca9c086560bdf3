"""All runs at a glance: figures, the last weeks, and what needs somebody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from relay_core.reports.frozen import template_label
from relay_core.store.ledger import Ledger, Row

_WEEK: Final = timedelta(days=7)
_MONTH: Final = timedelta(days=30)
_WORRYING_SHARE: Final = 0.1
"""Of the messages a channel judged; above this, failures are more than bad luck."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """One run in a list. Figures mean what they mean in its report."""

    run: int
    campaign: str
    template: str
    integration_id: str
    integration: str
    channel: str
    state: str
    note: str | None
    created_at: datetime
    finished_at: datetime | None
    planned: int
    queued: int
    sending: int
    accepted: int
    delivered: int
    failed: int
    unknown: int
    cancelled: int
    replied: int
    skipped: int
    """People left out at planning."""
    failed_share: float
    """Of accepted + failed + unknown, 0 to 1; 0 before anything was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What became of the messages sent within the last days, over all runs."""

    days: int
    accepted: int
    delivered: int
    failed: int
    unknown: int
    replied: int


class Concern(StrEnum):
    """Why somebody should look at a run."""

    AWAITING = "awaiting"
    PAUSED = "paused"
    UNKNOWN = "unknown"
    FAILURES = "failures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """One thing that needs somebody."""

    concern: Concern
    run: int
    campaign: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All runs as of one moment."""

    as_of: datetime
    runs: tuple[RunSummary, ...]
    """Newest first."""
    last_7_days: Totals
    last_30_days: Totals
    attention: tuple[Attention, ...]
    """Runs that are paused or await approval, whatever their age; unknown and failed messages of
    the last 30 days' runs."""


def overview(ledger: Ledger, *, now: datetime) -> Overview:
    """Count all runs with two queries, however many there are."""
    runs = tuple(_summary(row) for row in ledger.rows("reports.overview_runs"))
    week, month = ledger.rows(
        "reports.overview_totals", week_ago=now - _WEEK, month_ago=now - _MONTH
    )
    return Overview(
        as_of=now,
        runs=runs,
        last_7_days=Totals(**week),
        last_30_days=Totals(**month),
        attention=tuple(_attention(runs, since=now - _MONTH)),
    )


def _summary(row: Row) -> RunSummary:
    judged = row["accepted"] + row["failed"] + row["unknown"]
    return RunSummary(
        **{**row, "template": template_label(row["template"])},
        failed_share=row["failed"] / judged if judged else 0.0,
    )


def _attention(runs: Sequence[RunSummary], *, since: datetime) -> Iterator[Attention]:
    for run in runs:
        for concern, sentence in _concerns(run, recent=run.created_at >= since):
            yield Attention(concern=concern, run=run.run, campaign=run.campaign, sentence=sentence)


def _concerns(run: RunSummary, *, recent: bool) -> Iterator[tuple[Concern, str]]:
    if run.state == "awaiting":
        yield (
            Concern.AWAITING,
            f"{_messages(run.queued, 'waits', 'wait')} for approval by somebody else.",
        )
    if run.state == "paused":
        waiting = _messages(run.queued, "waits", "wait")
        yield Concern.PAUSED, f"Paused; {waiting}. {run.note or 'Resume it when you are ready.'}"
    if recent and run.unknown:
        many = _messages(run.unknown, "has", "have")
        yield (
            Concern.UNKNOWN,
            f"{many} an unknown outcome. It is not repeated by itself: look who is affected.",
        )
    if recent and run.failed_share > _WORRYING_SHARE:
        failed = f"{_messages(run.failed, 'has', 'have')} failed"
        share = f"{run.failed_share:.0%} of those sent"
        yield Concern.FAILURES, f"{failed}, {share}. See the reasons in the report."


def _messages(count: int, verb: str, verbs: str) -> str:
    return f"{count:,} message {verb}" if count == 1 else f"{count:,} messages {verbs}"
