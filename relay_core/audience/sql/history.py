"""What happened between Relay and a person, as SQL: messages, failures and replies.

An event belongs to a person by id, and to every profile with the phone number it went to or came
from. When the last message left is kept with each person. What is asked of another last event is
said by whether there was any within a stretch of time: "the last one before noon" is "one before
noon, and none since". DuckDB answers each stretch with one pass over the events, where a look at
every person's own events would take one for each.

A message that waits to be sent counts as one of this very moment: whoever is asked for by what
they were sent must not be reached twice because the first message is still in a queue. A test goes
to no person, and counts as nothing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, assert_never

from relay_core.audience.conditions.clauses import OnDays, WasSent, WithinDuration
from relay_core.audience.conditions.fields import Field
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.times import Duration, anniversaries, instants, shifted
from relay_core.audience.sql.columns import local_day
from relay_core.audience.sql.predicates import Binding, either, sure


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """Where one kind of event is kept."""

    table: str
    """With alias `e`."""
    moment: str
    condition: str
    has_person: bool
    """Whether the table knows a person's id; it always knows the phone number, as `e.phone`."""
    waiting: str | None = None
    """What else is such an event, of now: it has yet to happen, and will."""
    kept_last: str | None = None
    """The column of people that holds the last one's moment, save of what waits."""


_MESSAGE: Final = _Event(
    table="deliveries e",
    moment="e.begun_at",
    condition="e.state IN ('sending', 'accepted', 'delivered', 'unknown') AND e.person_id >= 0",
    has_person=True,
    # Nothing waits in a run that has ended; this spares a look at everything that was ever sent.
    waiting="e.state = 'queued' AND e.person_id >= 0 AND e.run_id IN"
    " (SELECT r.id FROM runs r WHERE r.state IN ('awaiting', 'running', 'paused'))",
    kept_last="p.last_message_at",
)
"""A message that left, or may have left, or waits to."""

_EVENTS: Final = {
    "relay.last_message": _MESSAGE,
    "relay.last_failure": _Event(
        table="deliveries e",
        moment="e.changed_at",
        condition="e.state = 'failed' AND e.person_id >= 0",
        has_person=True,
    ),
    "relay.last_reply": _Event(
        table="replies e",
        moment="e.happened_at",
        condition="e.phone IS NOT NULL",
        has_person=False,
    ),
}

_RUNS: Final = {
    "relay.template": "SELECT r.id FROM runs r JOIN campaigns c ON c.id = r.campaign_id"
    " JOIN templates t ON t.id = c.template_id WHERE t.name IN ({names})",
    "relay.campaign": "SELECT r.id FROM runs r JOIN campaigns c ON c.id = r.campaign_id"
    " WHERE c.name IN ({names})",
    "relay.channel": "SELECT r.id FROM runs r JOIN integrations i ON i.id = r.integration_id"
    " WHERE i.type IN ({names})",
}
"""The runs that sent something of a name."""

_OF_NUMBERS: Final = (
    "SELECT q.id, {moment} AS moment FROM {table}"
    " JOIN people q ON q.phone_e164 = e.phone WHERE {condition}"
)
_OF_PEOPLE: Final = "SELECT e.person_id AS id, {moment} AS moment FROM {table} WHERE {condition}"
_BY_THEIR_LAST: Final = "SELECT h.id FROM ({events}) h GROUP BY h.id HAVING {matching}"


def event_happened(field: Field, binding: Binding) -> str:
    """Return whether there was an event at all."""
    return _since(_EVENTS[field.key], binding)


def event_on_days(clause: OnDays, binding: Binding) -> str:
    """Return a comparison of the last event with one day or moment, or with two."""
    event = _EVENTS[clause.field.key]
    begin, _ = instants(clause.first, zone=binding.zone)
    _, end = instants(clause.last, zone=binding.zone)
    match clause.op:
        case Op.BEFORE:
            return _last(event, binding, before=begin)
        case Op.ON_OR_BEFORE:
            return _last(event, binding, before=end)
        case Op.ON_OR_AFTER:
            return _since(event, binding, begin)
        case Op.AFTER:
            return _since(event, binding, end)
        case Op.ON | Op.BETWEEN:
            return _last(event, binding, since=begin, before=end)
        case Op.NOT_BETWEEN:
            return f"NOT {_last(event, binding, since=begin, before=end)}"
        case _:
            assert_never(clause.op)


