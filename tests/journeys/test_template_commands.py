"""`relay template …` as a person types it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.programs import CommandLine, Sandbox
from tests.journeys.town import TWILIO, WHATSAPP

SHOES = {
    "name": "Shoes ready!",
    "language": "en",
    "category": "UTILITY",
    "body": "Hello {{Clarice}}, your order is ready in our shop. Reply STOP to hear no more.",
    "buttons": [{"type": "URL", "text": "Track it", "url": "https://acme.example/t/{{A-1042}}"}],
}


@pytest.fixture
def written(command: CommandLine, request: pytest.FixtureRequest) -> Callable[..., str]:
    """A file with a template of this test's own, some parts changed."""

    def write(**changes: Any) -> str:
        path = command.folder / f"{request.node.name}.json"
        name = f"{request.node.name}"
        path.write_text(json.dumps({**SHOES, "name": name, **changes}), "utf-8")
        return str(path)

    return write


class TestCheck:
    def test_prints_everything_about_a_file(self, command, written):
        ended = command("template", "check", written(name="Shoes ready!"), "--json")

        assert ended.code == 0, ended.err
        assert ended.json["valid"] is True
        assert ended.json["name"] == "shoes_ready"
        assert [part["type"] for part in ended.json["components"]] == ["BODY", "BUTTONS"]
        assert ended.json["sms"]["encoding"] == "GSM-7"
        assert "https://acme.example/t/A-1042" in ended.json["sms"]["text"]

    def test_ends_with_1_when_something_is_wrong(self, command, written):
        ended = command("template", "check", written(body="{{Clarice}}, hello"), "--json")

        assert ended.code == 1
        assert ended.json["valid"] is False
        (wrong,) = [p for p in ended.json["problems"] if p["code"] == "starts_with_value"]
        assert wrong["where"] == "body"

    def test_checks_what_is_not_written_as_empty(self, command, written):
        ended = command("template", "check", written(name=""), "--json")

        assert ended.code == 1
        assert {"code": "empty", "where": "name"}.items() <= ended.json["problems"][0].items()

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"{", "is not JSON"),
            (b"[]", "must hold a JSON object"),
            (b"\xff\xfe\x00", "UTF-8"),
            (b'{"body": 5}', '"body" as a text'),
        ],
    )
    def test_says_what_kind_of_file_it_needs(self, command, content, said):
        path = command.folder / "unusable.json"
        path.write_bytes(content)

        ended = command("template", "check", path)

        assert ended.code == 1
        assert said in " ".join(ended.err.split())

    def test_says_when_there_is_no_file(self, command):
        ended = command("template", "check", "nowhere.json")

        assert ended.code == 1
        assert "nowhere.json cannot be read" in ended.err


class TestSubmit:
    def test_submits_a_file_and_says_what_each_integration_answers(self, command, written):
        file = written()

        made = command.ask("template", "submit", file, "--integration", WHATSAPP)

        assert made["results"] == {WHATSAPP: "PENDING"}
        assert command.ask("template", "submit", file, "--integration", WHATSAPP)["results"][
            WHATSAPP
        ] in {"PENDING", "APPROVED"}

    def test_ends_with_1_where_it_is_refused_and_goes_on_there_the_next_time(
        self, command, written, world: Sandbox
    ):
        file = written()
        world.set_faults(integrations={WHATSAPP: {"create": "400", "reason": "Not today"}})

        refused = command("template", "submit", file)
        world.set_faults(integrations={})

        assert refused.code == 1
        assert "Not today" in " ".join(refused.err.split())
        assert command.ask("template", "submit", file)["results"][TWILIO] == "READY"

    def test_refuses_another_text_under_the_same_name(self, command, written):
        command.ask("template", "submit", written(), "--integration", TWILIO)

        ended = command("template", "submit", written(body="Something else, {{Ada}}, entirely."))

        assert ended.code == 1
        assert "exists in en already" in " ".join(ended.err.split())


class TestTheOthers:
    def test_show_export_status_and_delete_one(self, command, written):
        file = written()
        command.ask("template", "submit", file)
        name = json.loads((command.folder / file).read_text("utf-8"))["name"]

        shown = command.ask("template", "show", name)
        exported = json.loads(command("template", "export", name).out)
        status = command("template", "status", name)
        refused = command("template", "delete", name, "--confirm", "another")
        deleted = command.ask("template", "delete", name, "--confirm", name)

        assert shown["template"] == exported
        assert exported["body"] == SHOES["body"]
        assert [version["actor"] for version in shown["versions"]] == ["command line"]
        assert "WhatsApp Sandbox" in status.out
        assert refused.code == 1
        assert f"Type {name}" in " ".join(refused.err.split())
        assert deleted["results"] == {WHATSAPP: "DELETED"}
        assert deleted["languages"] == ["en"]
        assert command("template", "show", name).code == 1
