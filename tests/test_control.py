"""Asking the owner: every method, the same from both sides."""

import json
import stat
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter

from relay_core.audience.conditions.definition import ByQuery, definition_from_json
from relay_core.campaigns.bindings import FromField, Static
from relay_core.control import ControlDesk, _hints, _public_methods, ask_owner
from relay_core.errors import DataFolderBusy, NotFound, QueryError
from relay_core.serving import front_desk, owning

EVERYBODY = definition_from_json('{"version": 1, "all": []}')


@pytest.fixture
def asked(relay, monkeypatch):
    """The same front desk, seen by a command while this process owns the file.

    Time stands still, so that both sides say the same of how old something is.
    """
    moment = datetime.now(UTC)
    monkeypatch.setattr(relay, "_now", lambda: moment)
    with owning(relay, sending=False):
        remote = ask_owner(relay.settings.data_dir, sending=False)
        yield remote
        remote.close()


class TestEveryMethod:
    @pytest.mark.parametrize("name", _public_methods())
    def test_takes_and_returns_what_survives_json(self, name):
        for hint in _hints(_public_methods()[name]).values():
            TypeAdapter(hint).json_schema(mode="serialization")


class TestACommand:
    def test_gets_the_same_answers_as_the_owner(self, relay, asked):
        for method in ("people_counts", "fields", "templates", "integrations", "segments", "runs"):
            assert getattr(asked, method)() == getattr(relay, method)()

    def test_gets_tables_too(self, relay, asked):
        assert asked.preview_audience(EVERYBODY) == relay.preview_audience(EVERYBODY)

    def test_gets_answers_of_queries(self, relay, asked):
        query = "SELECT integration_id, seen_at FROM report_integrations ORDER BY ALL"

        answer = asked.query_facts(query)

        assert answer.table == relay.query_facts(query).table
        assert asked.facts() == relay.facts()
        with pytest.raises(QueryError, match="unknown relation"):
            asked.query_facts("FROM people")

    def test_can_prepare_and_review_a_campaign(self, relay, asked):
        listed = asked.template("appointment_reminder")
        whatsapp = next(s for s in listed.integrations if s.type == "whatsapp")

        asked.create_campaign(
            "Reminder",
            template_id=listed.id,
            integration_id=whatsapp.id,
            definition=ByQuery("tags:vip"),
            bindings={"clarice": FromField("first_name", "there"), "monday": Static()},
            actor="test",
        )

        assert asked.campaigns() == relay.campaigns()
        values = {"monday": "Tuesday"}
        assert asked.review("Reminder", static_values=values) == relay.review(
            "Reminder", static_values=values
        )

    def test_is_refused_with_the_same_error_and_advice(self, asked):
        with pytest.raises(NotFound) as refusal:
            asked.run(999)

        assert "no run 999" in refusal.value.advice

    def test_cannot_close_the_owner_nor_speak_for_a_channel(self, asked):
        assert not {"close", "hear", "start_sending"} & set(_public_methods())
        assert not hasattr(asked, "hear")


class TestTheDesk:
    def test_is_announced_to_this_user_only(self, relay):
        with owning(relay, sending=False):
            file = relay.settings.data_dir / "relay.owner.json"

            assert stat.S_IMODE(file.stat().st_mode) == 0o600

        assert not file.exists()

    def test_opens_for_its_token_only(self, relay, tmp_path):
        desk = ControlDesk(relay, folder=tmp_path)
        desk.announce("http://127.0.0.1:1")
        token = json.loads((tmp_path / "relay.owner.json").read_text())["token"]

        assert desk.opens(token)
        assert not desk.opens(token[:-1])
        assert not desk.opens("")
        assert not desk.opens("é")

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b"{}",
            b'{"method": "close", "arguments": {}}',
            b'{"method": "_plan", "arguments": {}}',
            b'{"method": "run", "arguments": {"run_id": "seven"}}',
            b'{"method": "run", "arguments": {"what": 7}}',
            b'{"method": "run", "arguments": []}',
            b"\xff",
        ],
    )
    def test_refuses_what_does_not_fit_a_method(self, relay, tmp_path, body):
        status, answer = ControlDesk(relay, folder=tmp_path).serve(body)

        assert status == 400
        assert "version" in json.loads(answer)["advice"]


class TestTheFrontDesk:
    def test_is_this_process_when_nobody_owns_the_file(self, tmp_path, relay):
        settings = relay.settings.model_copy(update={"data_dir": tmp_path / "other"})

        with front_desk(settings) as desk:
            assert desk.people_counts()["end_users"] == 0

    def test_is_the_owner_while_there_is_one(self, relay):
        with owning(relay, sending=False), front_desk(relay.settings) as desk:
            assert desk.people_counts() == relay.people_counts()

    def test_says_who_holds_the_file_when_nobody_answers(self, relay):
        (relay.settings.data_dir / "relay.owner.json").write_text('{"url": "http://127.0.0.1:1"')
        script = (
            "import pathlib, relay_core.serving as s, relay_core.settings as t;"
            "s._ANNOUNCING_S = 0.3;"
            f"s.front_desk(t.Settings.load(data_dir=pathlib.Path({str(relay.settings.data_dir)!r})))"
            ".__enter__()"
        )
        ended = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=False
        )

        assert DataFolderBusy.__name__ in ended.stderr
