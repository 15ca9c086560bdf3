"""Takes a chart or a table away as a file; each is made when somebody asks for it."""

from collections.abc import Callable, Mapping
from typing import Final

import pyarrow as pa
import streamlit as st

from relay_core.reports.charts import Spec
from relay_core.reports.export import as_csv, as_parquet
from relay_core.reports.pictures import PictureForm, draw

_MIME: Final = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}
_Maker = Callable[[], bytes]


def save_chart(spec: Callable[[], Spec], table: Callable[[], pa.Table], *, name: str) -> None:
    """Offer a chart as a picture, and its figures as a table.

    Args:
        spec: Returns the whole chart, as `pictures.picture_spec` does.
        table: Returns its figures.
        name: Of the file, without its ending; no other menu of the page may have it.
    """
    pictures = {
        str(form): lambda form=form: draw([spec()], form)[0]
        for form in (PictureForm.PNG, PictureForm.SVG)
    }
    _menu(pictures | _tables(table), name=name)


def save_table(table: Callable[[], pa.Table], *, name: str) -> None:
    """Offer a table; see `save_chart`."""
    _menu(_tables(table), name=name)


def _tables(table: Callable[[], pa.Table]) -> dict[str, _Maker]:
    return {"csv": lambda: as_csv(table()), "parquet": lambda: as_parquet(table())}


def _menu(makers: Mapping[str, _Maker], *, name: str) -> None:
    # What the menu holds is registered with the server at each drawing, so only while it is open.
    with st.popover(
        "Save",
        icon=":material/download:",
        type="tertiary",
        key=f"save_{name}",
        on_change="rerun",
    ) as menu:
        if not menu.open:
            return
        for ending, make in makers.items():
            st.download_button(
                ending.upper() if ending != "parquet" else "Parquet",
                make,
                file_name=f"{name}.{ending}",
                mime=_MIME[ending],
                key=f"save_{name}_{ending}",
                type="tertiary",
                on_click="ignore",
            )
