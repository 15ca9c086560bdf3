"""The segments page: finding, looking back, what changed, deeds, and files of segments."""

import json

import pandas as pd
import pytest

from relay_core.audience.conditions.definition import ByConditions, ByQuery, BySegment
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree


def tagged(*tags: str) -> ByConditions:
    return ByConditions(ConditionTree(all=(Condition("tags", Op.HAS_ANY_OF, tags),)))


def spoken(page):
    return " ".join(text.value for text in (*page.markdown, *page.caption))


def metrics(page):
    return {metric.label: int(metric.value) for metric in page.metric}


def table(page, column):
    """Return the table that has a column of that name."""
    return next(each.value for each in page.dataframe if column in each.value.columns)


@pytest.fixture
def readers(desk):
    """A segment of everybody with one tag."""
    return desk.save_segment("Readers", tagged("newsletter"), actor="Ana")


class TestTheList:
    def test_says_what_to_do_while_it_is_empty(self, open_page):
        page = open_page("segments.py")

        assert not page.exception
        assert "No segment yet." in spoken(page)
        assert not page.dataframe

    def test_says_of_each_who_it_is_and_when_it_was_used(self, open_page, desk, readers):
        desk.save_segment("VIP", ByQuery("tags:vip"), actor="Ana")
        use = desk.remember_segment(readers.name)

        page = open_page("segments.py")

        rows = table(page, "Who this is").to_dict("records")
        assert not page.exception
        assert [row["Segment"] for row in rows] == ["Readers", "VIP"]
        assert rows[0]["Who this is"] == "People whose tags include newsletter."
        assert rows[1]["Who this is"] == "Zendesk query: tags:vip"
        assert rows[0]["At last use"] == use.matched
        assert rows[0]["Last used"].date() == use.used_at.date()
        assert pd.isna(rows[1]["Last used"])

    def test_reads_the_last_use_of_all_at_once(self, desk, readers):
        desk.save_segment("Never used", tagged("vip"), actor="Ana")
        for _ in range(2):
            desk.remember_segment(readers.name)

        last = desk.last_segment_uses()

        assert last == {readers.name: desk.segment_uses(readers.name)[-1]}

    @pytest.mark.usefixtures("readers")
    def test_is_narrowed_by_words_of_the_sentence(self, open_page, desk):
        desk.save_segment("VIP", tagged("vip"), actor="Ana")
        page = open_page("segments.py")

        page.text_input(key="segments_words").set_value("include NEWS").run()

        assert list(table(page, "Who this is")["Segment"]) == ["Readers"]

    def test_counts_when_told_and_says_which_cannot_be_counted(self, open_page, desk, readers):
        desk.save_segment("Broken", ByQuery('name:"open'), actor="Ana")
        expected = desk.preview_audience(readers.definition, rows=0)
        page = open_page("segments.py")
        assert "Matched now" not in table(page, "Who this is").columns

        page.button(key="segments_count").click().run()

        rows = table(page, "Who this is").set_index("Segment")
        assert not page.exception
        assert rows["Matched now"]["Readers"] == expected.matched
        assert rows["Would receive now"]["Readers"] == expected.will_receive
        assert "In the segment “Broken”" in page.error[0].value

    def test_opens_the_one_that_was_clicked(self, open_page, readers):
        page = open_page("segments.py")

        page.session_state["segments_table"] = {
            "selection": {"rows": [], "columns": [], "cells": [[0, "Segment"]]}
        }
        page.run()

        assert page.title[0].value == readers.name
        assert page.query_params["segment"] == readers.name


