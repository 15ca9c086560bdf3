"""The value of a condition, by the form that its operator takes: drawn, and preset."""

from datetime import date
from typing import Final, assert_never

import phonenumbers
import streamlit as st

from pages._field_choice import with_people
from pages._value_widgets import (
    FIRST_DAY,
    LAST_DAY,
    choices_widget,
    day_widget,
    drawn_widget,
    duration_widget,
    number_widget,
    text_widget,
    whole_widget,
    yes_no_widget,
)
from relay_core.audience.conditions.fields import Field, Option
from relay_core.audience.conditions.operators import Kind, Op, Takes, takes
from relay_core.audience.conditions.times import OF_A_DAY, Unit
from relay_core.audience.conditions.tree import Value

_COUNTRIES: Final = tuple(sorted(phonenumbers.SUPPORTED_REGIONS))
_OPEN_KINDS: Final = (Kind.TAGS, Kind.NAMED)
"""Kinds whose values are not a closed list, so that others may be typed."""
_MOST_OFFERED: Final = 1_000
"""Of an open list, the most frequent are offered; the others can be typed."""
_LEAST_PERCENT: Final = 0.01
_MOST_PERCENT: Final = 100.0


def value_key(prefix: str, field: Field, op: Op) -> str:
    """Return the key of the value widget.

    Operators that take the same form share it, so that what was typed survives a change between
    them; another field, or another form, gets a fresh widget.
    """
    form = takes(field.kind, op)
    own = op in {Op.STARTS_WITH, Op.COUNTRY_CODE_IS, Op.COUNTRY_IS_ANY_OF}
    return f"{prefix}_{field.key}_{op if own else form}"


def value_widget(prefix: str, field: Field, op: Op, *, first: bool) -> Value:  # noqa: C901, PLR0911, PLR0912 - one case for each form of value
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
            return text_widget(key, first=first)
        case Takes.TEXTS:
            return _texts(key, field, op, first=first)
        case Takes.YES_NO:
            return yes_no_widget(key, first=first)
        case Takes.NUMBER:
            return number_widget(key, "Value", first=first)
        case Takes.NUMBERS:
            low = number_widget(f"{key}_from", "From", first=first)
            high = number_widget(f"{key}_to", "To", first=first)
            return None if low is None or high is None else (low, high)
        case Takes.DAY:
            return day_widget(key, "Day", first=first)
        case Takes.DAYS:
            start = day_widget(f"{key}_from", "From", first=first)
            end = day_widget(f"{key}_to", "To", first=first)
            return None if start is None or end is None else (start, end)
        case Takes.DURATION:
            return _duration(key, field, op, first=first)
        case Takes.DURATION_AND_TEXTS:
            duration = _duration(key, field, op, first=first)
            # The names are those of the other operators: they survive a change between them.
            names = _texts(_names_key(prefix, field), field, op, first=first)
            return None if duration is None or names is None else (*duration, *names)
        case Takes.SHARE:
            percent = number_widget(
                key, "Percent", least=_LEAST_PERCENT, most=_MOST_PERCENT, first=first
            )
            return drawn_widget(f"{key}_seed", percent, first=first)
        case Takes.PEOPLE:
            people = whole_widget(key, "People", first=first)
            return drawn_widget(f"{key}_seed", people, first=first)
        case form:
            assert_never(form)


def preset_value(prefix: str, field: Field, op: Op, value: Value) -> None:
    """Put a stored value where the widget finds it when it is drawn; what does not fit is left."""
    key = value_key(prefix, field, op)
    match takes(field.kind, op), value:
        case Takes.NOTHING, _:
            return
        case (Takes.NUMBERS | Takes.DAYS) as form, (low, high):
            for end, part in (("from", low), ("to", high)):
                _keep(f"{key}_{end}", part, form=form)
        case Takes.DURATION, (amount, unit):
            _keep_duration(key, field, op, amount, unit)
        case Takes.DURATION_AND_TEXTS, (amount, unit, *names):
            _keep_duration(key, field, op, amount, unit)
            st.session_state[_names_key(prefix, field)] = [_stored(field, str(n)) for n in names]
        case (Takes.SHARE | Takes.PEOPLE) as form, (amount, seed):
            _keep(key, amount, form=form)
            st.session_state[f"{key}_seed"] = str(seed)
        case Takes.TEXTS, _:
            given = value if isinstance(value, tuple) else (value,)
            st.session_state[key] = [_stored(field, str(part)) for part in given]
        case form, _:
            _keep(key, value, form=form)


