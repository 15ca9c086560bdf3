"""What messages cost, in words: each currency apart, examples named as such, gaps said."""

from decimal import Decimal
from pathlib import Path
from typing import Final

import pyarrow as pa
import streamlit as st

from pages._words import counted
from relay_core.campaigns.cost import Cost

_SETTINGS: Final = Path(__file__).parent / "settings.py"
_CENT: Final = Decimal("0.01")
_MOST_NAMED: Final = 8


def cost_metrics(cost: Cost) -> None:
    """Draw one figure for each currency."""
    for each in cost.sums:
        label = "By example prices" if each.is_example else "Costs about"
        st.metric(label, _said(each.amount, each.currency), border=True)


def show_cost(cost: Cost, *, key: str) -> None:
    """Say how the cost comes about, and what is not in it."""
    if cost.is_example:
        st.caption(
            ":material/science: This cost is made up. It rests on example prices in XTS, the "
            "currency code kept for tests. Enter what you pay in Settings."
        )
    if cost.unpriced:
        named = ", ".join(
            f"{each.country or 'country not known'} ({each.messages:,})"
            for each in cost.unpriced[:_MOST_NAMED]
        )
        more = len(cost.unpriced) - _MOST_NAMED
        others = f" and {counted(more, 'other')}" if more > 0 else ""
        missing = sum(each.messages for each in cost.unpriced)
        st.caption(
            f"Not in the cost: {counted(missing, 'message')} to countries without a price: "
            f"{named}{others}."
        )
    if cost.lines:
        with st.expander("How the cost comes about", icon=":material/payments:", key=key):
            _show_lines(cost, key=key)
    elif cost.unpriced:
        st.page_link(_SETTINGS, label="Enter prices", icon=":material/payments:")


def _show_lines(cost: Cost, *, key: str) -> None:
    sms = cost.channel == "sms"
    columns: dict[str, object] = {
        "Country": [line.price.country for line in cost.lines],
        "Messages": [line.messages for line in cost.lines],
    }
    if sms:
        columns["Parts"] = [line.units for line in cost.lines]
    else:
        columns["Category"] = [(line.price.category or "any").capitalize() for line in cost.lines]
    columns["Price"] = [f"{line.price.price:f} {line.price.currency}" for line in cost.lines]
    columns["Since"] = [line.price.since for line in cost.lines]
    columns["Amount"] = [_said(line.amount, line.price.currency) for line in cost.lines]
    if cost.is_example:
        columns["Note"] = ["example" if line.price.is_example else "" for line in cost.lines]
    st.dataframe(
        pa.table(columns),
        hide_index=True,
        key=f"{key}_lines",
        height="content",
        column_config={"Since": st.column_config.DateColumn(format="D MMM YYYY")},
        alt="What messages to each country cost.",
    )
    unit = "part of an SMS" if sms else "WhatsApp message"
    st.caption(
        f"By the prices of {cost.on:%-d %b %Y}, for each {unit}. What a provider charges may "
        "differ."
    )
    st.page_link(_SETTINGS, label="Change the prices", icon=":material/payments:")


def _said(amount: Decimal, currency: str) -> str:
    return f"{amount.quantize(_CENT):,} {currency}"
