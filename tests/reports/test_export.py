"""Files that leave."""

import csv
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.reports.export import as_csv, as_parquet
from tests.reports.story import at

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # noqa: RUF001 - full width is meant


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


class TestACsv:
    def test_opens_in_a_spreadsheet_with_its_accents(self):
        content = as_csv(pa.table({"id": [1, 2, 3], "name": ["Zoë", "محمد", None]}))

        assert content.startswith(b"\xef\xbb\xbf")
        assert read(content) == [["id", "name"], ["1", "Zoë"], ["2", "محمد"], ["3", ""]]

    @pytest.mark.parametrize(
        "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", " =1"]
    )
    def test_defuses_what_a_spreadsheet_would_run(self, text):
        assert read(as_csv(pa.table({"reply": [text]})))[1] == ["'" + text]

    @pytest.mark.parametrize("text", ["+31612340000", "+31…00", "Thanks - see you", "a=b", "12"])
    def test_leaves_phone_numbers_and_plain_words_alone(self, text):
        assert read(as_csv(pa.table({"reply": [text]})))[1] == [text]

    @given(st.lists(st.text(), min_size=1))
    def test_has_no_cell_that_begins_like_a_formula(self, texts):
        cells = [row[0] if row else "" for row in read(as_csv(pa.table({"reply": texts})))[1:]]

        assert len(cells) == len(texts)
        for cell in cells:
            assert not cell.startswith(DANGEROUS) or cell[1:].replace("…", "").isdecimal()

    def test_leaves_numbers_and_moments_as_they_are(self):
        table = pa.table({"n": [-5], "at": pa.array([at(0.25)], pa.timestamp("us", tz="UTC"))})

        assert read(as_csv(table))[1] == ["-5", "2026-03-15 12:00:00.250Z"]

    def test_of_nobody_has_its_header(self):
        assert read(as_csv(pa.table({"name": pa.array([], pa.string())}))) == [["name"]]

    def test_holds_a_list_as_one_text(self):
        tags = pa.array([["vip", "nl"], ["=1+1", "b"], [], None], pa.list_(pa.string()))

        cells = [row[0] if row else "" for row in read(as_csv(pa.table({"tags": tags})))[1:]]

        assert cells == ["vip, nl", "'=1+1, b", "", ""]

    def test_defuses_its_headings_as_well(self):
        table = pa.table({"=HYPERLINK(A1)": ["x"], "Shoe size": ["y"]})

        assert read(as_csv(table))[0] == ["'=HYPERLINK(A1)", "Shoe size"]


class TestAParquetFile:
    def test_is_the_very_table_with_its_types(self):
        table = pa.table(
            {
                "Id": [360012345678901, 2],
                "Name": ["=1+1", None],
                "Tags": pa.array([["vip", "nl"], []], pa.list_(pa.string())),
                "Created": pa.array([at(0.25), None], pa.timestamp("us", tz="UTC")),
            }
        )

        assert pq.read_table(pa.BufferReader(as_parquet(table))).equals(table)

    def test_of_nobody_keeps_its_columns(self):
        table = pa.table({"Name": pa.array([], pa.string())})

        assert pq.read_table(pa.BufferReader(as_parquet(table))).schema == table.schema
