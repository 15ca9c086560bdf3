"""The condition builder: three lists of rows, each a field, an operator and a value."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import streamlit as st

from pages._condition_values import preset_value, value_widget
from pages._field_choice import field_label, offered
from pages._value_widgets import label_shown
from pages._words import counted, plain
from relay_core.audience.conditions.clauses import judging
from relay_core.audience.conditions.fields import Catalogue, Field
from relay_core.audience.conditions.operator_words import operator_words
from relay_core.audience.conditions.operators import Op, Takes, takes
from relay_core.audience.conditions.tree import (
    MOST_CONDITIONS,
    Condition,
    ConditionTree,
    misplaced,
)

_GROUPS: Final = {
    "all": ("All of these", "People must match every one."),
    "any": ("Any of these", "People must match at least one. An empty list asks for nothing."),
    "none": ("None of these", "People who match one of them are left out."),
}
_WIDTHS: Final = (5, 6)
"""Of field and operator, and of the value; on a phone they stand under each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What the rows say at this moment."""

    tree: ConditionTree
    """Without the rows that lack a value."""
    incomplete: int
    """Rows that lack a value."""
    mistakes: int
    """Rows that make no sense as they are; each says so under itself."""


def condition_builder(prefix: str, fields: Sequence[Field]) -> Built:
    """Draw the three lists and return what they say.

    Args:
        prefix: Names this builder; two builders never share what was typed.
        fields: What a condition may speak of.
    """
    catalogue = Catalogue(fields)
    judge = judging(catalogue)
    lists: dict[str, tuple[Condition, ...]] = {}
    incomplete = mistakes = 0
    for group, (title, hint) in _GROUPS.items():
        with st.container(border=True, key=f"{prefix}_{group}"):
            st.markdown(f"**{title}**", help=hint)
            conditions = []
            for number, row in enumerate(_rows(prefix)[group]):
                condition = _draw_row(prefix, group, row, catalogue, first=number == 0)
                if condition is None:
                    incomplete += 1
                elif mistake := judge(condition):
                    mistakes += 1
                    _complain(mistake)
                else:
                    conditions.append(condition)
            lists[group] = tuple(conditions)
            st.button(
                "Add condition",
                key=f"{prefix}_{group}_add",
                icon=":material/add:",
                type="tertiary",
                on_click=_add,
                args=(prefix, group),
                disabled=sum(map(len, _rows(prefix).values())) >= MOST_CONDITIONS,
            )
    if incomplete:
        verb = "is" if incomplete == 1 else "are"
        st.caption(f"{counted(incomplete, 'condition')} without a value {verb} not counted yet.")
    tree = ConditionTree(**lists)
    for mistake in misplaced(tree):
        mistakes += 1
        _complain(mistake)
    return Built(tree=tree, incomplete=incomplete, mistakes=mistakes)


def load_conditions(prefix: str, tree: ConditionTree, fields: Sequence[Field]) -> None:
    """Replace the rows by those of a stored tree. For callbacks: widgets are drawn afterwards."""
    catalogue = Catalogue(fields)
    for group, conditions in (("all", tree.all), ("any", tree.any), ("none", tree.none)):
        _rows(prefix)[group] = [_load(prefix, condition, catalogue) for condition in conditions]


def clear_conditions(prefix: str) -> None:
    """Begin again with one empty row."""
    for group in _GROUPS:
        _rows(prefix)[group] = []
    _add(prefix, "all")


def _complain(mistake: str) -> None:
    st.caption(f":red[{plain(mistake[0].upper() + mistake[1:])}.]")


def _rows(prefix: str) -> dict[str, list[int]]:
    """Return the numbers of the rows of each list; a number is never used twice."""
    key = f"{prefix}_rows"
    if key not in st.session_state:
        st.session_state[key] = {"all": [0], "any": [], "none": []}
        st.session_state[f"{prefix}_next"] = 1
    kept: dict[str, list[int]] = st.session_state[key]
    return kept


def _new_row(prefix: str) -> int:
    _rows(prefix)
    row = int(st.session_state[f"{prefix}_next"])
    st.session_state[f"{prefix}_next"] = row + 1
    return row


def _add(prefix: str, group: str) -> None:
    _rows(prefix)[group].append(_new_row(prefix))


def _remove(prefix: str, group: str, row: int) -> None:
    rows = _rows(prefix)[group]
    if row in rows:
        rows.remove(row)


def _load(prefix: str, condition: Condition, catalogue: Catalogue) -> int:
    row = _new_row(prefix)
    named = f"{prefix}_{row}"
    st.session_state[f"{named}_field"] = condition.field
    field = catalogue.find(condition.field)
    if field and condition.op in field.operators:
        st.session_state[f"{named}_op_{field.kind}"] = condition.op
        preset_value(named, field, condition.op, condition.value)
    return row


def _draw_row(
    prefix: str, group: str, row: int, catalogue: Catalogue, *, first: bool
) -> Condition | None:
    """Draw one row; None while it lacks a value."""
    named = f"{prefix}_{row}"
    shown = label_shown(first=first)
    with st.container(key=f"{named}_row"):
        what, value_part = st.columns(_WIDTHS, vertical_alignment="bottom")
    with what, st.container(horizontal=True, vertical_alignment="bottom"):
        keys = offered(catalogue.fields, group=group)
        kept = st.session_state.get(f"{named}_field")
        gone = [kept] if kept and kept not in keys else []
        key = st.selectbox(
            "Field",
            [*keys, *gone],
            format_func=lambda key: field_label(catalogue, key),
            key=f"{named}_field",
            label_visibility=shown,
            persist_state="session",
        )
        field = catalogue.find(key)
        op = _operator(named, field, shown=shown) if field else Op.IS
    with (
        value_part,
        st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="right"),
    ):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
            value = value_widget(named, field, op, first=first) if field else None
        st.button(
            "Remove",
            key=f"{named}_remove",
            icon=":material/close:",
            type="tertiary",
            on_click=_remove,
            args=(prefix, group, row),
        )
    lacks = field and value is None and takes(field.kind, op) is not Takes.NOTHING
    return None if lacks else Condition(key, op, value)


def _operator(named: str, field: Field, *, shown: Literal["visible", "collapsed"]) -> Op:
    return st.selectbox(
        "Operator",
        field.operators,
        format_func=lambda op: operator_words(field.kind, op),
        key=f"{named}_op_{field.kind}",
        label_visibility=shown,
        persist_state="session",
    )
