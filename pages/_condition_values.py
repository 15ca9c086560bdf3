"""The widget for a condition's value, by the form of value that the operator takes."""

from datetime import date
from typing import Final, Literal, assert_never

import phonenumbers
import streamlit as st

from relay_core.audience.conditions.fields import Field
from relay_core.audience.conditions.operators import Kind, Op, Takes, takes
from relay_core.audience.conditions.times import OF_A_DAY, Unit
from relay_core.audience.conditions.tree import Value

_FIRST_DAY: Final = date(1900, 1, 1)
_LAST_DAY: Final = date(2999, 12, 31)
_COUNTRIES: Final = tuple(sorted(phonenumbers.SUPPORTED_REGIONS))
_OPEN_KINDS: Final = (Kind.TAGS, Kind.NAMED)
"""Kinds whose values are not a closed list, so that others may be typed."""


def value_key(prefix: str, field: Field, op: Op) -> str:
    """Return the key of the value widget.

    Operators that take the same form share it, so that what was typed survives a change between
    them; another field, or another form, gets a fresh widget.
    """
    form = takes(field.kind, op)
    own = op in {Op.STARTS_WITH, Op.COUNTRY_CODE_IS, Op.COUNTRY_IS_ANY_OF}
    return f"{prefix}_{field.key}_{op if own else form}"


def value_widget(prefix: str, field: Field, op: Op, *, first: bool) -> Value:  # noqa: PLR0911 - one return for each form of value
    """Draw the widget and return what it holds; None while it is empty.

    Args:
        prefix: Names the row.
        field: What is compared.
        op: How.
        first: Whether it stands under no other row and so shows its label.
    """
    key = value_key(prefix, field, op)
    match takes(field.kind, op):
        case Takes.NOTHING:
            return None
        case Takes.TEXT:
            return _text(key, first=first)
        case Takes.TEXTS:
            return _texts(key, field, op, first=first)
        case Takes.YES_NO:
            return _yes_no(key, first=first)
        case Takes.NUMBER:
            return _number(key, "Value", first=first)
        case Takes.NUMBERS:
            low = _number(f"{key}_from", "From", first=first)
            high = _number(f"{key}_to", "To", first=first)
            return None if low is None or high is None else (low, high)
        case Takes.DAY:
            return _day(key, "Day", first=first)
        case Takes.DAYS:
            start = _day(f"{key}_from", "From", first=first)
            end = _day(f"{key}_to", "To", first=first)
            return None if start is None or end is None else (start, end)
        case Takes.DURATION:
            return _duration(key, field, op, first=first)
        case form:
            assert_never(form)


def preset_value(prefix: str, field: Field, op: Op, value: Value) -> None:
    """Put a stored value where the widget finds it when it is drawn."""
    key = value_key(prefix, field, op)
    match takes(field.kind, op), value:
        case Takes.NOTHING, _:
            return
        case (Takes.NUMBERS | Takes.DAYS) as form, (low, high):
            for end, part in (("from", low), ("to", high)):
                _keep(f"{key}_{end}", part, form=form)
        case Takes.DURATION, (amount, unit):
            st.session_state[f"{key}_amount"] = amount
            st.session_state[f"{key}_unit"] = f"{str(unit).removesuffix('s')}s"
        case Takes.TEXTS, _:
            given = value if isinstance(value, tuple) else (value,)
            st.session_state[key] = [_stored(field, str(part)) for part in given]
        case form, _:
            _keep(key, value, form=form)


def _keep(key: str, value: object, *, form: Takes) -> None:
    match form, value:
        case ((Takes.DAY | Takes.DAYS), _):
            try:
                st.session_state[key] = date.fromisoformat(str(value))
            except ValueError:  # a moment with its offset, which a calendar cannot show
                st.session_state[f"{key}_exact"] = str(value)
        case ((Takes.NUMBER | Takes.NUMBERS), (int() | float())):
            st.session_state[key] = float(value)
        case Takes.YES_NO, bool():
            st.session_state[key] = value
        case _:
            st.session_state[key] = str(value)


