"""Which account a command is for: `relay --account acme …`."""

from contextvars import ContextVar
from typing import Final

_CHOSEN: Final[ContextVar[str | None]] = ContextVar("account", default=None)


def choose(alias: str | None) -> None:
    """Let this command be for one account; None where there is but one."""
    _CHOSEN.set(alias)


def chosen_alias() -> str | None:
    """Return which account this command is for; None where there is but one."""
    return _CHOSEN.get()


def called(text: str) -> str:
    """Return a text that names settings, each as it is set for the chosen account."""
    alias = _CHOSEN.get()
    if alias is None:
        return text
    from relay_core.settings import Settings  # noqa: PLC0415 - `relay --help` needs no settings

    return Settings.of(alias).called(text)
