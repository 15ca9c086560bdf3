"""What is shown of an audience: figures, waterfall, people, charts and SQL."""

import io

import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

from pages._people_table import headings, people_said
from relay_core.audience.conditions.definition import (
    ByConditions,
    BySegment,
)
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree
from relay_core.audience.screening.people_columns import Column
from relay_core.reports.export import as_csv, as_parquet
from tests.pages.audience_drawn import (
    EVERYBODY,
    NOBODY,
    drawn,
    keys,
    metrics,
    select,
    show,
    shown,
    spoken,
    tagged,
)


class TestTheFigures:
    def test_are_matched_left_out_and_will_receive(self, desk):
        page = shown(tagged("newsletter"))

        found = desk.preview_audience(tagged("newsletter"))
        assert metrics(page) == {
            "Matched": found.matched,
            "Left out": found.matched - found.will_receive,
            "Will receive": found.will_receive,
        }
        assert "tags include newsletter" in spoken(page)

    def test_always_say_how_old_the_mirror_is(self, desk):
        assert desk.people_progress().finished_at

        assert "People as Zendesk had them" in spoken(shown(EVERYBODY))

    def test_set_apart_what_must_be_accepted(self, empty_folder):
        assert empty_folder.is_dir()

        page = shown(EVERYBODY)

        (warning,) = page.warning
        assert "have not been synced" in warning.value

    def test_say_loudly_that_an_audience_is_over_the_limit(self, data_folder, monkeypatch):
        monkeypatch.setenv("RELAY_AUDIENCE_CAP", "10")
        assert data_folder.is_dir()

        page = shown(EVERYBODY)

        assert "the limit is 10" in page.error[0].value
        assert "People as Zendesk had them" not in page.error[0].value
        assert "People as Zendesk had them" in spoken(page)

    def test_of_nobody_say_what_to_do_and_leave_the_rest_away(self, desk):
        assert desk.people_counts()["end_users"]

        page = shown(NOBODY)

        assert metrics(page)["Matched"] == 0
        assert "Nobody matches. Change or remove a condition" in spoken(page)
        assert not page.dataframe
        assert "a_proof_start" in keys(page.button)

    def test_that_cannot_be_had_are_advice(self, desk):
        assert desk.people_counts()["end_users"]

        page = shown(BySegment("Nobody knows"))

        assert "Nobody knows" in page.error[0].value
        assert not page.metric


class TestTheWaterfall:
    def test_says_each_reason_with_its_advice(self, desk):
        found = desk.preview_audience(EVERYBODY, rows=0)

        page = shown(EVERYBODY)

        for step in found.steps:
            line = f"**{step.reason.label}**: {step.count:,}"
            assert (line in spoken(page)) == bool(step.count)
        (chart,) = page.get("vega_lite_chart")
        assert f"{found.will_receive:,} will receive" in chart.proto.alt

    def test_opens_the_people_behind_a_bar(self, desk):
        page = shown(EVERYBODY)

        select(page, "no_phone")

        assert desk.people_counts()["end_users"]
        assert page.selectbox(key="a_shown").value == "no_phone"
        assert set(page.dataframe[0].value["Decision"]) == {"No phone number"}
        assert "Add a phone number to the profile" in spoken(page)

    def test_opens_everybody_again_when_no_bar_is_selected(self, desk):
        page = shown(EVERYBODY)
        select(page, "opted_out")

        select(page, None)

        assert desk.people_counts()["end_users"]
        assert page.selectbox(key="a_shown").value == "everybody"


