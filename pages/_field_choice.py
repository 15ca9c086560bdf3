"""The fields of the condition builder: in which order, under which names, with which choices."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from pages._ui import relay
from relay_core.audience.conditions.fields import Catalogue, Field
from relay_core.audience.conditions.operators import Kind


def offered(fields: Sequence[Field], *, group: str) -> list[str]:
    """Return the keys that one of the three lists offers: Zendesk's, the account's, Relay's.

    A number of people bounds the whole audience, so it is offered in “all” only.
    """
    fitting = (field for field in fields if group == "all" or field.kind is not Kind.LIMIT)
    return [field.key for field in sorted(fitting, key=_place)]


def field_label(catalogue: Catalogue, key: str) -> str:
    """Return what the picker calls a field, and whose it is where that is not Zendesk."""
    field = catalogue.find(key)
    if field is None:
        return f"{key} (gone)"
    whose = ("", " · custom", " · Relay")[_place(field)]
    return f"{field.label}{whose}"


def with_people(field: Field) -> Field:
    """Return a field whose choices say how many people have them.

    Counting reads a field of everybody, so the numbers are kept until people are synced again.
    """
    if field.custom_key is None or field.kind not in {Kind.CHOICE, Kind.CHOICES}:
        return field
    kept: dict[str, tuple[datetime | None, Field, Field]]
    kept = st.session_state.setdefault("choices_counted", {})
    synced = relay().people_progress().finished_at
    as_of, before, counted = kept.get(field.key, (None, None, field))
    if before != field or as_of != synced:
        counted = relay().counted_choices(field)
        kept[field.key] = (synced, field, counted)
    return counted


def _place(field: Field) -> int:
    if field.is_relays:
        return 2
    return 0 if field.custom_key is None else 1
