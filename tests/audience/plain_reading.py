"""The operators read plainly: one person, one condition, the operator's own words."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.audience.population import AMSTERDAM

NOW = datetime(2026, 3, 31, 10, 30, tzinfo=UTC)  # two days after the clocks changed
TODAY = date(2026, 3, 31)


def known(row: dict[str, Any], field: str) -> Any:
    """Return what a person has in a field; None for everything empty."""
    columns = {
        "organization": "organization_ids",
        "created": "created_at",
        "updated": "updated_at",
        "last_login": "last_login_at",
    }
    value = (
        row["fields"].get(field.removeprefix("uf."))
        if field.startswith("uf.")
        else row[columns.get(field, field)]
    )
    if value is None or value in ("", []):
        return None
    if field == "uf.renewal":
        return date.fromisoformat(value[:10])
    return float(value) if field == "uf.seats" else value


def back(moment: datetime, amount: int, unit: str) -> datetime:
    if unit == "hours":
        return moment + timedelta(hours=amount)
    local = moment.astimezone(AMSTERDAM).replace(tzinfo=None)
    return later(local, amount, unit).replace(tzinfo=AMSTERDAM)


def later(day: Any, amount: int, unit: str) -> Any:
    if unit in {"days", "weeks"}:
        return day + timedelta(**{unit: amount})
    months = day.year * 12 + day.month - 1 + amount * (12 if unit == "years" else 1)
    year, month = months // 12, months % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))


def in_window(value: Any, op: str, amount: int, unit: str) -> bool:
    if op == "anniversary_in_next":
        day = value.astimezone(AMSTERDAM).date() if isinstance(value, datetime) else value
        last = min(later(TODAY, amount, unit), TODAY + timedelta(days=365))
        window = [TODAY + timedelta(days=n) for n in range((last - TODAY).days + 1)]
        return day < TODAY and any(later(day, w.year - day.year, "years") == w for w in window)
    exact = isinstance(value, datetime)
    now = NOW if exact else TODAY
    shift = back if exact else later
    ends = {
        "in_last": lambda: shift(now, -amount, unit) <= value <= now,
        "in_next": lambda: now <= value <= shift(now, amount, unit),
        "more_than_ago": lambda: value < shift(now, -amount, unit),
    }
    return ends[op]()


def compared(value: Any, op: str, wanted: str) -> bool:
    if len(wanted) > 10:
        other: Any = datetime.fromisoformat(wanted)
    else:
        other = date.fromisoformat(wanted)
        value = value.astimezone(AMSTERDAM).date() if isinstance(value, datetime) else value
    return {
        "before": value < other,
        "on_or_before": value <= other,
        "on": value == other,
        "on_or_after": value >= other,
        "after": value > other,
    }[op]


def words(text: str) -> list[str]:
    return re.findall(r"[\w\u0300-\u036f]+", text.lower())


def holds(row: dict[str, Any], condition: tuple[Any, ...], everyone: list[dict[str, Any]]) -> bool:  # noqa: C901, PLR0911, PLR0912 - a plain list
    field, op, *rest = condition
    given = rest[0] if rest else None
    value = known(row, field)
    listed = given if isinstance(given, list) else [given]
    match op:
        case "is_empty":
            return value is None
        case "is_not_empty":
            return value is not None
        case "has_none_of":
            return not set(value or []) & set(listed)
        case "is_none_of":
            held = value if isinstance(value, list) else [value]
            return not set(held) & set(listed)
        case "!=":
            return value != given
        case "is_not_checked":
            return value is not True
        case "not_contains_word":
            return value is None or given.lower() not in words(value)
        case "not_between":
            return value is None or not (
                compared(value, "on_or_after", given[0])
                and compared(value, "on_or_before", given[1])
            )
        case "is" if field in {"verified", "suspended"}:
            return value is given
    if value is None:
        return False
    match op:
        case "has_any_of":
            return bool(set(value) & set(listed))
        case "has_all_of":
            return set(listed) <= set(value)
        case "starts_with":
            return any(each.startswith(given) for each in value)
        case "is_any_of":
            return bool(set(value if isinstance(value, list) else [value]) & set(listed))
        case "between" if field == "uf.seats":
            return given[0] <= value <= given[1]
        case "between":
            return compared(value, "on_or_after", given[0]) and compared(
                value, "on_or_before", given[1]
            )
        case "in_last" | "in_next" | "more_than_ago" | "anniversary_in_next":
            return in_window(value, op, *given)
        case "before" | "on_or_before" | "on" | "on_or_after" | "after":
            return compared(value, op, given)
        case "contains_word":
            return given.lower() in words(value)
        case "word_starts_with":
            return any(word.startswith(given.lower()) for word in words(value))
        case "contains_text":
            return given.lower() in value.lower()
        case "contains_phrase":
            return f" {' '.join(words(given))} " in f" {' '.join(words(value))} "
        case "domain_is":
            return value.lower().endswith(f"@{given}")
        case "country_code_is":
            return row["phone_e164"] is not None and value.startswith(
                {"31": "+31", "+1": "+1", "DE": "+49"}[given]
            )
        case "country_is_any_of":
            return row["phone_country"] in given
        case "is_shared":
            numbers = [other["phone_e164"] for other in everyone if other["active"]]
            return row["phone_e164"] is not None and numbers.count(row["phone_e164"]) > 1
        case "is_valid_mobile":
            return row["phone_e164"] is not None and row["phone_mobile"] is not False
        case "is_checked":
            return value is True
        case "is":
            return str(value).lower() == str(given).lower()
        case "=" | ">" | ">=" | "<" | "<=":
            return {
                "=": value == given,
                ">": value > given,
                ">=": value >= given,
                "<": value < given,
                "<=": value <= given,
            }[op]
    raise AssertionError(op)
