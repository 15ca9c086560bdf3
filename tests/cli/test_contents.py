"""The list of commands, which is known without their modules."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from relay_core.cli import app
from relay_core.cli.contents import CONTENTS

LIST_AND_TELL = """
import sys
from typer.testing import CliRunner
from relay_core.cli import app
assert CliRunner().invoke(app, ["--help"]).exit_code == 0
print(*sys.modules)
"""


def relay(*words):
    shown = CliRunner().invoke(app, words, env={"COLUMNS": "200"})
    assert shown.exit_code == 0, shown.output
    return shown.stdout


class TestTheList:
    @pytest.mark.parametrize("name", CONTENTS)
    def test_says_of_a_command_what_the_command_says_itself(self, name):
        summary = CONTENTS[name].summary

        assert summary in relay("--help")
        assert summary in relay(name, "--help")

    def test_loads_none_of_them(self):
        told = subprocess.run(
            [sys.executable, "-c", LIST_AND_TELL], capture_output=True, text=True, check=True
        )

        assert not {"relay_core.relay", "duckdb", "httpx", "pyarrow"} & set(told.stdout.split())

    def test_suggests_what_may_be_meant(self):
        shown = CliRunner().invoke(app, ["sned"])

        assert shown.exit_code == 2
        assert "Did you mean 'send'?" in shown.output


class TestAGroup:
    @pytest.mark.parametrize(
        ("group", "command"),
        [("campaign", "doctor"), ("campaign", "archive"), ("run", "unknown"), ("run", "retry")],
    )
    def test_has_the_commands_of_all_its_modules(self, group, command):
        assert f" {command} " in relay(group, "--help")