class TestOneSegment:
    def test_is_counted_at_once_where_the_mirror_knows(self, open_page, desk, readers):
        expected = desk.preview_audience(readers.definition, rows=0)

        page = open_page("segments.py", segment="Readers")

        assert not page.exception
        assert metrics(page)["Matched"] == expected.matched
        assert "Nothing to compare with yet." in spoken(page)

    def test_asks_zendesk_only_when_told(self, open_page, desk):
        desk.save_segment("VIP", ByQuery("role:end-user tags:vip"), actor="Ana")
        desk.save_segment("Same", BySegment("VIP"), actor="Ana")
        page = open_page("segments.py", segment="Same")
        assert not page.metric

        page.button(key="segment_count").click().run()

        assert not page.exception
        expected = desk.preview_audience(BySegment("VIP"), rows=0)
        assert metrics(page)["Matched"] == expected.matched

    def test_says_what_is_gone_and_still_shows_its_history(self, open_page, desk):
        gone = ConditionTree(all=(Condition("uf.gone", Op.IS_CHECKED),))
        desk.save_segment("Old field", ByConditions(gone), actor="Ana")

        page = open_page("segments.py", segment="Old field")

        assert not page.exception
        assert "uf.gone" in page.error[0].value
        assert "Version 1" in spoken(page)

    def test_that_is_not_there_says_so(self, open_page):
        page = open_page("segments.py", segment="Nowhere")

        assert not page.exception
        assert "no segment named Nowhere" in page.error[0].value

    def test_is_opened_in_audiences_as_it_is(self, open_page, readers):
        page = open_page("segments.py", segment=readers.name)

        page.button(key="segment_open").click().run()

        assert not page.exception
        assert page.title[0].value == "Audiences"
        assert "People whose tags include newsletter." in spoken(page)
        assert page.session_state["audience_name"] == readers.name

    def test_that_is_a_query_is_opened_as_that_query(self, open_page, desk):
        desk.save_segment("VIP", ByQuery("tags:vip"), actor="Ana")
        page = open_page("segments.py", segment="VIP")

        page.button(key="segment_open").click().run()

        assert not page.exception
        assert page.text_area(key="audience_query").value == "tags:vip"


class TestWhatChanged:
    def test_is_said_by_cause_and_person_since_the_last_use(self, open_page, desk, readers):
        before = desk.remember_segment(readers.name).matched
        both = desk.save_segment(readers.name, tagged("newsletter", "vip"), actor="Ana")
        now = desk.preview_audience(both.definition, rows=0).matched

        page = open_page("segments.py", segment=readers.name)

        assert not page.exception
        assert metrics(page)["Entered"] == now - before > 0
        assert metrics(page)["Left"] == 0
        assert list(table(page, "Entered")["Why"]) == ["The definition changed"]
        assert set(table(page, "Moved")["Moved"]) == {"Entered"}
        assert "It says something else since then." in spoken(page)

    def test_is_shown_for_those_who_left_alone(self, open_page, desk, readers):
        desk.remember_segment(readers.name)
        desk.save_segment(readers.name, tagged("vip"), actor="Ana")
        page = open_page("segments.py", segment=readers.name)

        page.selectbox(key="segment_moved").set_value("Left").run()

        assert set(table(page, "Moved")["Moved"]) == {"Left"}

    def test_begins_anew_when_remembered(self, open_page, desk, readers):
        page = open_page("segments.py", segment=readers.name)

        page.button(key="segment_remember").click().run()
        page.button(key="segment_remember").click().run()

        assert not page.exception
        assert [use.purpose for use in desk.segment_uses(readers.name)] == ["snapshot"] * 2
        assert len(table(page, "Used")) == 2
        assert "Nobody entered or left." in spoken(page)


class TestVersions:
    def test_say_who_when_and_what_and_can_be_restored(self, open_page, desk, readers):
        desk.save_segment(readers.name, tagged("vip"), actor="Bob")
        page = open_page("segments.py", segment=readers.name)
        assert "by Bob" in spoken(page)
        assert "by Ana" in spoken(page)

        page.button(key="version_1_restore").click().run()

        assert not page.exception
        assert desk.segment(readers.name).version == 3
        assert desk.segment(readers.name).definition == readers.definition