def _stored(field: Field, text: str) -> str:
    """Return the choice as the catalogue writes it; an organization may stand by its name."""
    named = (o.value for o in field.options if o.label.casefold() == text.casefold())
    option = field.option(text)
    return option.value if option else next(named, text)


def label_shown(*, first: bool) -> Literal["visible", "collapsed"]:
    """Return how a row shows its labels: only the first of a list repeats them."""
    return "visible" if first else "collapsed"


def _text(key: str, *, first: bool) -> Value:
    typed = st.text_input(
        "Value",
        key=key,
        placeholder="Type a text",
        label_visibility=label_shown(first=first),
        persist_state="session",
    )
    return (typed or "").strip() or None


def _texts(key: str, field: Field, op: Op, *, first: bool) -> Value:
    labels = {option.value: option.label for option in field.options}
    closed = bool(labels) and op is not Op.STARTS_WITH and field.kind not in _OPEN_KINDS
    match op:
        case Op.COUNTRY_IS_ANY_OF:
            options, hint, closed = _COUNTRIES, "Two letters, e.g. NL", True
        case Op.COUNTRY_CODE_IS:
            options, hint = (), "Type a code, e.g. +31, and press Enter"
        case Op.STARTS_WITH:
            options, hint = (), "Type a beginning and press Enter"
        case _:
            options = tuple(labels)
            hint = "Choose" if closed else "Type one and press Enter"
    kept = [value for value in st.session_state.get(key, []) if value not in options]
    chosen = st.multiselect(
        "Values",
        (*options, *kept),
        format_func=lambda value: labels.get(value, value),
        key=key,
        placeholder=hint,
        accept_new_options=not closed,
        label_visibility=label_shown(first=first),
        persist_state="session",
    )
    return tuple(chosen) or None


def _yes_no(key: str, *, first: bool) -> Value:
    return st.selectbox(
        "Value",
        (True, False),
        format_func=lambda yes: "yes" if yes else "no",
        key=key,
        label_visibility=label_shown(first=first),
        persist_state="session",
    )


def _number(key: str, label: str, *, first: bool) -> float | None:
    return st.number_input(
        label,
        value=None,
        key=key,
        placeholder="A number",
        format="%.10g",
        label_visibility=label_shown(first=first),
        persist_state="session",
    )


def _day(key: str, label: str, *, first: bool) -> str | None:
    if f"{key}_exact" in st.session_state:
        return _exact(f"{key}_exact", label, first=first)
    day = st.date_input(
        label,
        value=None,
        min_value=_FIRST_DAY,
        max_value=_LAST_DAY,
        key=key,
        format="YYYY-MM-DD",
        label_visibility=label_shown(first=first),
        persist_state="session",
    )
    return day.isoformat() if isinstance(day, date) else None


def _exact(key: str, label: str, *, first: bool) -> str | None:
    typed = st.text_input(
        label,
        key=key,
        help="A moment with its offset, e.g. 2026-03-08T09:00:00+01:00, or a day.",
        label_visibility=label_shown(first=first),
        persist_state="session",
    )
    return (typed or "").strip() or None


def _duration(key: str, field: Field, op: Op, *, first: bool) -> Value:
    whole_days = field.kind is Kind.DATE or op is Op.ANNIVERSARY_IN_NEXT
    units = [str(unit) for unit in Unit if not (whole_days and unit in OF_A_DAY)]
    amount = st.number_input(
        "Amount",
        min_value=1,
        value=None,
        step=1,
        key=f"{key}_amount",
        placeholder="How many",
        label_visibility=label_shown(first=first),
        persist_state="session",
    )
    unit = st.selectbox(
        "Unit",
        units,
        index=units.index(str(Unit.DAYS)),
        key=f"{key}_unit",
        label_visibility=label_shown(first=first),
        persist_state="session",
    )
    return None if amount is None or unit is None else (int(amount), unit)
