"""The command that starts a world."""

import re
import subprocess
import sys

import httpx
import pytest

from tests.sandbox.stage import APP, KEY, sms

COMMAND = [sys.executable, "-m", "relay_core.sandbox", "--port", "0", "--count", "20"]


class TestTheCommand:
    def test_says_where_it_listens_and_ends_with_its_parent(self) -> None:
        arguments = [*COMMAND, "--now", "2026-03-15T12:00:00Z", "--exit-with-parent"]
        with subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as world:
            line = world.stdout.readline()
            address = re.fullmatch(r"sandbox listening on (http://127\.0\.0\.1:\d+)\n", line)[1]
            state = httpx.get(f"{address}/_sandbox/clock").json()
            world.stdin.close()
            world.wait(timeout=10)

        assert state["now"].startswith("2026-03-15T12:00")
        assert world.returncode == 0

    def test_has_nothing_to_say_of_a_connection_that_it_was_told_to_drop(self) -> None:
        with subprocess.Popen(
            [*COMMAND, "--exit-with-parent"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as world:
            address = world.stdout.readline().split()[-1]
            faults = {"error_mix": {"accept_then_timeout": 1}, "hold_s": 0.05}
            httpx.post(f"{address}/_sandbox/faults", json=faults).raise_for_status()
            with pytest.raises(httpx.RemoteProtocolError):
                httpx.post(f"{address}/sc{APP}/notifications", auth=KEY, json=sms())
            _, complaints = world.communicate(timeout=10)

        assert complaints == ""

    @pytest.mark.parametrize(
        "wrong",
        [["--now", "soon"], ["--speed", "0"], ["--count", "0"], ["--limits", "none"]],
    )
    def test_refuses_what_makes_no_sense_with_2(self, wrong) -> None:
        ended = subprocess.run(
            [*COMMAND, *wrong], capture_output=True, text=True, timeout=30, check=False
        )

        assert ended.returncode == 2
        assert wrong[0] in ended.stderr
