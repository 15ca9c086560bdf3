"""Pictures of charts: whole, in the page's colours, and readable by who cannot see them."""

import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from relay_core.errors import ExportError
from relay_core.reports.charts import FUNNEL
from relay_core.reports.over_time_chart import OVER_TIME
from relay_core.reports.pictures import PALETTE, PictureForm, draw, picture_spec
from relay_core.reports.run_report import run_report
from tests.delivery.world import planned_run
from tests.reports.story import at, send

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def report(db):
    run_id = planned_run(db, people=3)
    send(db, begun=at(0)).delivered(happened=at(2))
    send(db, begun=at(1))
    return run_report(db, run_id, now=at(60))


class TestAPicture:
    def test_names_and_describes_itself_and_shows_every_chart(self, report):
        charts = (FUNNEL, OVER_TIME)

        drawn = draw([picture_spec(report, chart) for chart in charts], PictureForm.SVG)

        for svg, chart in zip(drawn, charts, strict=True):
            root = ET.fromstring(svg)  # noqa: S314 - drawn by our own process
            assert root.findtext(f"{SVG}title") == chart.title
            assert root.findtext(f"{SVG}desc") == chart.alt(report)
            assert "run 1, as of 15 Mar 2026, 12:01:00 UTC" in "".join(root.itertext())

    def test_of_dots_is_a_png_twice_as_wide(self, report):
        [png] = draw([picture_spec(report, FUNNEL, width_px=300)], PictureForm.PNG)

        assert png.startswith(b"\x89PNG\r\n\x1a\n")
        assert int.from_bytes(png[16:20]) == 2 * 300

    def test_has_the_colours_of_the_page(self):
        theme = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["theme"]["light"]

        assert list(PALETTE) == theme["chartCategoricalColors"]

    def test_cannot_be_pressed(self, report):
        assert "param" not in str(picture_spec(report, OVER_TIME))

    def test_that_cannot_be_drawn_is_refused_with_advice(self):
        with pytest.raises(ExportError) as refused:
            draw([{"mark": "no such mark"}], PictureForm.SVG)

        assert "CSV" in refused.value.advice
