"""Charts over many runs."""

from datetime import date
from xml.etree import ElementTree as ET

from relay_core.reports.across.cells import Counts
from relay_core.reports.across.charts import (
    interval_spec,
    interval_table,
    over_time_spec,
    over_time_table,
    pressure_spec,
    pressure_table,
)
from relay_core.reports.across.over_time import Point
from relay_core.reports.across.pressure import Band, Pressure
from relay_core.reports.across.quality import Quality
from relay_core.reports.across.weekly_chart import weekly_spec, weekly_table
from relay_core.reports.intervals import proportion
from relay_core.reports.pictures import PictureForm, draw, whole_spec


def of_weeks(version, *weeks):
    """A version of a template by weeks: their first day, messages sent, and how many arrived."""
    return Quality(
        name="late",
        version=version,
        counts=Counts(),
        delivered=None,
        replied=None,
        opted_out=None,
        failed=None,
        weeks=tuple(
            Point(start=start, counts=Counts(tried=sent, sent=sent, delivered=delivered))
            for start, sent, delivered in weeks
        ),
        changes=(),
    )


VERSIONS = (
    of_weeks(1, (date(2026, 3, 2), 10, 9), (date(2026, 3, 9), 0, 0), (date(2026, 3, 16), 4, 4)),
    of_weeks(2, (date(2026, 3, 16), 5, 1), (date(2026, 3, 23), 5, 2)),
)


class TestTheWeeks:
    def test_bring_the_share_and_interval_of_each_week_with_messages(self):
        rows = weekly_table(VERSIONS, share="delivered").to_pylist()

        told = [(row["version"], row["start"], row["share"], row["messages"]) for row in rows]
        assert told == [
            ("late, version 1", date(2026, 3, 2), 0.9, 10),
            ("late, version 1", date(2026, 3, 16), 1.0, 4),
            ("late, version 2", date(2026, 3, 16), 0.2, 5),
            ("late, version 2", date(2026, 3, 23), 0.4, 5),
        ]
        assert (rows[0]["low"], rows[0]["high"]) == (
            proportion(9, 10).low,
            proportion(9, 10).high,
        )

    def test_mark_where_a_version_begins(self):
        rows = weekly_table(VERSIONS, share="delivered").to_pylist()

        assert [row["begins"] for row in rows] == ["version 1", "", "version 2", ""]

    def test_mark_nothing_where_versions_are_not_told_apart(self):
        rows = weekly_table([of_weeks(None, (date(2026, 3, 2), 1, 1))], share="delivered")

        assert rows["begins"].to_pylist() == [""]


class TestEveryChart:
    def test_can_be_taken_away_as_a_picture_of_its_own_figures(self):
        bands = (
            Band(least=1, most=1, people=7, opted_out=None),
            Band(least=11, most=None, people=2, opted_out=None),
        )
        charts = {
            "Fault": (interval_spec(), interval_table([("Fault", proportion(9, 10))])),
            "16 Mar": (over_time_spec(), over_time_table(VERSIONS[0].weeks)),
            "version 2": (weekly_spec(), weekly_table(VERSIONS, share="delivered")),
            "11 or more: 2": (
                pressure_spec(),
                pressure_table(Pressure(days=30, bands=bands, at_cap=None)),
            ),
        }

        drawn = draw(
            [
                whole_spec(spec, rows, title={"text": "What it is"}, description="What it says")
                for spec, rows in charts.values()
            ],
            PictureForm.SVG,
        )

        for said, svg in zip(charts, drawn, strict=True):
            assert said in "".join(ET.fromstring(svg).itertext())  # noqa: S314 - our own drawing
