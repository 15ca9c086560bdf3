"""Conditions on days and durations as SQL: half-open stretches, days in the account's zone."""

from datetime import UTC, timedelta
from typing import assert_never

from relay_core.audience.conditions.clauses import OnDays, WithinDuration
from relay_core.audience.conditions.fields import Field
from relay_core.audience.conditions.operators import Kind, Op
from relay_core.audience.conditions.times import anniversaries, instants, shifted, shifted_day
from relay_core.audience.sql.columns import COLUMNS, day, held
from relay_core.audience.sql.predicates import Binding


def on_days(clause: OnDays, binding: Binding) -> str:
    """Return a comparison with one day or moment, or with the stretch between two."""
    field = clause.field
    begin: object
    end: object
    if field.kind is Kind.MOMENT:
        value = COLUMNS[field.key]
        begin, _ = instants(clause.first, zone=binding.zone)
        _, end = instants(clause.last, zone=binding.zone)
    else:
        value = day(field, binding)
        begin, end = clause.first, clause.last + timedelta(days=1)
    match clause.op:
        case Op.BEFORE:
            return held(f"{value} < {binding.bind(begin)}", field)
        case Op.ON_OR_BEFORE:
            return held(f"{value} < {binding.bind(end)}", field)
        case Op.ON_OR_AFTER:
            return held(f"{value} >= {binding.bind(begin)}", field)
        case Op.AFTER:
            return held(f"{value} >= {binding.bind(end)}", field)
        case Op.ON | Op.BETWEEN | Op.NOT_BETWEEN:
            ends = f"{value} >= {binding.bind(begin)} AND {value} < {binding.bind(end)}"
            inside = held(ends, field)
            return f"NOT {inside}" if clause.op is Op.NOT_BETWEEN else inside
        case _:
            assert_never(clause.op)


def within_duration(clause: WithinDuration, binding: Binding) -> str:
    """Return a comparison with now; with today, for a field that holds days."""
    field = clause.field
    if clause.op is Op.ANNIVERSARY_IN_NEXT:
        return _anniversary(clause, binding)
    value = COLUMNS[field.key] if field.kind is Kind.MOMENT else day(field, binding)
    match clause.op:
        case Op.MORE_THAN_AGO:
            return held(f"{value} < {binding.bind(_away(clause, binding, sign=-1))}", field)
        case Op.IN_LAST:
            first, last = _away(clause, binding, sign=-1), _now(field, binding)
        case Op.IN_NEXT:
            first, last = _now(field, binding), _away(clause, binding, sign=1)
        case _:
            assert_never(clause.op)
    return held(f"{value} BETWEEN {binding.bind(first)} AND {binding.bind(last)}", field)


def _anniversary(clause: WithinDuration, binding: Binding) -> str:
    value = day(clause.field, binding)
    days = binding.bind(anniversaries(binding.today, clause.duration))
    today = binding.bind(binding.today)
    # Earlier than today, since a day is not its own anniversary.
    return held(
        f"{value} < {today} AND list_contains({days}, month({value}) * 100 + day({value}))",
        clause.field,
    )


def _now(field: Field, binding: Binding) -> object:
    return binding.now.astimezone(UTC) if field.kind is Kind.MOMENT else binding.today


def _away(clause: WithinDuration, binding: Binding, *, sign: int) -> object:
    if clause.field.kind is Kind.MOMENT:
        return shifted(binding.now, clause.duration, sign=sign, zone=binding.zone)
    return shifted_day(binding.today, clause.duration, sign=sign)
