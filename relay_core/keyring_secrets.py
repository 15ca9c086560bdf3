"""Secrets in the operating system's keyring, account by account.

They are typed once and leave the keyring only for the process that signs in with them.
"""

from collections.abc import Iterable
from types import ModuleType
from typing import Final

from relay_core.errors import ConfigurationError
from relay_core.log import log

_RECOMMENDED: Final = 1
"""Priority from which a backend of the library is one of an operating system. Below it are those
that keep nothing, or keep it in clear text.

Source: keyring, "KeyringBackend.priority".
"""


def _library() -> ModuleType:
    import keyring  # noqa: PLC0415 - a tenth of a second, for nothing where no account is set

    return keyring


def keyring_name() -> str | None:
    """Return the name of this machine's keyring; None where there is none that is safe."""
    backend = _library().get_keyring()
    return str(backend.name) if backend.priority >= _RECOMMENDED else None


def read_secrets(account: str, names: Iterable[str]) -> dict[str, str]:
    """Return those of the named secrets that the keyring has for an account.

    A keyring that is locked or gone has none: whoever needs one is told which.
    """
    library = _library()
    if keyring_name() is None:
        return {}
    try:
        found = {name: library.get_password(_service(account), name) for name in names}
    except library.errors.KeyringError as error:
        log().warning("keyring.unreadable", error=type(error).__name__)
        return {}
    return {name: secret for name, secret in found.items() if secret}


def keep_secret(account: str, name: str, secret: str) -> None:
    """Put a secret into the keyring, in place of the one it had.

    Raises:
        ConfigurationError: There is no keyring, or it refuses.
    """
    library = _library()
    if keyring_name() is None:
        raise _not_kept("none is there")
    try:
        library.set_password(_service(account), name, secret)
    except library.errors.KeyringError as error:
        raise _not_kept(type(error).__name__) from None  # its words may hold what was to be kept


def forget_secret(account: str, name: str) -> None:
    """Take a secret out of the keyring; nothing is done where it is not there.

    Raises:
        ConfigurationError: The keyring refuses.
    """
    library = _library()
    try:
        if keyring_name() and library.get_password(_service(account), name):
            library.delete_password(_service(account), name)
    except library.errors.KeyringError as error:
        raise ConfigurationError(
            f"keyring: {type(error).__name__}",
            advice="This machine's keyring did not let go of the secret. Unlock it and try again.",
        ) from None


def _not_kept(why: str) -> ConfigurationError:
    return ConfigurationError(
        f"keyring: {why}",
        advice="This machine's keyring did not take the secret. Unlock it and try again, or put "
        "the secret into .streamlit/secrets.toml.",
    )


def _service(account: str) -> str:
    return f"relay:{account}"
