"""Where settings are read, beside the environment: the secrets file and the keyring."""

import os
import tomllib
from pathlib import Path
from typing import Any, Final

from pydantic_settings import EnvSettingsSource, PydanticBaseSettingsSource

from relay_core.keyring_secrets import read_secrets
from relay_core.options.connection import SECRETS
from relay_core.options.naming import INSTALLATION, aliases_in, variable

SECRETS_FILE: Final = Path(".streamlit/secrets.toml")


class _Source(PydanticBaseSettingsSource):
    """Hands over everything at once."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ANN401 - the signature is pydantic's
        """Never called: what was found is handed over at once."""
        raise NotImplementedError


class SecretsFile(_Source):
    """The table `[relay]` of Streamlit's secrets file, when there is one."""

    def __call__(self) -> dict[str, Any]:
        """Return the table as it stands, but for tables of accounts."""
        table = _table()
        if "accounts" not in self.current_state and not table.get("accounts"):
            return table
        fields = self.settings_cls.model_fields
        return {
            name: value
            for name, value in table.items()
            if name in fields or not isinstance(value, dict)
        }


class AccountTable(_Source):
    """The table `[relay.<account>]` of the same file."""

    def __init__(self, settings_cls: Any, *, alias: str) -> None:  # noqa: ANN401 - the signature is pydantic's
        """Read one account's."""
        super().__init__(settings_cls)
        self._alias = alias

    def __call__(self) -> dict[str, Any]:
        """Return the table as it stands."""
        table = _table().get(self._alias, {})
        if not isinstance(table, dict):
            message = f"{SECRETS_FILE}: begin its settings with a line [relay.{self._alias}]"
            raise ValueError(message)  # noqa: TRY004 - a setting is wrong, as the others are
        return {str(key).lower(): value for key, value in table.items()}


class InstallationSettings(_Source):
    """What one of several accounts has in common with the others, and its own data folder."""

    def __init__(self, settings_cls: Any, *, alias: str) -> None:  # noqa: ANN401 - the signature is pydantic's
        """Read it for one account."""
        super().__init__(settings_cls)
        self._alias = alias

    def __call__(self) -> dict[str, Any]:
        """Return nothing that is an account's: no setting of theirs is ever common."""
        environment = EnvSettingsSource(self.settings_cls, env_prefix=variable("", alias=None))()
        found = {
            name: value for name, value in (_table() | environment).items() if name in INSTALLATION
        }
        folder = found.get("data_dir", self.settings_cls.model_fields["data_dir"].default)
        return found | {"data_dir": Path(folder) / self._alias}


class Keyring(_Source):
    """The keyring's secrets of the account that the sources before it name."""

    def __call__(self) -> dict[str, Any]:
        """Return the secrets that are missing; nothing is asked where no account is set."""
        known = self.current_state
        account = known.get("zendesk_subdomain")
        missing = [name for name in SECRETS if not known.get(name)]
        if not isinstance(account, str) or known.get("sandbox_url"):
            return {}
        return read_secrets(account, missing) if missing else {}


class Misplaced(_Source):
    """Has nothing: refuses what is set for all accounts and is one's, or the other way round."""

    def __call__(self) -> dict[str, Any]:
        """Return nothing.

        Raises:
            ValueError: Names everything that is set at a wrong place.
        """
        accounts = aliases_in(self.current_state.get("accounts"))
        if not accounts:
            return {}
        own = [name for name in self.settings_cls.model_fields if name not in INSTALLATION]
        table, environment = _table(), {name.upper() for name in os.environ}
        wrong = [
            f"{where} is set for all accounts; each needs its own, e.g. "
            f"{variable(name, alias=accounts[0])}"
            for name in own
            for where in _places(name, None, table=table, environment=environment)
        ]
        wrong += [
            f"{where} is set for one account; it belongs to all, as {variable(name, alias=None)}"
            for alias in accounts
            for name in sorted(INSTALLATION)
            for where in _places(name, alias, table=table, environment=environment)
        ]
        if wrong:
            raise ValueError("; ".join(wrong))
        return {}


def _places(
    name: str, alias: str | None, *, table: dict[str, Any], environment: set[str]
) -> list[str]:
    """Return where a setting is set: in the environment, in the file."""
    written = f"RELAY_{alias or ''}{'_' if alias else ''}{name}".upper()
    section = table.get(alias, {}) if alias else table
    is_in_file = isinstance(section, dict) and name in {str(key).lower() for key in section}
    return [written] * (written in environment) + [
        f"{name} in [relay{f'.{alias}' if alias else ''}] of {SECRETS_FILE}"
    ] * is_in_file


def _table() -> dict[str, Any]:
    """Return the table `[relay]`; an unreadable file is refused, never skipped."""
    if not SECRETS_FILE.is_file():
        return {}
    table = tomllib.loads(SECRETS_FILE.read_text(encoding="utf-8")).get("relay", {})
    if not isinstance(table, dict):
        message = f"{SECRETS_FILE}: begin Relay's settings with a line [relay]"
        raise ValueError(message)  # noqa: TRY004 - a setting is wrong, as the others are
    return {str(key).lower(): value for key, value in table.items()}
