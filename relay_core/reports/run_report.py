"""One run in figures: everything its page, its file and its command show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pydantic import TypeAdapter

from relay_core.errors import NotFound
from relay_core.reports.causes import Cause, FailureKind, cause, failure_kinds
from relay_core.reports.durations import BOUNDS_S, Durations, durations, told_durations
from relay_core.reports.frozen import (
    Manifest,
    TrailEntry,
    frozen_templates,
    manifest,
    template_label,
    trail,
)
from relay_core.reports.funnel import (
    GOT_THROUGH,
    FunnelStep,
    Receipts,
    deliveries,
    funnel,
    patience,
    receipts,
)
from relay_core.reports.intervals import Proportion, proportion
from relay_core.reports.outcomes import Outcome, outcome
from relay_core.reports.run_cost import RunCost, run_cost
from relay_core.reports.skips import skip_advice, skip_label
from relay_core.reports.slices import Slice, slices
from relay_core.reports.timeline import Timeline, bucket_width_s, shown_until, timeline
from relay_core.store.ledger import Ledger, Row, one


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """People left out when the run was planned, for one reason."""

    reason: str
    label: str
    advice: str
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast the run went, pauses included."""

    duration_s: float
    """From the first request to the last answer so far."""
    messages: int
    """Requests that reached the channel."""
    per_second: float | None
    """Between the first and the last request; None when there were fewer than two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """Every figure of a run, as of one moment."""

    run: int
    campaign: str
    template: str
    """Name and language, as frozen at planning."""
    integration_id: str
    integration: str
    channel: str
    """Type of the integration, e.g. whatsapp; empty when it is not known here."""
    state: str
    """running, paused, finished or cancelled."""
    note: str | None
    """Why it is paused, when Relay paused it."""
    created_at: datetime
    finished_at: datetime | None
    forgotten_at: datetime | None
    """When names, numbers and texts were removed for their age."""
    as_of: datetime
    matched: int
    planned: int
    """queued + sending + accepted + failed + unknown + cancelled."""
    queued: int
    sending: int
    sent: int
    """Taken by the channel, whatever came of it since."""
    accepted: int
    """Taken by the channel and not reported as failed since; includes the delivered ones."""
    delivered: int
    unconfirmed: int
    """Accepted without a receipt from the phone so far. Not confirmed is not undelivered."""
    receipts: Receipts
    failed: int
    unknown: int
    """It may have been sent; nobody knows yet."""
    cancelled: int
    replied: int
    """Messages that got an answer: a reply counts for the newest message before it."""
    opted_out: int
    """Of those, the ones answered with an opt-out keyword."""
    opted_out_of_sent: Proportion | None
    """None when nothing was sent."""
    funnel: tuple[FunnelStep, ...]
    skipped: tuple[Skipped, ...]
    failures: tuple[Cause, ...]
    failure_kinds: tuple[FailureKind, ...]
    """The same failures by class: whether they pass, and who can end them."""
    doubts: tuple[Cause, ...]
    """Why the unknown ones are unknown."""
    cancellations: tuple[Cause, ...]
    timeline: Timeline
    delivery_times: Durations | None
    """From the request until the message was on the phone; None while no phone has confirmed."""
    reply_times: Durations | None
    """From the request to the first reply; None before any."""
    pace: Pace | None
    """None before the first answer."""
    by_country: tuple[Slice, ...]
    """Country of the phone number, ISO 3166."""
    by_language: tuple[Slice, ...]
    """Language of the person, as Zendesk says it."""
    by_template: tuple[Slice, ...]
    """Name, language and version of the template that each message was made from."""
    by_integration: tuple[Slice, ...]
    """A run leaves from one."""
    cost: RunCost
    outcome: Outcome
    """Tickets after the run, beside those of people held out."""
    trail: tuple[TrailEntry, ...]
    manifest: Manifest


_JSON: Final = TypeAdapter(RunReport)


def to_json(report: RunReport) -> str:
    """Return every figure of the report as a JSON object; moments in ISO 8601, UTC."""
    return _JSON.dump_json(report, indent=2).decode()


def run_report(ledger: Ledger, run_id: int, *, now: datetime) -> RunReport:
    """Count one run.

    Args:
        ledger: The file.
        run_id: The run's number.
        now: As of when the report says it is.

    Raises:
        NotFound: There is no run with this number.
    """
    head = one(ledger.rows("reports.head", run_id=run_id))
    if head is None:
        raise NotFound("no such run", advice=f"There is no run {run_id}. See `relay run list`.")
    channel, since = head["channel"] or "", head["created_at"]
    # Answers first: what was answered by now is among what was sent a moment later.
    answered = ledger.rows("reports.answered", run_id=run_id, since=since)
    cube = ledger.rows("reports.counts", run_id=run_id, awaited_since=now - patience(channel))
    causes = ledger.rows("reports.causes", run_id=run_id)
    span = ledger.rows("reports.span", run_id=run_id)[0]
    # Without a request there is nothing to be read, however long the time.
    within = {"run_id": run_id, "since": since, "until": span["last_at"] or now}
    templates = frozen_templates(ledger, run_id, own=head["template"], at=since)

    def explained(state: str) -> tuple[Cause, ...]:
        return tuple(cause(row, channel=channel) for row in causes if row["state"] == state)

    accepted, delivered = deliveries(cube, *GOT_THROUGH), deliveries(cube, "delivered")
    sent, replied = sum(row["sent"] for row in cube), len(answered)
    opted_out = sum(row["opted_out"] for row in answered)
    failures = explained("failed")
    integration = head["integration"] or head["integration_id"]
    return RunReport(
        run=run_id,
        campaign=head["campaign"],
        template=template_label(head["template"]),
        integration_id=head["integration_id"],
        integration=integration,
        channel=channel,
        state=head["state"],
        note=head["note"],
        created_at=head["created_at"],
        finished_at=head["finished_at"],
        forgotten_at=head["forgotten_at"],
        as_of=now,
        matched=head["matched"],
        planned=head["planned"],
        queued=deliveries(cube, "queued"),
        sending=deliveries(cube, "sending"),
        sent=sent,
        accepted=accepted,
        delivered=delivered,
        unconfirmed=accepted - delivered,
        receipts=receipts(
            sent=sent,
            unconfirmed=accepted - delivered,
            expected=sum(row["awaited"] for row in cube),
            channel=channel,
        ),
        failed=deliveries(cube, "failed"),
        unknown=deliveries(cube, "unknown"),
        cancelled=deliveries(cube, "cancelled"),
        replied=replied,
        opted_out=opted_out,
        opted_out_of_sent=proportion(opted_out, sent),
        funnel=funnel(planned=head["planned"], sent=sent, delivered=delivered, replied=replied),
        skipped=_skipped(ledger.rows("runs.skipped", run_ids=[run_id])),
        failures=failures,
        failure_kinds=failure_kinds(failures),
        doubts=explained("unknown"),
        cancellations=explained("cancelled"),
        timeline=_timeline(
            ledger, span, replies=[row["moment"] for row in answered], within=within
        ),
        delivery_times=told_durations(
            ledger.rows("reports.delivery_times", bounds_s=BOUNDS_S, **within)[0]
        ),
        reply_times=durations([float(row["seconds"]) for row in answered]),
        pace=_pace(ledger, run_id),
        by_country=slices(cube, answered, lambda row: row["country"]),
        by_language=slices(cube, answered, lambda row: row["language"]),
        by_template=slices(cube, answered, lambda row: templates[row["template_language"]].label),
        by_integration=slices(cube, answered, lambda _: integration),
        cost=run_cost(
            ledger,
            run_id,
            channel=channel,
            categories={language: each.category for language, each in templates.items()},
            on=since.date(),
        ),
        outcome=outcome(ledger, run_id, state=head["state"], since=since, now=now),
        trail=trail(ledger, run_id, since=since),
        manifest=manifest(head, list(templates.values())),
    )


def _skipped(rows: Sequence[Row]) -> tuple[Skipped, ...]:
    return tuple(
        Skipped(
            reason=row["reason"],
            label=skip_label(row["reason"]),
            advice=skip_advice(row["reason"]),
            people=row["people"],
        )
        for row in rows
    )


def _timeline(
    ledger: Ledger, span: Row, *, replies: Sequence[datetime], within: Mapping[str, object]
) -> Timeline:
    began_at, until = span["began_at"], None
    width_s = bucket_width_s(timedelta())
    if began_at is not None:
        until = shown_until(span["bulk_at"], replies)
        width_s = bucket_width_s(until - began_at)
    return timeline(
        ledger.rows("reports.timeline", width_s=width_s, **within),
        replies=replies,
        width_s=width_s,
        until=until,
    )


def _pace(ledger: Ledger, run_id: int) -> Pace | None:
    row = ledger.rows("reports.pace", run_id=run_id)[0]
    if not row["messages"]:
        return None
    between_s = (row["last_at"] - row["first_at"]).total_seconds()
    return Pace(
        duration_s=(row["ended_at"] - row["first_at"]).total_seconds(),
        messages=row["messages"],
        per_second=(row["messages"] - 1) / between_s if between_s > 0 else None,
    )
