"""The SQL page: a question, its answer, and what can be asked."""

import pytest
from streamlit.testing.v1 import AppTest

from pages._shown_sql import ASKED
from relay_core.reports.export import as_csv
from relay_core.reports.shown_sql import Figure, shown_sql
from relay_core.reports.sql_examples import examples
from tests.pages.conftest import ROOT

INTEGRATIONS = "SELECT name, channel FROM report_integrations ORDER BY name"


@pytest.fixture
def page(open_page):
    return open_page("sql.py")


def asked(page, sql):
    page.text_area(key="sql_text").set_value(sql)
    return page.button(key="sql_run").click().run()


def a_chart_with_its_sql():
    from pages._shown_sql import show_sql  # noqa: PLC0415 - runs as a script of its own
    from relay_core.reports.shown_sql import Figure  # noqa: PLC0415 - the same

    show_sql(Figure.FUNNEL, run=7)


class TestTheSqlOfAChart:
    def test_is_shown_for_its_run(self):
        page = AppTest.from_function(a_chart_with_its_sql, default_timeout=20)
        page.session_state[f"shown_{Figure.FUNNEL}"] = True
        page.run()

        assert not page.exception
        assert page.code[0].value == shown_sql(Figure.FUNNEL, run=7)

    def test_costs_nothing_while_nobody_opens_it(self):
        page = AppTest.from_function(a_chart_with_its_sql, default_timeout=20).run()

        assert not page.code

    def test_is_asked_on_the_sql_page(self, data_folder):
        assert data_folder.is_dir()
        page = AppTest.from_file(str(ROOT / "pages/_shell.py"), default_timeout=20)
        page.session_state[ASKED] = shown_sql(Figure.FUNNEL, run=7)
        page.run()

        page.switch_page("sql.py").run()

        assert page.text_area(key="sql_text").value == shown_sql(Figure.FUNNEL, run=7)
        assert page.dataframe[0].value["planned"].to_list() == [0]


class TestTheSqlPage:
    def test_begins_with_an_example_and_asks_nothing_by_itself(self, page):
        assert not page.exception
        assert page.text_area(key="sql_text").value == examples()[0].sql
        assert not page.dataframe

    def test_explains_every_view_and_column(self, page, desk):
        shown = [expander.label for expander in page.expander]
        columns = [table.value["Meaning"].to_list() for table in page.table]

        assert [label.split("`")[1] for label in shown] == [view.name for view in desk.facts()]
        assert columns == [[column.meaning for column in v.columns] for v in desk.facts()]

    def test_shows_the_answer_and_says_how_many_rows(self, page, desk):
        asked(page, INTEGRATIONS)

        rows = page.dataframe[0].value
        assert rows["name"].to_list() == sorted(i.name for i in desk.integrations())
        assert any(f"{len(rows)} rows in" in caption.value for caption in page.caption)

    def test_runs_an_example_on_a_click(self, page):
        page.button(key="sql_example_5").click().run()

        assert not page.exception
        assert page.text_area(key="sql_text").value == examples()[5].sql
        assert page.dataframe[0].value.columns.to_list() == ["run_id", "reason", "people"]

    def test_says_in_a_sentence_what_is_wrong(self, page):
        for sql, said in (
            ("DELETE FROM deliveries", "Only SELECT"),
            ("FROM people", "There is no people here"),
            ("SELECT nme FROM report_campaigns", "nme"),
        ):
            asked(page, sql)

            assert not page.exception
            assert said in page.error[0].value
            assert not page.dataframe

    def test_says_where_an_answer_was_cut(self, page):
        asked(page, "FROM range(10001)")

        assert "The first 10,000 rows; there are more" in page.warning[0].value

    def test_offers_files_whose_formulas_do_nothing(self, page):
        asked(page, "SELECT '=1+1' AS sum")

        table = page.session_state["sql_answer"][1].table
        assert {b.label for b in page.get("download_button")} == {
            "Download CSV",
            "Download Parquet",
        }
        assert b"'=1+1" in as_csv(table)
