"""Charts as pictures: whole specs in the colours of the light theme, drawn when somebody asks."""

import json
import subprocess
import sys
from base64 import b64decode
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final
from xml.etree import ElementTree as ET

import pyarrow as pa

from relay_core.errors import ExportError
from relay_core.log import log
from relay_core.reports.charts import ROWS, RunChart, Spec
from relay_core.reports.run_report import RunReport

PALETTE: Final = ("#0F6E66", "#C2571A", "#3B6FB6", "#8A5BB5", "#B23A55", "#7A6A00", "#5F6B6D")
"""The light theme's, in its order."""
_WIDTH_PX: Final = 640
_INK: Final = "#14191B"
_LINE: Final = "#D9E0E0"
_SVG: Final = "http://www.w3.org/2000/svg"
_PATIENCE_S: Final = 60
_CONFIG: Final = {
    "background": "#FFFFFF",
    "font": "Liberation Sans, Helvetica Neue, Arial, sans-serif",
    "view": {"stroke": None},
    "range": {"category": list(PALETTE)},
    "axis": {
        "domainColor": _LINE,
        "gridColor": _LINE,
        "tickColor": _LINE,
        "labelColor": _INK,
        "labelFontSize": 12,
        "titleColor": _INK,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
    "axisY": {"titleAnchor": "end", "titleAngle": 0, "titleAlign": "left", "titleY": -8},
    "legend": {"labelColor": _INK, "labelFontSize": 12},
    "title": {"anchor": "start", "color": _INK, "subtitleColor": _INK, "fontSize": 15},
}


class PictureForm(StrEnum):
    """What a picture can be."""

    PNG = "png"
    SVG = "svg"


def picture_spec(
    report: RunReport,
    chart: RunChart,
    *,
    table: pa.Table | None = None,
    width_px: int = _WIDTH_PX,
    titled: bool = True,
) -> Spec:
    """Return a chart with its data, size and colours, as a file of its own.

    Args:
        report: What it shows.
        chart: Which.
        table: Its rows; None: those of the chart.
        width_px: Of all of it, labels included.
        titled: Whether it says what it is, and of which run, as a picture away from its page must.
    """
    title = {
        "text": chart.title,
        "subtitle": f"{report.campaign}, run {report.run}, "
        f"as of {report.as_of:%-d %b %Y, %H:%M:%S} UTC",
    }
    return whole_spec(
        chart.spec(),
        chart.table(report) if table is None else table,
        title=title if titled else None,
        description=chart.alt(report),
        width_px=width_px,
    )


def whole_spec(
    spec: Spec,
    rows: pa.Table,
    *,
    title: Mapping[str, str] | None,
    description: str,
    width_px: int = _WIDTH_PX,
) -> Spec:
    """Return a spec with its data, size and colours.

    Args:
        spec: Without data, as pages draw it.
        rows: Its data.
        title: Vega-Lite's text and subtitle; None: the picture says nothing of the kind.
        description: What it shows, for who cannot see it.
        width_px: Of all of it, labels included.
    """
    own: dict[str, Any] = {"description": description, "width": width_px}
    if title:
        own["title"] = dict(title)
    for place, column in enumerate(rows.schema):
        if pa.types.is_temporal(column.type):
            moments = rows[column.name].cast(pa.timestamp("ms")).cast(pa.int64())
            rows = rows.set_column(place, column.name, moments)
    return {
        **_still(spec),
        **own,
        "data": {"name": ROWS},
        "datasets": {ROWS: rows.to_pylist()},
        "config": _CONFIG,
        "autosize": {"type": "fit-x", "contains": "padding"},
    }


def draw(specs: Sequence[Spec], form: PictureForm) -> tuple[bytes, ...]:
    """Draw charts in another process, which takes about a second.

    Args:
        specs: As `picture_spec` returns them.
        form: What of. An SVG names itself and describes what it shows to who cannot see it.

    Raises:
        ExportError: They could not be drawn; the log says why.
    """
    asked = json.dumps({"form": form, "specs": [json.dumps(spec) for spec in specs]})
    command = [sys.executable, "-m", "relay_core.reports.drawing"]
    try:
        ended = subprocess.run(  # noqa: S603 - our own module, no input from outside
            command, input=asked, capture_output=True, text=True, timeout=_PATIENCE_S, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        log().error("chart.not_drawn", form=form, error=type(error).__name__)
        raise ExportError(
            "chart not drawn", advice="The picture could not be drawn. Take the CSV instead."
        ) from error
    drawn = [b64decode(each) for each in json.loads(ended.stdout)]
    if form is PictureForm.PNG:
        return tuple(drawn)
    return tuple(_described(svg, spec) for svg, spec in zip(drawn, specs, strict=True))


def _still(spec: Spec) -> Spec:
    """Return a chart that nobody can press: without selections, and what they would change."""
    encoding = {
        channel: how
        for channel, how in spec.get("encoding", {}).items()
        if channel != "tooltip" and not any("param" in each for each in how.get("condition", []))
    }
    still = {key: part for key, part in spec.items() if key != "params"}
    if encoding:
        still["encoding"] = encoding
    if "layer" in spec:
        still["layer"] = [_still(layer) for layer in spec["layer"]]
    return still


def _described(svg: bytes, spec: Spec) -> bytes:
    """Return an SVG with its title and its description, which screen readers say."""
    ET.register_namespace("", _SVG)
    root = ET.fromstring(svg)  # noqa: S314 - drawn by our own process
    root.set("role", "img")
    root.set("aria-label", spec["description"])
    said = {"title": spec.get("title", {}).get("text"), "desc": spec["description"]}
    for place, (name, text) in enumerate((n, t) for n, t in said.items() if t):
        element = ET.Element(f"{{{_SVG}}}{name}")
        element.text = text
        root.insert(place, element)
    return ET.tostring(root)