class TestThePeople:
    def test_are_all_of_them_with_the_usual_columns(self, desk):
        page = shown(EVERYBODY)

        table = page.dataframe[0].value
        matched = desk.preview_audience(EVERYBODY, rows=0).matched
        assert len(table) == matched
        assert list(table) == [
            "Name",
            "Decision",
            "Number",
            "Country",
            "Language",
            "E-mail",
            "Tags",
            "Id",
        ]
        assert f"Showing all {matched:,}." in spoken(page)

    @pytest.mark.parametrize("decision", ["no_phone", "opted_out", "will_receive"])
    def test_can_be_those_of_one_decision(self, desk, decision):
        page = shown(EVERYBODY)

        page.selectbox(key="a_shown").set_value(decision).run()

        expected = desk.audience_people(EVERYBODY, columns=["id"], decision=decision)
        ids = [int(id_) for id_ in page.dataframe[0].value["Id"]]
        assert ids == expected["id"].to_pylist()
        assert ids

    def test_show_the_columns_that_were_chosen_and_keep_them(self, desk):
        custom = next(c for c in desk.audience_columns() if c.key.startswith("uf."))
        page = shown(EVERYBODY)

        page.multiselect(key="a_columns").set_value(["name", "created", custom.key]).run()
        show(page, tagged("newsletter"))

        assert list(page.dataframe[0].value) == ["Name", "Created", custom.label]
        assert "Times are in UTC." in spoken(page)

    def test_ask_for_a_column_when_there_is_none(self, desk):
        page = shown(EVERYBODY)

        page.multiselect(key="a_columns").set_value([]).run()

        assert desk.people_counts()["end_users"]
        assert not page.exception
        assert not page.dataframe
        assert "Choose at least one column." in spoken(page)

    def test_forget_a_column_that_is_gone(self, desk):
        page = AppTest.from_function(drawn, default_timeout=20)
        page.session_state["a_columns"] = ["name", "uf.gone"]

        show(page, EVERYBODY)

        assert desk.people_counts()["end_users"]
        assert list(page.dataframe[0].value) == ["Name"]

    def test_are_everybody_again_when_the_next_audience_has_no_such_reason(self, desk):
        page = shown(EVERYBODY)
        page.selectbox(key="a_shown").set_value("no_phone").run()

        show(page, ByConditions(ConditionTree(all=(Condition("phone", Op.IS_VALID_MOBILE),))))

        assert desk.people_counts()["end_users"]
        assert page.selectbox(key="a_shown").value == "everybody"

    def test_are_named_with_the_figure_of_the_next_audience(self, desk):
        page = shown(EVERYBODY)

        show(page, tagged("newsletter"))

        matched = desk.preview_audience(tagged("newsletter"), rows=0).matched
        told_to_the_browser = page.selectbox(key="a_shown").proto
        assert told_to_the_browser.set_value
        assert told_to_the_browser.raw_value == f"Everybody matched ({matched:,})"

    def test_are_the_first_thousand_on_the_page(self, desk, monkeypatch):
        monkeypatch.setattr("pages._people_table.MOST_SHOWN", 20)
        matched = desk.preview_audience(EVERYBODY, rows=0).matched

        page = shown(EVERYBODY)

        assert len(page.dataframe[0].value) == 20
        assert f"Showing 20 of {matched:,}." in spoken(page)

    def test_leave_as_files_with_headings_and_decisions_in_words(self, desk):
        columns = ["id", "decision", "tags"]
        people = desk.audience_people(EVERYBODY, columns=columns)

        said = people_said(people, desk.audience_columns())

        first, *_ = as_csv(said).decode("utf-8-sig").splitlines()
        kept = pq.read_table(io.BytesIO(as_parquet(said)))
        assert first == '"Id","Decision","Tags"'
        assert kept["Id"].to_pylist() == people["id"].to_pylist()
        assert "Will receive" in kept["Decision"].to_pylist()
        assert kept["Tags"].to_pylist() == people["tags"].to_pylist()

    def test_have_a_heading_each_even_where_the_account_calls_two_the_same(self):
        known = [Column("name", "Name"), Column("uf.name", "Name"), Column("id", "Id")]

        assert headings(["id", "uf.name", "name"], known) == ["Id", "Name (uf.name)", "Name (name)"]


class TestTheDistributions:
    def test_are_drawn_when_they_are_asked_for(self, desk):
        page = shown(EVERYBODY)
        assert len(page.get("vega_lite_chart")) == 1

        page.session_state["a_spread"] = True
        page.run()

        said = [chart.proto.alt for chart in page.get("vega_lite_chart")]
        spread = desk.distributions(EVERYBODY)
        (country, people) = (spread["country"][name][0].as_py() for name in ("value", "people"))
        assert not page.exception
        assert len(said) == 6
        assert any(f"Country of the number: {country} {people:,}" in each for each in said)
        assert "No setting says where Zendesk holds the consent" in spoken(page)

    def test_are_counted_once_for_an_audience(self, desk):
        page = shown(EVERYBODY)
        page.session_state["a_spread"] = True
        page.run()

        kept = dict(page.session_state["audience_distributions"])
        page.run()

        assert desk.people_counts()["end_users"]
        again = page.session_state["audience_distributions"]
        assert [id(each) for each in again.values()] == [id(each) for each in kept.values()]

    def test_of_an_audience_that_nobody_receives_say_so(self, desk):
        page = shown(ByConditions(ConditionTree(all=(Condition("phone", Op.IS_EMPTY),))))

        page.session_state["a_spread"] = True
        page.run()

        assert desk.people_counts()["end_users"]
        assert not page.exception
        assert "Nobody will receive this" in spoken(page)


class TestTheSql:
    def test_is_shown_when_it_is_asked_for(self, desk):
        page = shown(EVERYBODY)
        assert not page.code

        page.session_state["a_sql"] = True
        page.run()

        assert desk.people_counts()["end_users"]
        assert page.code[0].language == "sql"
        assert page.code[0].value.startswith("SELECT")

    def test_that_is_too_long_to_read_is_only_a_file(self, desk, monkeypatch):
        monkeypatch.setattr("pages._audience_view._LONGEST_SQL", 10)
        page = shown(EVERYBODY)

        page.session_state["a_sql"] = True
        page.run()

        assert desk.people_counts()["end_users"]
        assert not page.code
        assert "too long to read" in spoken(page)
