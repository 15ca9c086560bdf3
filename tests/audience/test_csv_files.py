"""CSV files as people save them, and what is said about those that cannot be read."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.audience.uploads.csv_files import MOST_BYTES, MOST_ROWS, as_line, read_csv_file
from relay_core.errors import AudienceError


def rows(content):
    return [(row.number, *row.cells) for row in read_csv_file(content).rows]


def refusal(content):
    with pytest.raises(AudienceError) as caught:
        read_csv_file(content)
    return caught.value.advice


class TestAFile:
    @pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
    def test_is_split_at_the_mark_it_uses(self, mark):
        text = f'name{mark}phone\n"Byron, Ada; née | x"{mark}+31612345678\n'

        assert rows(text.encode()) == [(2, "Byron, Ada; née | x", "+31612345678")]

    def test_is_not_split_at_a_mark_that_only_its_header_has(self):
        file = read_csv_file(b"name;phone, mobile\nAda;1\nBob;2\n")

        assert file.columns == ("name", "phone, mobile")

    def test_may_have_one_column(self):
        assert rows(b"phone\n+31612345678\n") == [(2, "+31612345678")]

    def test_may_say_how_it_is_split_as_excel_does(self):
        assert rows(b"sep=;\r\nname;phone\r\nAda;1\r\n") == [(2, "Ada", "1")]

    @pytest.mark.parametrize(
        ("content", "encoding"),
        [
            ("näme\nZoë\n".encode(), "UTF-8"),
            (codecs.BOM_UTF8 + "näme\nZoë\n".encode(), "UTF-8"),
            ("näme\nZoë\n".encode("utf-16"), "UTF-16"),
            (codecs.BOM_UTF16_BE + "näme\nZoë\n".encode("utf-16-be"), "UTF-16"),
            ("näme\nZoë\n".encode("latin-1"), "Latin-1"),
        ],
    )
    def test_is_read_in_its_encoding(self, content, encoding):
        file = read_csv_file(content)

        assert (file.columns, file.rows[0].cells) == (("näme",), ("Zoë",))
        assert file.encoding == encoding

    def test_in_latin_1_asks_for_a_look(self):
        assert "accents" in read_csv_file("name\nZoë\n".encode("latin-1")).notices[0]

    def test_counts_rows_as_a_spreadsheet_does(self):
        content = b'phone,note\r\n\r\n1,"two\r\nlines"\r\n,\r\n2,\r\n'

        assert [row[0] for row in rows(content)] == [3, 5]

    def test_keeps_rows_of_other_lengths(self):
        assert rows(b"a,b\n1\n1,2,3\n") == [(2, "1"), (3, "1", "2", "3")]

    def test_gives_every_column_a_name_of_its_own(self):
        file = read_csv_file(b"phone,,phone,phone (2),\n1,2,3,4,5\n")

        assert file.columns == ("phone", "Column 2", "phone (3)", "phone (2)")
        assert "Two columns are called “phone”" in file.notices[0]


class TestAFileThatCannotBeUsed:
    @pytest.mark.parametrize(
        ("content", "advice"),
        [
            (b"", "empty"),
            (b"\n\n , \n", "empty"),
            (codecs.BOM_UTF8, "empty"),
            (b"phone\n", "no rows"),
            (b"PK\x03\x04rest", "spreadsheet"),
            (b"\xd0\xcf\x11\xe0rest", "spreadsheet"),
            (b"phone\n1\x00\n", "not text"),
            (codecs.BOM_UTF16_LE + b"\x00", "UTF-16"),
            (b"+31612345678\n+31687654321\n", "Row 1 looks like data"),
            (b"name,ada@example.com\nb,c\n", "Row 1 looks like data"),
            (b'phone\n1\n"2\n3\n', "Row 3"),
            (b'phone\n1\n"2" x\n', "Row 3"),
            (b"phone\n" + b"x" * 200_000 + b"\n", "Row 2"),
            (b",".join([b"c"] * 501) + b"\n1\n", "columns"),
            (b"phone\n" + b"1\n" * (MOST_ROWS + 1), "50,000 rows"),
            (b"x" * (MOST_BYTES + 1), "10 MB"),
        ],
    )
    def test_says_why(self, content, advice):
        assert advice in refusal(content)

    @given(
        st.one_of(
            st.binary(max_size=200),
            st.text(max_size=200).map(str.encode),
            st.text(alphabet='a1@.,;\t|"\r\n= ', max_size=200).map(str.encode),
            st.text(max_size=60).map(lambda text: text.encode("utf-16")),
        )
    )
    def test_is_never_more_than_a_refusal(self, content):
        try:
            file = read_csv_file(content)
        except AudienceError:
            return

        assert len(set(file.columns)) == len(file.columns)
        assert all(any(row.cells) for row in file.rows)


class TestALine:
    @given(st.lists(st.text(alphabet='ab," ;', max_size=5), min_size=2, max_size=4))
    def test_reads_as_it_was(self, cells):
        header = ",".join(f"c{n}" for n, _ in enumerate(cells))
        stripped = tuple(cell.strip() for cell in cells)
        if any(stripped):
            text = f"sep=,\n{header}\n{as_line(cells)}\n"

            assert read_csv_file(text.encode()).rows[0].cells == stripped
