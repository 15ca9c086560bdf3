"""How a refusal is said: on standard error, with what to do."""

from rich.console import Console

_err = Console(stderr=True)


def complain(advice: str) -> None:
    """Say what is wrong and what to do."""
    _err.print(advice, style="red", markup=False, highlight=False)
