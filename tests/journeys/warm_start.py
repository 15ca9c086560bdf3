"""Commands begun warm: as forks of one process that has imported what all of them import.

Importing takes a command most of a second, and a suite of journeys starts hundreds. Everything
else of such a command is as ever: a process of its own, which reads its own arguments,
environment and files and ends with its own exit code.
"""

import multiprocessing
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

_FORKS = multiprocessing.get_context("forkserver")
# Not `relay_core.cli`: what looks at the terminal on import has to look at the command's own.
_FORKS.set_forkserver_preload(["relay_core.serving", "typer", "rich.progress", "rich.table"])


@contextmanager
def no_script_of_ours() -> Iterator[None]:
    """Let a new process not begin with the main script of this one.

    That may be a page: tests of pages leave the last one there, and drawn anew in the command's
    process it would open the file first.
    """
    ours = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = ours


def run_command(
    arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str], files: Path
) -> int:
    """Run `relay` with these arguments to its end, within two minutes; returns its exit code.

    Args:
        arguments: What follows `relay`.
        folder: Where it is started.
        environment: All of its environment.
        files: A folder that gets its output, `out` and `err`.
    """
    process = _FORKS.Process(target=_relay, args=(arguments, folder, dict(environment), files))
    with no_script_of_ours():
        process.start()
    process.join(120)
    try:
        assert process.exitcode is not None, f"relay {' '.join(arguments)} did not end"
        return process.exitcode
    finally:
        process.kill()
        process.join()
        process.close()


def _relay(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], files: Path
) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for descriptor, file in enumerate((Path(os.devnull), files / "out", files / "err")):
        flags = os.O_RDWR | os.O_CREAT
        os.dup2(os.open(file, flags), descriptor)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - lives as long as the process
    sys.argv = ["relay", *arguments]

    from relay_core.cli import main  # noqa: PLC0415 - not before the terminal is this command's

    main()
