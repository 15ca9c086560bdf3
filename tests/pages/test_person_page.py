"""Looking one person up: who is meant, and why they are in an audience or not."""

import pytest

from pages._last_audience import remember_audience
from relay_core.audience.conditions.definition import ByConditions, ByQuery
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree
from relay_core.audience.policy import ANY_PURPOSE
from relay_core.audience.screening.reasons import WILL_RECEIVE, Reason

READERS = ByConditions(ConditionTree(all=(Condition("tags", Op.HAS_ANY_OF, ("newsletter",)),)))
EVERYBODY = ByConditions(ConditionTree())


@pytest.fixture
def decided(desk):
    """Return people of an audience for whom screening ended so."""

    def those(decision, definition=EVERYBODY):
        people = desk.preview_audience(definition).people.to_pylist()
        return [each for each in people if each["decision"] == decision]

    return those


def spoken(page):
    texts = (*page.markdown, *page.caption, *page.success, *page.warning, *page.header)
    return " ".join(text.value for text in texts).replace("\\", "")


class TestSearch:
    def test_begins_with_what_it_is_good_for(self, open_page):
        page = open_page("person.py")

        assert not page.exception
        assert "Search for somebody" in spoken(page)

    def test_opens_the_only_one_who_can_be_meant(self, open_page, decided):
        person = decided(WILL_RECEIVE)[0]
        page = open_page("person.py")

        page.text_input(key="person_search").set_value(str(person["id"])).run()

        assert not page.exception
        assert person["name"] in spoken(page)
        assert page.query_params["person"] in (str(person["id"]), [str(person["id"])])

    def test_tells_several_apart(self, open_page, desk):
        found = desk.find_people("a")
        page = open_page("person.py")

        page.text_input(key="person_search").set_value("a").run()

        shown = page.dataframe[0].value
        assert list(shown["Zendesk id"]) == [str(person.id) for person in found]
        assert {"E-mail", "Phone", "State", "External id"} < set(shown.columns)

    def test_goes_back_to_the_others(self, open_page, desk):
        found = desk.find_people("a")
        page = open_page("person.py")
        page.text_input(key="person_search").set_value("a").run()
        page.session_state["person_found"] = {
            "selection": {"rows": [], "columns": [], "cells": [(1, "Name")]}
        }
        page.run()
        assert page.header[0].value == found[1].name

        page.button(key="person_others").click().run()

        assert not page.exception
        assert not page.header
        assert page.dataframe[0].value.shape[0] == len(found)

    def test_says_that_nobody_is_found(self, open_page):
        page = open_page("person.py")

        page.text_input(key="person_search").set_value("zzzzqqq").run()

        assert not page.exception
        assert "Nobody is found" in spoken(page)

    def test_refuses_an_id_that_does_not_exist(self, open_page):
        page = open_page("person.py", person="1")

        assert not page.exception
        assert "There is no person 1 here." in page.error[0].value


class TestVerdict:
    def test_is_good_for_somebody_who_will_receive(self, open_page, desk, decided):
        desk.save_segment("Readers", READERS, actor="test")
        person = decided(WILL_RECEIVE, READERS)[0]

        page = open_page("person.py", person=str(person["id"]), segment="Readers")

        assert not page.exception
        assert page.success[0].value == "Will receive."
        assert "tags include newsletter: **true**" in spoken(page)

    def test_names_the_condition_that_is_not_true(self, open_page, desk, decided):
        desk.save_segment("Readers", READERS, actor="test")
        person = next(each for each in decided(WILL_RECEIVE) if "newsletter" not in each["tags"])

        page = open_page("person.py", person=str(person["id"]), segment="Readers")

        assert not page.exception
        assert (
            "Not in the segment Readers: “tags include newsletter” is not true."
            in page.warning[0].value
        )

    def test_names_the_rule_that_decides_with_its_advice(self, open_page, decided):
        person = decided(Reason.OPTED_OUT)[0]

        page = open_page("person.py", person=str(person["id"]))

        said = page.warning[0].value.replace("\\", "")
        assert "Left out: opted out." in said
        assert Reason.OPTED_OUT.advice in said
        assert "Opted out: yes, and this decides" in spoken(page)

    def test_follows_the_audience_built_last(self, open_page, decided, monkeypatch):
        person = next(each for each in decided(WILL_RECEIVE) if "newsletter" not in each["tags"])
        page = open_page("person.py", person=str(person["id"]))
        assert page.success[0].value == "Can be messaged."
        kept = {}
        monkeypatch.setattr("pages._last_audience.st.session_state", kept)
        remember_audience(READERS)
        monkeypatch.undo()
        for key, value in kept.items():
            page.session_state[key] = value
        page.run()

        page.selectbox(key="person_compared").set_value(("built", "1")).run()

        assert not page.exception
        assert "Not in this audience: “tags include newsletter”" in page.warning[0].value

    def test_asks_zendesk_once_for_a_query(self, open_page, desk, decided):
        desk.save_segment("Found", ByQuery("role:end-user tags:newsletter"), actor="test")
        person = decided(WILL_RECEIVE, READERS)[0]

        page = open_page("person.py", person=str(person["id"]), segment="Found")
        first = page.session_state["person_explained"]
        page.run()

        assert not page.exception
        assert page.success
        assert page.session_state["person_explained"] is first
        page.button(key="person_again").click().run()
        assert page.session_state["person_explained"] is not first

    def test_says_that_a_segment_is_gone(self, open_page, decided):
        person = decided(WILL_RECEIVE)[0]

        page = open_page("person.py", person=str(person["id"]), segment="Gone")

        assert not page.exception
        assert "Gone" in page.error[0].value


class TestWhatIsKnown:
    def test_shows_the_profile_and_who_decided_what(self, open_page, desk, decided):
        person = decided(WILL_RECEIVE)[0]
        desk.choose_people(
            [person["id"]],
            choice="excluded",
            purpose=ANY_PURPOSE,
            reason="asked by letter",
            actor="ada",
        )

        page = open_page("person.py", person=str(person["id"]))

        choices, profile = (table.value for table in page.dataframe)
        assert list(choices["Where"]) == ["Block list"]
        assert list(choices["Why"]) == ["asked by letter"]
        assert list(choices["By"]) == ["ada"]
        assert str(person["id"]) in list(profile["Value"])
        assert "Left out: excluded by hand." in page.warning[0].value


class TestRequests:
    def test_gather_everything_into_one_file(self, open_page, decided):
        person = decided(WILL_RECEIVE)[0]
        page = open_page("person.py", person=str(person["id"]))

        page.button(key="person_gather").click().run()

        assert not page.exception
        assert page.get("download_button")

    def test_erase_after_the_name_was_typed_and_say_so_afterwards(self, open_page, desk, decided):
        person = decided(WILL_RECEIVE)[0]
        page = open_page("person.py", person=str(person["id"]))

        page.button(key="person_erase").click().run()
        assert "What stays" in spoken(page)
        page.text_input(key="person_erase_typed").set_value("somebody else")
        page.button(key="person_erase_now").click().run()
        assert "not their name or number" in page.session_state["dialog_refused"]
        page.button(key="person_erase").click().run()
        page.text_input(key="person_erase_typed").set_value(person["name"])
        page.button(key="person_erase_now").click().run()

        assert not page.exception
        assert [each.person_id for each in desk.erased_people()] == [person["id"]]
        page = open_page("person.py", person=str(person["id"]))
        assert not page.exception
        assert "Erased on" in page.info[0].value
        page.button(key="person_let_back").click().run()
        assert desk.erased_people() == []
