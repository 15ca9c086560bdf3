"""Uploads on the lists page: looking into a file, keeping it, what was left over, using it."""

import pytest

from relay_core.audience.conditions.definition import ByConditions
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree


def spoken(page):
    return " ".join(text.value for text in (*page.markdown, *page.caption))


def metrics(page):
    return {metric.label: int(metric.value) for metric in page.metric}


def table(page, column):
    """Return the table that has a column of that name."""
    return next(each.value for each in page.dataframe if column in each.value.columns)


@pytest.fixture
def people(desk):
    """Three people with an e-mail address."""
    found = desk.preview_audience(ByConditions(ConditionTree())).people.to_pylist()
    return [person for person in found if person["email"]][:3]


@pytest.fixture
def file(people):
    """Three rows that name people, one twice, and one that names nobody."""
    rows = [f"{person['name']},{person['email']}" for person in people]
    return "\n".join(["name,email", *rows, rows[0], "Nobody,nobody@nowhere.example"]).encode()


@pytest.fixture
def kept(desk, file):
    """An upload."""
    return desk.keep_upload("March", content=file, column="email", read_as="email", actor="Ana")


@pytest.fixture
def open_uploads(open_page):
    """Open the page where uploads are, at them."""

    def opened():
        page = open_page("lists.py")
        return page.radio(key="lists_shown").set_value("Uploads").run()

    return opened


def with_file(page, content, name="march.csv"):
    page.button(key="uploads_new").click().run()
    return page.file_uploader(key="upload_file").upload(name, content, "text/csv").run()


class TestANewUpload:
    def test_shows_the_rows_and_proposes_who_is_meant(self, open_uploads, file):
        page = with_file(open_uploads(), file)

        assert not page.exception
        assert list(table(page, "Row").columns) == ["Row", "name", "email"]
        assert list(table(page, "Row")["Row"]) == [2, 3, 4, 5, 6]
        assert page.selectbox(key="upload_column").value == "email"
        assert page.selectbox[1].value == "email"
        assert page.text_input(key="upload_name").value == "march"
        assert "5 rows · 2 columns · UTF-8, cells parted by comma" in spoken(page)

    def test_proposes_anew_for_another_column(self, open_uploads):
        page = with_file(open_uploads(), b"phone,email\n+31612345678,a@b.example\n")

        page.selectbox(key="upload_column").set_value("phone").run()

        assert page.selectbox[1].value == "phone"

    def test_is_kept_and_says_who_was_found(self, open_uploads, desk, file, people):
        page = with_file(open_uploads(), file)

        page.text_input(key="upload_name").set_value("March list")
        page.button(key="upload_keep").click().run()

        [kept] = desk.uploads()
        assert not page.exception
        assert (kept.name, kept.people, kept.leftovers) == ("March list", len(people), 2)
        assert metrics(page) == {"Rows in the file": 5, "People found": 3, "Rows left over": 2}

    def test_refuses_a_name_that_is_taken_and_keeps_what_was_typed(self, open_uploads, file, kept):
        page = with_file(open_uploads(), file)

        page.text_input(key="upload_name").set_value(kept.name)
        page.button(key="upload_keep").click().run()

        assert not page.exception
        assert "named March already" in page.error[0].value
        assert page.text_input(key="upload_name").value == kept.name

    @pytest.mark.parametrize(
        ("content", "advice"),
        [
            (b"", "empty"),
            (b"PK\x03\x04rest", "spreadsheet"),
            (b"email\n", "no rows"),
            (b"a@b.example\nc@d.example\n", "looks like data"),
            (b'email\n"open\n', "quotation mark"),
        ],
    )
    def test_says_what_is_wrong_with_a_file(self, open_uploads, content, advice):
        page = with_file(open_uploads(), content)

        assert not page.exception
        assert advice in page.error[0].value
        assert "upload_keep" not in [button.key for button in page.button]


class TestAnUpload:
    @pytest.fixture
    def page(self, open_uploads, kept):
        page = open_uploads()
        assert list(table(page, "List")["List"]) == [kept.name]
        page.session_state["uploads_table"] = {
            "selection": {"rows": [], "columns": [], "cells": [[0, "List"]]}
        }
        return page.run()

    def test_says_of_each_row_left_over_why(self, page):
        rows = table(page, "In the file").to_dict("records")

        assert not page.exception
        assert [row["Row"] for row in rows] == [5, 6]
        assert rows[0]["Why"] == "Row 2 names the same person."
        assert "Nobody in Zendesk" in rows[1]["Why"]
        assert "nobody@nowhere.example" in rows[1]["In the file"]

    def test_is_used_as_an_audience(self, page, people):
        page.button(key="upload_use").click().run()

        assert not page.exception
        assert page.title[0].value == "Audiences"
        assert metrics(page)["Matched"] == len(people)

    def test_is_deleted_after_a_question(self, page, desk):
        page.button(key="upload_delete").click().run()
        assert desk.uploads()

        page.button(key="upload_delete_sure").click().run()

        assert not page.exception
        assert not desk.uploads()
        assert "No list yet." in spoken(page)

    def test_stays_while_a_segment_uses_it(self, page, desk, kept):
        named = Condition("relay.upload", Op.IS_ANY_OF, (kept.name,))
        desk.save_segment("Named", ByConditions(ConditionTree(all=(named,))), actor="Ana")
        page.button(key="upload_delete").click().run()

        page.button(key="upload_delete_sure").click().run()

        assert not page.exception
        assert "the segment Named" in page.session_state["dialog_refused"]  # the dialog shows it
        assert desk.uploads()
