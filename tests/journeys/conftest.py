"""A town in a sandbox of its own for each module, and a command line that knows it."""

import json

import pytest

from tests.journeys.programs import CommandLine, sandbox_process, settings_of
from tests.journeys.town import left_out, people_file

RECEIVERS = 12


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Twelve people to reach, and one for each reason why somebody is not."""
    file = tmp_path_factory.mktemp("town") / "people.json"
    file.write_text(json.dumps(people_file(receivers=RECEIVERS, others=left_out())), "utf-8")
    with sandbox_process("--people", str(file), "--speed", "20") as running:
        yield running


@pytest.fixture(scope="module")
def command(world, tmp_path_factory):
    """The command on a data folder that this module's tests share, people synced."""
    folder = tmp_path_factory.mktemp("office")
    # Tests of a module send one template to the same people many times within a day.
    environment = settings_of(world, folder / "data", sunco_pace=50, blackout_days=0)
    relay = CommandLine(environment, folder)
    relay.ask("sync")
    return relay