class TestDeeds:
    def test_rename_stays_on_the_segment(self, open_page, desk, readers):
        page = open_page("segments.py", segment=readers.name)
        page.button(key="segment_rename").click().run()

        page.text_input(key="segment_new_name").set_value("Newsletter")
        page.button(key="segment_name_sure").click().run()

        assert not page.exception
        assert page.title[0].value == "Newsletter"
        assert [s.name for s in desk.segments()] == ["Newsletter"]

    def test_refuse_a_name_that_is_taken(self, open_page, desk, readers):
        desk.save_segment("VIP", tagged("vip"), actor="Ana")
        page = open_page("segments.py", segment=readers.name)
        page.button(key="segment_rename").click().run()

        page.text_input(key="segment_new_name").set_value("VIP")
        page.button(key="segment_name_sure").click().run()

        assert not page.exception
        assert "VIP already" in page.session_state["dialog_refused"]  # the dialog shows it
        assert page.title[0].value == readers.name

    def test_duplicate_opens_the_copy(self, open_page, desk, readers):
        page = open_page("segments.py", segment=readers.name)
        page.button(key="segment_duplicate").click().run()

        page.button(key="segment_name_sure").click().run()

        assert page.title[0].value == "Readers (copy)"
        assert desk.segment("Readers (copy)").definition == readers.definition

    def test_delete_asks_first(self, open_page, desk, readers):
        page = open_page("segments.py", segment=readers.name)

        page.button(key="segment_delete").click().run()
        assert desk.segments()
        page.button(key="segment_delete_sure").click().run()

        assert not page.exception
        assert not desk.segments()
        assert page.title[0].value == "Segments"

    def test_delete_names_whoever_uses_it(self, open_page, desk, readers):
        desk.save_segment("Same", BySegment(readers.name), actor="Ana")
        page = open_page("segments.py", segment=readers.name)
        page.button(key="segment_delete").click().run()

        page.button(key="segment_delete_sure").click().run()

        assert not page.exception
        assert "the segment Same" in page.session_state["dialog_refused"]  # the dialog shows it
        assert len(desk.segments()) == 2


class TestImport:
    @pytest.fixture
    def exported(self, desk, readers):
        """A file of two segments, one of which needs the other; only that one is still here."""
        desk.save_segment("Same", BySegment(readers.name), actor="Ana")
        text = desk.export_segments(["Same"])
        desk.delete_segment("Same", actor="Ana")
        return text

    def test_shows_what_a_file_holds_and_keeps_it(self, open_page, desk, exported):
        page = open_page("segments.py")
        page.button(key="segments_import").click().run()

        page.file_uploader(key="import_file").upload(
            "segments.json", exported.encode(), "application/json"
        ).run()
        rows = table(page, "Here").to_dict("records")
        page.button(key="import_keep").click().run()

        assert not page.exception
        assert {row["Segment"]: row["Here"] for row in rows} == {
            "Readers": "Is here already, and the same",
            "Same": "New",
        }
        assert [s.name for s in desk.segments()] == ["Readers", "Same"]
        assert page.title[0].value == "Segments"

    def test_replaces_only_with_permission(self, open_page, desk, exported):
        desk.save_segment("Readers", tagged("vip"), actor="Ana")
        page = open_page("segments.py", **{"import": "1"})
        page.file_uploader(key="import_file").upload(
            "segments.json", exported.encode(), "application/json"
        ).run()

        page.button(key="import_keep").click().run()
        refusal = page.error[0].value
        page.checkbox(key="import_replacing").check().run()
        page.button(key="import_keep").click().run()

        assert "named Readers already" in refusal
        assert desk.segment("Readers").definition == tagged("newsletter")
        assert desk.segment("Readers").version == 3

    @pytest.mark.parametrize(
        ("content", "advice"),
        [
            (b"\xff\xfe\x00", "not text"),
            (b"[]", "JSON object"),
            (b"{", "not JSON"),
            (
                json.dumps(
                    {
                        "version": 1,
                        "name": "X",
                        "definition": {
                            "version": 1,
                            "all": [{"field": "uf.x", "op": "is_checked"}],
                        },
                    }
                ).encode(),
                "uf.x",
            ),
        ],
    )
    def test_says_what_is_wrong_with_a_file(self, open_page, content, advice):
        page = open_page("segments.py", **{"import": "1"})

        page.file_uploader(key="import_file").upload("x.json", content, "application/json").run()

        assert not page.exception
        assert advice in page.error[0].value
        assert "import_keep" not in [button.key for button in page.button]
