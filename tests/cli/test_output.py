"""What commands print: tables, and lists where a table would be cut to pieces."""

from relay_core.cli.output import print_answer

WIDE = "a sentence that is far too long for a cell " * 9


class TestAnAnswer:
    def test_is_a_table_where_it_fits(self, capsys):
        print_answer(("run", "sent"), [(1, 20), (2, None)])

        said = capsys.readouterr().out
        assert "┃ run ┃ sent ┃" in said
        assert "│ 2   │      │" in said

    def test_lists_each_row_where_a_table_would_be_too_wide(self, capsys):
        print_answer(("run", "text"), [(1, WIDE), (2, "brief")])

        assert (
            capsys.readouterr().out == f"run   1\ntext  {WIDE.rstrip()}\n\nrun   2\ntext  brief\n\n"
        )

    def test_without_rows_shows_what_its_columns_are_called(self, capsys):
        print_answer(("run", "sent"), [])

        assert "┃ run ┃ sent ┃" in capsys.readouterr().out