def event_within(clause: WithinDuration, binding: Binding) -> str:
    """Return a comparison of the last event with now."""
    event = _EVENTS[clause.field.key]
    match clause.op:
        case Op.IN_LAST:
            # Open at the end: the clock that stamped a reply may be ahead of this one.
            return _since(event, binding, _ago(clause.duration, binding))
        case Op.MORE_THAN_AGO:
            return _last(event, binding, before=_ago(clause.duration, binding))
        case Op.IN_NEXT:
            later = shifted(binding.now, clause.duration, sign=1, zone=binding.zone)
            return _last(event, binding, since=binding.now.astimezone(UTC), before=later)
        case Op.ANNIVERSARY_IN_NEXT:
            return _anniversary(event, clause.duration, binding)
        case _:
            assert_never(clause.op)


def was_sent(clause: WasSent, binding: Binding) -> str:
    """Return whether Relay sent something of these names, or is about to."""
    runs = _RUNS[clause.field.key].format(names=binding.bind_all(clause.names))
    since = _ago(clause.duration, binding) if clause.duration else None
    sent = _had(_MESSAGE, binding, since=since, runs=runs)
    match clause.op:
        case Op.IS_ANY_OF | Op.IS_ANY_OF_IN_LAST:
            return sent
        case Op.IS_NONE_OF:
            return f"NOT {sent}"
        case _:
            assert_never(clause.op)


def _ago(duration: Duration, binding: Binding) -> datetime:
    return shifted(binding.now, duration, sign=-1, zone=binding.zone)


def _since(event: _Event, binding: Binding, since: datetime | None = None) -> str:
    """Return whether the last event, if there was any, was not before that moment."""
    if not event.kept_last:
        return _had(event, binding, since=since)
    moment = _kept(event, binding)
    return sure(f"{moment} >= {binding.bind(since)}") if since else f"({moment} IS NOT NULL)"


def _last(
    event: _Event, binding: Binding, *, before: datetime, since: datetime | None = None
) -> str:
    """Return whether the last event lies in the stretch `[since, before)`."""
    if event.kept_last:
        moment = _kept(event, binding)
        begun = f"{moment} >= {binding.bind(since)} AND " if since else ""
        return sure(f"({begun}{moment} < {binding.bind(before)})")
    within = _had(event, binding, since=since, before=before)
    return f"({within} AND NOT {_had(event, binding, since=before)})"


def _kept(event: _Event, binding: Binding) -> str:
    """Return the moment of the last event: now, where it waits; null where there was none."""
    waiting = f"FROM {event.table} WHERE {event.waiting}"
    waits = either(
        [
            f"p.id IN (SELECT e.person_id {waiting})",
            sure(f"p.phone_number IN (SELECT e.phone_number {waiting})"),
        ]
    )
    now = binding.bind(binding.now.astimezone(UTC))
    return f"greatest({event.kept_last}, CASE WHEN {waits} THEN {now} END)"


def _had(
    event: _Event,
    binding: Binding,
    *,
    since: datetime | None = None,
    before: datetime | None = None,
    runs: str | None = None,
) -> str:
    """Return whether there was an event in the stretch `[since, before)`; never null.

    Of what may wait only the beginning of a stretch that includes now can be asked.
    """
    only = f" AND e.run_id IN ({runs})" if runs else ""
    happened = event.condition
    if since:
        happened += f" AND {event.moment} >= {binding.bind(since)}"
    if before:
        happened += f" AND {event.moment} < {binding.bind(before)}"
    those = [f"FROM {event.table} WHERE {happened}{only}"]
    if event.waiting:
        # Apart from the others: one condition over both could not skip what is long past.
        those.append(f"FROM {event.table} WHERE {event.waiting}{only}")

    def among(column: str) -> str:
        return " UNION ALL ".join(f"SELECT {column} {each}" for each in those)

    by_phone = sure(f"p.phone_e164 IN ({among('e.phone')})")
    return either(
        [f"p.id IN ({among('e.person_id')})", by_phone] if event.has_person else [by_phone]
    )


def _anniversary(event: _Event, duration: Duration, binding: Binding) -> str:
    """Return whether the last event has such an anniversary; this needs its very day."""
    day = local_day("max(h.moment)", binding)
    days = binding.bind(anniversaries(binding.today, duration))
    matching = (
        f"{day} < {binding.bind(binding.today)}"
        f" AND list_contains({days}, month({day}) * 100 + day({day}))"
    )
    kinds = [(event.moment, event.condition)]
    if event.waiting:
        kinds.append((binding.bind(binding.now.astimezone(UTC)), event.waiting))
    forms = [_OF_NUMBERS, _OF_PEOPLE] if event.has_person else [_OF_NUMBERS]
    events = " UNION ALL ".join(
        form.format(table=event.table, moment=moment, condition=condition)
        for form in forms
        for moment, condition in kinds
    )
    return f"(p.id IN ({_BY_THEIR_LAST.format(events=events, matching=matching)}))"
