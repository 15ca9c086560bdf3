"""How settings are called: the installation's by their name, an account's by its own as well."""

import re
from collections.abc import Collection, Iterable
from typing import Final

INSTALLATION: Final = frozenset(
    {
        "accounts",
        "allowed_hosts",
        "data_dir",
        "ledger_url",
        "log_level",
        "metrics_token",
        "public_url",
        "session_hours",
        "trust_unverified_emails",
    }
)
"""What all accounts of an installation have in common. Everything else is one account's alone."""

_ACCOUNT: Final = re.compile(r"[a-z][a-z0-9]{0,30}")
_TAKEN: Final = re.compile(r"pg.*|public|relay")
"""What is called so already: schemas of PostgreSQL, and the queue of an only account."""
_SETTING: Final = re.compile(r"\bRELAY_([A-Z0-9_]+)\b")


def variable(name: str, *, alias: str | None) -> str:
    """Return the environment variable of a setting.

    Args:
        name: The setting, in lower case.
        alias: What the installation calls the account; None where it has but one.
    """
    own = f"{alias}_" if alias and name not in INSTALLATION else ""
    return f"RELAY_{own}{name}".upper()


def called_by(alias: str | None, text: str, *, settings: Collection[str]) -> str:
    """Return a text in which each setting is called as this account's operator has to set it.

    Args:
        alias: As in `variable`.
        text: Calls settings as an installation of one account does.
        settings: All there are.
    """
    if alias is None:
        return text
    return _SETTING.sub(
        lambda found: (
            variable(found[1].lower(), alias=alias) if found[1].lower() in settings else found[0]
        ),
        text,
    )


def faults_of_aliases(aliases: Iterable[str], *, settings: Collection[str]) -> list[str]:
    """Return which names no account can have.

    Args:
        aliases: As they were set.
        settings: All there are: `RELAY_<ACCOUNT>_<NAME>` must not be one of them.
    """
    wrong, known = [], set[str]()
    for alias in aliases:
        if not _ACCOUNT.fullmatch(alias) or _TAKEN.fullmatch(alias):
            wrong.append(
                f"RELAY_ACCOUNTS: {alias!r} cannot be an account's name; use up to 31 small "
                "letters and digits, a letter first, and neither relay, public nor pg…"
            )
        elif any(f"{name}_".startswith(f"{alias}_") for name in settings):
            wrong.append(
                f"RELAY_ACCOUNTS: {alias} is how other settings begin; use another name, e.g. "
                f"{alias}1"
            )
        elif alias in known:
            wrong.append(f"RELAY_ACCOUNTS names {alias} twice")
        known.add(alias)
    return wrong


def aliases_in(stated: object) -> tuple[str, ...]:
    """Return accounts as they were stated: a list, or names separated by commas."""
    if isinstance(stated, str):
        return tuple(each.strip() for each in stated.split(",") if each.strip())
    return tuple(map(str, stated)) if isinstance(stated, Iterable) else ()
