"""The table of prices on the settings page: edited as a whole, kept with one press."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import pyarrow as pa
import streamlit as st

from pages._ui import Permission, actor, explaining_errors, flash, may, relay
from pages._words import counted
from relay_core.campaigns.prices import COLUMNS, EXAMPLE_CURRENCY, Price
from relay_core.templates.writing.template import Category

_EDITION: Final = "prices_edition"
_CHANNELS: Final = {"sms": "SMS, per part", "whatsapp": "WhatsApp, per message"}
_SCHEMA: Final = pa.schema(
    [(name, pa.date32() if name == "since" else pa.string()) for name in COLUMNS]
)


def prices_section() -> None:
    """Draw what messages cost, to be corrected, added to, and kept."""
    st.header("Prices")
    st.write("What messages cost, by country of the number. Reviews add it up before a send.")
    prices = relay().prices()
    examples = sum(price.is_example for price in prices)
    if examples:
        st.warning(
            f"{counted(examples, 'price')} in {EXAMPLE_CURRENCY} "
            f"{'is an example' if examples == 1 else 'are examples'}, made up so that you see "
            "how it works. Replace them by what your provider charges.",
            icon=":material/science:",
        )
    if not may(Permission.ADMINISTER):
        st.dataframe(_table(prices), hide_index=True, key="prices", placeholder="")
        return
    # Another key after each save: what was typed belongs to the table as it was before.
    edition = st.session_state.setdefault(_EDITION, 0)
    edited = st.data_editor(
        _table(prices),
        key=f"prices_{edition}",
        num_rows="dynamic",
        hide_index=True,
        height="content",
        placeholder="",
        column_config=_columns(),
    )
    if st.button("Save prices", key="prices_save", icon=":material/save:"):
        with explaining_errors():
            kept = relay().save_prices(typed_rows(edited), actor=actor())
            st.session_state[_EDITION] = edition + 1
            flash(f"{counted(len(kept), 'price')} kept.")
            st.rerun()
    st.caption(
        "A price holds from its day on, until a later one for the same. A country without a price "
        "is named in the review, never guessed. Different currencies are never added up."
    )


def typed_rows(edited: pa.Table) -> list[dict[str, str | None]]:
    """Return the rows of the editor as texts, empty ones too, so that rows keep their numbers."""
    return [
        {name: _text(row.get(name)) for name in COLUMNS}
        for row in edited.select(list(COLUMNS)).to_pylist()
    ]


def _text(value: object) -> str | None:
    if isinstance(value, date):
        return value.isoformat()[:10]
    return None if value is None else str(value)


def _table(prices: Sequence[Price]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "country": price.country,
                "channel": price.channel,
                "category": price.category,
                "price": f"{price.price:f}",
                "currency": price.currency,
                "since": price.since,
            }
            for price in prices
        ],
        schema=_SCHEMA,
    )


def _columns() -> dict[str, object]:
    config = st.column_config
    return {
        "country": config.TextColumn("Country", help="Two letters, e.g. FR.", max_chars=2),
        "channel": config.SelectboxColumn(
            "Channel", options=list(_CHANNELS), format_func=lambda c: _CHANNELS.get(c, c)
        ),
        "category": config.SelectboxColumn(
            "Category",
            options=list(Category),
            format_func=lambda c: str(c).capitalize(),
            help="Of a WhatsApp template. Empty: every category without a price of its own.",
        ),
        "price": config.TextColumn("Price", help="E.g. 0.0712."),
        "currency": config.TextColumn(
            "Currency", help=f"Three letters, e.g. EUR. {EXAMPLE_CURRENCY} marks an example."
        ),
        "since": config.DateColumn("Since", format="YYYY-MM-DD"),
    }
