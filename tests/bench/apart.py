"""Work in a process of its own, so that its memory is its own."""

import re
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def apart(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> tuple[T, float]:
    """Do the work in a new process.

    Args:
        work: A function of a module.
        args: Its arguments.
        kwargs: The same.

    Returns:
        What it returned, and the most memory the process ever held, in MB.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        answer = pool.submit(work, *args, **kwargs).result()
        return answer, pool.submit(peak_mb).result()


def peak_mb() -> float:
    """Return the most memory that this process has held (Linux counts in KiB).

    Not `ru_maxrss`, which begins with what the process held that started this one.
    """
    [held] = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    return int(held) / 1024
