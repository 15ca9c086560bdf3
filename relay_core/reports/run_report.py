"""One run in figures: everything its page, its file and its command show."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pydantic import TypeAdapter

from relay_core.errors import NotFound
from relay_core.reports.causes import Cause, cause
from relay_core.reports.skips import skip_advice, skip_label
from relay_core.reports.timeline import Timeline, bucket_width_s, timeline
from relay_core.store.ledger import Ledger, Row, one

_GOT_THROUGH: Final = ("accepted", "delivered")


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelStep:
    """How many messages came this far."""

    step: str
    """planned, accepted, delivered or replied; also the name of the group of people behind it."""
    label: str
    messages: int
    share: float | None
    """Of all planned, 0 to 1; None when nothing was planned."""
    share_of_previous: float | None
    """Of the step before; None for the first step and after an empty one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """People left out when the run was planned, for one reason."""

    reason: str
    label: str
    advice: str
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The figures of one country or language."""

    key: str | None
    """None: not known."""
    planned: int
    accepted: int
    delivered: int
    failed: int
    replied: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTimes:
    """Seconds from the request until the message was on the phone."""

    median_s: float
    p95_s: float
    receipts: int
    """How many messages this rests on."""


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
    as_of: datetime
    matched: int
    planned: int
    """queued + sending + accepted + failed + unknown + cancelled."""
    queued: int
    sending: int
    accepted: int
    """Taken by the channel and not reported as failed since; includes the delivered ones."""
    delivered: int
    unconfirmed: int
    """Accepted without a receipt from the phone so far. Not confirmed is not undelivered."""
    failed: int
    unknown: int
    """It may have been sent; nobody knows yet."""
    cancelled: int
    replied: int
    """Messages that got an answer: a reply counts for the newest message before it."""
    opted_out: int
    """Of those, the ones answered with an opt-out keyword."""
    funnel: tuple[FunnelStep, ...]
    skipped: tuple[Skipped, ...]
    failures: tuple[Cause, ...]
    doubts: tuple[Cause, ...]
    """Why the unknown ones are unknown."""
    cancellations: tuple[Cause, ...]
    timeline: Timeline
    delivery_times: DeliveryTimes | None
    """None while no phone has confirmed anything."""
    pace: Pace | None
    """None before the first answer."""
    by_country: tuple[Slice, ...]
    """Country of the phone number, ISO 3166."""
    by_language: tuple[Slice, ...]
    """Language of the person, as Zendesk says it."""


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
    cube = ledger.rows("reports.counts", run_id=run_id)
    causes = ledger.rows("reports.causes", run_id=run_id)
    channel = head["channel"] or ""

    def explained(state: str) -> tuple[Cause, ...]:
        return tuple(cause(row, channel=channel) for row in causes if row["state"] == state)

    accepted, delivered = _deliveries(cube, *_GOT_THROUGH), _deliveries(cube, "delivered")
    replied = sum(row["replied"] for row in cube)
    return RunReport(
        run=run_id,
        campaign=head["campaign"],
        template=template_label(head["template"]),
        integration_id=head["integration_id"],
        integration=head["integration"] or head["integration_id"],
        channel=channel,
        state=head["state"],
        note=head["note"],
        created_at=head["created_at"],
        finished_at=head["finished_at"],
        as_of=now,
        matched=head["matched"],
        planned=head["planned"],
        queued=_deliveries(cube, "queued"),
        sending=_deliveries(cube, "sending"),
        accepted=accepted,
        delivered=delivered,
        unconfirmed=accepted - delivered,
        failed=_deliveries(cube, "failed"),
        unknown=_deliveries(cube, "unknown"),
        cancelled=_deliveries(cube, "cancelled"),
        replied=replied,
        opted_out=sum(row["opted_out"] for row in cube),
        funnel=_funnel(head["planned"], accepted, delivered, replied),
        skipped=_skipped(ledger.rows("runs.skipped", run_ids=[run_id])),
        failures=explained("failed"),
        doubts=explained("unknown"),
        cancellations=explained("cancelled"),
        timeline=_timeline(ledger, run_id),
        delivery_times=_delivery_times(ledger, run_id),
        pace=_pace(ledger, run_id),
        by_country=_slices(cube, lambda row: row["country"]),
        by_language=_slices(cube, lambda row: row["language"]),
    )


def template_label(frozen: str) -> str:
    """Return name and language of a frozen template, which is JSON."""
    document = json.loads(frozen)
    return f"{document['name']} ({document['language']})"


def _deliveries(rows: Iterable[Row], *states: str) -> int:
    return sum(row["deliveries"] for row in rows if row["state"] in states)


def _funnel(planned: int, accepted: int, delivered: int, replied: int) -> tuple[FunnelStep, ...]:
    steps = [("planned", planned, None), ("accepted", accepted, planned)]
    steps += [("delivered", delivered, accepted), ("replied", replied, delivered)]
    return tuple(
        FunnelStep(
            step=step,
            label=step.capitalize(),
            messages=messages,
            share=messages / planned if planned else None,
            share_of_previous=messages / previous if previous else None,
        )
        for step, messages, previous in steps
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


def _timeline(ledger: Ledger, run_id: int) -> Timeline:
    span = ledger.rows("reports.span", run_id=run_id)[0]
    begun = span["began_at"] is not None
    width_s = bucket_width_s(span["ended_at"] - span["began_at"] if begun else timedelta())
    return timeline(
        ledger.rows("reports.timeline", run_id=run_id, width_s=width_s), width_s=width_s
    )


def _delivery_times(ledger: Ledger, run_id: int) -> DeliveryTimes | None:
    row = ledger.rows("reports.delivery_times", run_id=run_id)[0]
    if not row["receipts"]:
        return None
    return DeliveryTimes(
        median_s=float(row["median_s"]), p95_s=float(row["p95_s"]), receipts=row["receipts"]
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


def _slices(cube: Sequence[Row], key: Callable[[Row], str | None]) -> tuple[Slice, ...]:
    """Sum the cube by one of its sides, largest first."""
    keys = {key(row) for row in cube}
    slices = [
        Slice(
            key=name,
            planned=sum(row["deliveries"] for row in rows),
            accepted=_deliveries(rows, *_GOT_THROUGH),
            delivered=_deliveries(rows, "delivered"),
            failed=_deliveries(rows, "failed"),
            replied=sum(row["replied"] for row in rows),
        )
        for name in keys
        for rows in [[row for row in cube if key(row) == name]]
    ]
    return tuple(sorted(slices, key=lambda s: (-s.planned, s.key is None, s.key or "")))
