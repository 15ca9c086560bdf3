"""What becomes of a signal that arrives while DuckDB works for the main thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_SAID: Final = "Query interrupted"


@contextmanager
def heard_while_working() -> Iterator[None]:
    """Let a signal end the main thread's work even when it arrives inside DuckDB.

    While it works there, DuckDB lets signal handlers run, stops when one raises, and then raises an
    error of its own in place of theirs: that the process shall end would be forgotten.

    Raises:
        KeyboardInterrupt: A handler has raised, whatever it was.
    """
    try:
        yield
    except RuntimeError as error:
        if str(error) != _SAID:
            raise
        raise KeyboardInterrupt from error
