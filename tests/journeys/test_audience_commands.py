"""Saying who, proving it and seeing why, on the command line: queries, audiences, segments."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import RECEIVERS
from tests.journeys.programs import CommandLine
from tests.journeys.town import BINDINGS, LEFT_OUT, TAG, TEMPLATE, WHATSAPP

OPTED_OUT, SUSPENDED, AGENT = 2004, 2006, 2007
END_USERS = [*range(1000, 1000 + RECEIVERS), 2001, 2002, 2003, OPTED_OUT, 2005]
"""Of the town, without those whom every audience leaves out by itself."""


@pytest.fixture(scope="module")
def conditions(command: CommandLine) -> str:
    """A file that asks for everybody in town."""
    return kept(command, "town.json", all=[tagged(TAG)])


@pytest.fixture(scope="module")
def seen(command: CommandLine, conditions: str) -> dict[str, Any]:
    """The preview of that file."""
    return command.ask("audience", "preview", "--conditions", conditions)


@pytest.fixture(scope="module")
def used(command: CommandLine, conditions: str) -> str:
    """A segment that a run has used, and that has asked for less since."""
    saved = command("audience", "save", "Used", "--conditions", conditions)
    made = ("--template", TEMPLATE, "--integration", WHATSAPP, "--segment", "Used", *BINDINGS)
    command.ask("campaign", "create", "Uses it", *made)
    command.ask("send", "Uses it", "--set", "monday=Tuesday", "--yes")
    fewer = kept(command, "fewer.json", all=[tagged(TAG)], none=[tagged("opted_out")])
    changed = command("audience", "save", "Used", "--conditions", fewer)
    assert (saved.code, changed.code) == (0, 0)
    return "Used"


@pytest.fixture(scope="module")
def exported(command: CommandLine, used: str) -> Path:
    """A file of a segment and of the one that it names."""
    named = {"field": "relay.segment", "op": "is_any_of", "value": [used]}
    conditions = kept(command, "names.json", all=[named])
    assert command("audience", "save", "Names it", "--conditions", conditions).code == 0
    file = command.folder / "segments.json"
    assert command("segment", "export", "Names it", "--file", file).code == 0
    return file


def tagged(tag: str) -> dict[str, Any]:
    return {"field": "tags", "op": "has_any_of", "value": [tag]}


def kept(command: CommandLine, name: str, **lists: Any) -> str:
    file = command.folder / name
    file.write_text(json.dumps({"version": 1, **lists}), "utf-8")
    return str(file)


class TestQueryCheck:
    def test_explains_a_query_that_can_be_used(self, command):
        checked = command.ask("query", "check", "role:end-user -is_suspended:true tags:vip")

        assert checked["valid"]
        assert checked["diagnostics"] == []
        assert "the tag “vip”" in checked["explanation"]
        assert checked["canonical"] == "role:end-user -is_suspended:true tags:vip"

    def test_says_where_a_mistake_is_and_what_was_meant(self, command):
        query = "-tags:vip creatd>4weeks role:end-user"  # begins with a minus, and is no option

        ended = command("query", "check", query, "--json")

        [mistake] = [each for each in ended.json["diagnostics"] if each["severity"] == "error"]
        assert ended.code == 1
        assert not ended.json["valid"]
        assert mistake.keys() == {"code", "severity", "start", "end", "message", "suggestion"}
        assert mistake["code"] == "unknown-keyword"
        assert query[mistake["start"] : mistake["end"]] == "creatd"
        assert mistake["suggestion"] == "-tags:vip created>4weeks role:end-user"

    def test_is_told_to_a_person_as_text(self, command):
        ended = command("query", "check", "creatd>4weeks")

        assert ended.code == 1
        assert "error:" in ended.err
        assert "try: created>4weeks" in ended.err
        assert "Traceback" not in ended.err


class TestAudiencePreview:
    def test_prints_who_is_matched_and_how_it_was_asked(self, seen):
        assert seen["ids"] == END_USERS
        assert seen["will_receive"] == RECEIVERS
        assert {reason: people for reason, people in seen["left_out"].items() if people} == {
            reason: people
            for reason, people in LEFT_OUT.items()
            if reason not in {"staff", "suspended"}  # these are never matched
        }
        assert seen["plan"] == "exact"
        assert seen["queries"] == [f"role:end-user -is_suspended:true tags:{TAG}"]
        assert seen["sql"].startswith("SELECT")
        assert seen["sentence"].startswith(f"People whose tags include {TAG}.")

    def test_looks_at_staff_when_told_and_still_leaves_them_out(self, command, conditions):
        staff = command.ask("audience", "preview", "--conditions", conditions, "--include-staff")

        assert staff["ids"] == [*END_USERS, AGENT]
        assert staff["left_out"]["staff"] == 1
        assert staff["will_receive"] == RECEIVERS

    def test_finds_the_same_people_in_zendesk(self, command, conditions, seen):
        asked = command.ask(
            "audience", "preview", "--conditions", conditions, "--against", "zendesk"
        )

        assert asked["ids"] == seen["ids"]
        assert asked["left_out"] == seen["left_out"]
        assert asked["searched"] == asked["counted"] == len(END_USERS)
        assert asked["complete"]

    def test_decides_nothing_without_screening(self, command, conditions, seen):
        plain = command.ask("audience", "preview", "--conditions", conditions, "--no-screening")

        assert plain["ids"] == seen["ids"]
        assert plain["will_receive"] == plain["matched"] == len(END_USERS)
        assert {person["decision"] for person in plain["people"]} == {"will_receive"}

    def test_says_every_mistake_of_a_file(self, command):
        gone = {"field": "uf.gone", "op": "is_checked"}
        wrong = {"field": "tags", "op": "before", "value": "2026-01-01"}

        ended = command(
            "audience", "preview", "--conditions", kept(command, "x.json", all=[gone, wrong])
        )

        assert ended.code == 1
        assert "uf.gone" in ended.err
        assert "Tags cannot be compared with “before”" in " ".join(ended.err.split())
        assert "Traceback" not in ended.err


class TestAudienceExplain:
    def test_says_each_condition_and_each_rule(self, command, conditions):
        told = command.ask("audience", "explain", OPTED_OUT, "--conditions", conditions)

        rules = {rule["reason"]: rule["holds"] for rule in told["rules"]}
        assert told["person_id"] == OPTED_OUT
        assert told["matches"]
        assert told["decision"] == "opted_out"
        assert all(condition["holds"] for condition in told["conditions"])
        assert rules["opted_out"] is True
        assert rules["no_phone"] is False
        assert rules["open_ticket"] is None  # no setting asks for it

    def test_is_told_to_a_person_as_text(self, command, conditions):
        ended = command("audience", "explain", SUSPENDED, "--conditions", conditions)

        assert ended.code == 0
        assert f"Person {SUSPENDED}" in ended.out
        assert "Decision: Not in this audience" in ended.out

    def test_asks_which_of_several_people_is_meant(self, command, conditions):
        ended = command("audience", "explain", "Neighbour", "--conditions", conditions)

        assert ended.code == 1
        assert "Say the id" in ended.err
        assert "- 1000: Neighbour 0000" in ended.err


class TestSegmentShow:
    def test_tells_its_uses_and_who_left_since_and_why(self, command, used):
        shown = command.ask("segment", "show", used)

        assert shown["version"] == 2
        assert shown["matched"] == len(END_USERS) - 1
        assert [version["number"] for version in shown["versions"]] == [2, 1]
        [use] = shown["uses"]
        assert use["purpose"].startswith("run ")
        assert (use["version"], use["matched"]) == (1, len(END_USERS))
        assert use["will_receive"] == RECEIVERS
        assert (shown["difference"]["entered"], shown["difference"]["left"]) == (0, 1)
        [cause] = shown["difference"]["by_cause"]
        assert cause == {"sentence": "the definition changed", "entered": 0, "left": 1}
        assert shown["problem"] is None

    def test_tells_the_history_of_one_that_cannot_be_evaluated(self, command):
        gone = kept(command, "gone.json", all=[{"field": "uf.gone", "op": "is_checked"}])
        command("audience", "save", "Gone", "--conditions", gone)

        ended = command("segment", "show", "Gone", "--json")
        listed = {each["name"]: each["sentence"] for each in command.ask("segment", "list")}

        assert "the field “uf.gone” does not exist" in listed["Gone"]
        assert ended.code == 1
        assert "uf.gone" in ended.json["problem"]
        assert ended.json["matched"] is None
        assert [version["number"] for version in ended.json["versions"]] == [1]
        assert "uf.gone" in ended.err


class TestSegmentsElsewhere:
    def test_arrive_with_what_they_depend_on(self, command, exported, tmp_path):
        elsewhere = {"RELAY_DATA_DIR": str(tmp_path)}

        arrived = command("segment", "import", exported, "--json", **elsewhere)
        listed = command("segment", "list", "--json", **elsewhere)
        back = command("segment", "export", **elsewhere)

        assert arrived.json == {"Used": "added", "Names it": "added"}
        assert [each["name"] for each in listed.json] == ["Names it", "Used"]
        assert back.json["segments"] == json.loads(exported.read_text("utf-8"))["segments"]

    def test_replace_others_of_the_same_name_only_with_permission(
        self, command, conditions, exported
    ):
        command("audience", "save", "Used", "--conditions", conditions)

        refused = command("segment", "import", exported)
        replaced = command.ask("segment", "import", exported, "--replace")

        assert refused.code == 1
        assert "named Used already" in " ".join(refused.err.split())
        assert replaced == {"Used": "replaced", "Names it": "unchanged"}