def _keep(key: str, value: object, *, form: Takes) -> None:
    match form, value:
        case (Takes.YES_NO, bool()) | (Takes.TEXT, str()):
            st.session_state[key] = value
        case Takes.TEXT, int():
            st.session_state[key] = str(value)
        case _, bool():
            return
        case ((Takes.DAY | Takes.DAYS), str()):
            _keep_day(key, value)
        case ((Takes.NUMBER | Takes.NUMBERS), (int() | float())):
            st.session_state[key] = float(value)
        case Takes.SHARE, (int() | float()) if _LEAST_PERCENT <= value <= _MOST_PERCENT:
            st.session_state[key] = float(value)
        case Takes.PEOPLE, int() if value >= 1:
            st.session_state[key] = value
        case _:
            return


def _keep_day(key: str, text: str) -> None:
    try:
        day = date.fromisoformat(text)
    except ValueError:  # a moment with its offset, which a calendar cannot show
        st.session_state[f"{key}_exact"] = text
        return
    if FIRST_DAY <= day <= LAST_DAY:
        st.session_state[key] = day


def _keep_duration(key: str, field: Field, op: Op, amount: object, unit: object) -> None:
    named = f"{str(unit).removesuffix('s')}s"
    if named in _units(field, op):
        st.session_state[f"{key}_unit"] = named
    if isinstance(amount, int) and amount >= 1:
        st.session_state[f"{key}_amount"] = amount


def _names_key(prefix: str, field: Field) -> str:
    return value_key(prefix, field, Op.IS_ANY_OF)


def _stored(field: Field, text: str) -> str:
    """Return the choice as the catalogue writes it; an organization may stand by its name."""
    named = (o.value for o in field.options if o.label.casefold() == text.casefold())
    option = field.option(text)
    return option.value if option else next(named, text)


def _texts(key: str, field: Field, op: Op, *, first: bool) -> tuple[str, ...] | None:
    labels: dict[str, str] = {}
    is_open = field.kind in _OPEN_KINDS or not field.options
    match op:
        case Op.COUNTRY_IS_ANY_OF:
            labels, is_open = {code: code for code in _COUNTRIES}, False
            hint = "Two letters, e.g. NL"
        case Op.COUNTRY_CODE_IS:
            hint = "Type a code, e.g. +31, and press Enter"
        case Op.STARTS_WITH:
            is_open, hint = True, "Type a beginning and press Enter"
        case _:
            options = with_people(field).options
            offered = options[:_MOST_OFFERED] if is_open else options
            labels = {option.value: _label(option) for option in offered}
            hint = _hint(field, is_open=is_open)
            is_open = is_open and field.kind not in {Kind.MEMBERSHIP, Kind.SENT}
    return choices_widget(key, labels, hint=hint, is_open=is_open, first=first)


def _label(option: Option) -> str:
    return option.label if option.people is None else f"{option.label} ({option.people:,})"


def _hint(field: Field, *, is_open: bool) -> str:
    if not is_open:
        return "Choose"
    if field.kind in {Kind.MEMBERSHIP, Kind.SENT}:
        return "There is none yet"
    return "Choose, or type one and press Enter" if field.options else "Type one and press Enter"


def _units(field: Field, op: Op) -> list[str]:
    whole_days = field.kind is Kind.DATE or op is Op.ANNIVERSARY_IN_NEXT
    return [str(unit) for unit in Unit if not (whole_days and unit in OF_A_DAY)]


def _duration(key: str, field: Field, op: Op, *, first: bool) -> tuple[int, str] | None:
    return duration_widget(key, _units(field, op), usual=str(Unit.DAYS), first=first)
