"""The block list: who gets on it and off it, and what is shown before that."""

import pytest

from relay_core.audience.conditions.definition import ByConditions
from relay_core.audience.conditions.tree import ConditionTree
from relay_core.audience.policy import ANY_PURPOSE


@pytest.fixture
def people(desk):
    """Everybody, by id."""
    return desk.preview_audience(ByConditions(ConditionTree())).people.to_pylist()


def block(desk, *ids, reason="asked by letter"):
    desk.choose_people(
        list(ids), choice="excluded", purpose=ANY_PURPOSE, reason=reason, actor="ada"
    )


def selected(*rows):
    return {"selection": {"rows": list(rows), "columns": [], "cells": []}}


def spoken(page):
    return " ".join(text.value for text in (*page.markdown, *page.caption)).replace("\\", "")


class TestBlockList:
    def test_says_how_to_begin(self, open_page):
        page = open_page("lists.py")

        assert not page.exception
        assert "Nobody is on the block list." in spoken(page)
        assert page.button(key="block_add").disabled

    def test_shows_who_is_on_it_and_why(self, open_page, desk, people):
        block(desk, people[0]["id"])

        page = open_page("lists.py")

        [shown] = (table.value for table in page.dataframe)
        assert list(shown["Name"]) == [people[0]["name"]]
        assert list(shown["Why"]) == ["asked by letter"]
        assert list(shown["By"]) == ["ada"]

    def test_takes_the_selected_off_again(self, open_page, desk, people):
        block(desk, *(person["id"] for person in people[:3]))
        kept = desk.choices(campaign_id=None)
        page = open_page("lists.py")

        page.session_state["blocked__0"] = selected(0, 2)
        page.run()
        page.button(key="blocked_remove").click().run()

        assert not page.exception
        assert [each.person_id for each in desk.choices(campaign_id=None)] == [kept[1].person_id]
        assert page.button(key="blocked_remove").disabled

    def test_can_be_searched_when_it_is_long(self, open_page, desk, people):
        block(desk, *(person["id"] for person in people[:12]))
        block(desk, people[12]["id"], reason="moved abroad")
        page = open_page("lists.py")

        page.text_input(key="blocked_search").set_value("Abroad").run()

        assert not page.exception
        assert list(page.dataframe[0].value["Name"]) == [people[12]["name"]]


class TestAdding:
    def test_blocks_those_who_are_selected_in_a_search(self, open_page, desk, people):
        wanted = people[0]
        page = open_page("lists.py")
        page.text_input(key="block_search").set_value(str(wanted["id"])).run()
        page.session_state[f"block_found_{wanted['id']}_0"] = selected(0)
        page.run()
        page.text_input(key="block_why").set_value("by letter")

        page.button(key="block_add").click().run()

        assert not page.exception
        [made] = desk.choices(campaign_id=None)
        assert (made.person_id, made.reason, made.choice) == (wanted["id"], "by letter", "excluded")
        assert not page.text_input(key="block_why").value

    def test_shows_whom_a_pasted_list_means_before_anything_is_done(self, open_page, desk, people):
        one = next(person for person in people if person["email"])
        page = open_page("lists.py")
        page.radio(key="block_by").set_value("Paste").run()

        page.text_area(key="block_pasted").set_value(
            f"{people[0]['id']}\nnobody@nowhere.example\n{one['email']}"
        ).run()

        assert not page.exception
        matched, left = (table.value for table in page.dataframe)
        assert list(matched["Row"]) == [1, 3]
        assert list(matched["Name"]) == [people[0]["name"], one["name"]]
        assert list(left["Row"]) == [2]
        assert list(left["Why"]) == ["Nobody in Zendesk has this e-mail address."]
        assert not desk.choices(campaign_id=None)

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
    def test_takes_a_file_however_it_was_saved(self, open_page, desk, people, encoding):
        page = open_page("lists.py")
        page.radio(key="block_by").set_value("Upload").run()

        content = f"Café\r\n{people[0]['id']}\r\n".encode(encoding)
        page.file_uploader(key="block_file_0").upload("who.txt", content, "text/plain").run()
        page.button(key="block_add").click().run()

        assert not page.exception
        assert [each.person_id for each in desk.choices(campaign_id=None)] == [people[0]["id"]]

    def test_reads_numbers_as_what_they_are_said_to_be(self, open_page, people):
        page = open_page("lists.py")
        page.radio(key="block_by").set_value("Paste").run()
        page.selectbox(key="block_read_as").set_value("external_id")

        page.text_area(key="block_pasted").set_value(str(people[0]["id"])).run()

        assert not page.exception
        assert "0 people matched" in spoken(page)
        assert page.button(key="block_add").disabled


class TestUploads:
    def test_stand_beside_the_block_list(self, open_page):
        page = open_page("lists.py")

        page.radio(key="lists_shown").set_value("Uploads").run()

        assert not page.exception
