"""Where settings are read, beside the environment: the secrets file and the keyring."""

import tomllib
from pathlib import Path
from typing import Any, Final

from pydantic_settings import PydanticBaseSettingsSource

from relay_core.keyring_secrets import read_secrets
from relay_core.options.connection import SECRETS

SECRETS_FILE: Final = Path(".streamlit/secrets.toml")


class SecretsFile(PydanticBaseSettingsSource):
    """The table `[relay]` of Streamlit's secrets file, when there is one."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ANN401 - the signature is pydantic's
        """Never called: the whole table is handed over at once."""
        raise NotImplementedError

    def __call__(self) -> dict[str, Any]:
        """Return the table as it stands; an unreadable file is refused, never skipped."""
        if not SECRETS_FILE.is_file():
            return {}
        table = tomllib.loads(SECRETS_FILE.read_text(encoding="utf-8")).get("relay", {})
        if not isinstance(table, dict):
            message = f"{SECRETS_FILE}: begin Relay's settings with a line [relay]"
            raise ValueError(message)  # noqa: TRY004 - a setting is wrong, as the others are
        return {str(key).lower(): value for key, value in table.items()}


class Keyring(PydanticBaseSettingsSource):
    """The keyring's secrets of the account that the sources before it name."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ANN401 - the signature is pydantic's
        """Never called: what was found is handed over at once."""
        raise NotImplementedError

    def __call__(self) -> dict[str, Any]:
        """Return the secrets that are missing; nothing is asked where no account is set."""
        known = self.current_state
        account = known.get("zendesk_subdomain")
        missing = [name for name in SECRETS if not known.get(name)]
        if not isinstance(account, str) or known.get("sandbox_url"):
            return {}
        return read_secrets(account, missing) if missing else {}
