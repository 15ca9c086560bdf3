"""What an operator can set: the parts of `options/`, read here and nowhere else.

Each setting is read from the environment variable `RELAY_<NAME>`, else from the table `[relay]`
of `.streamlit/secrets.toml`; a secret that is in neither, from the operating system's keyring.
Where there are several accounts, each has settings of its own, `RELAY_<ACCOUNT>_<NAME>` or the
table `[relay.<account>]` (`Settings.of`); only what belongs to the installation is common to them.
They are read again only where somebody sets Relay up: for new credentials
(`Settings.with_new_credentials`), new rules (`Settings.with_new_rules`) and what is still missing.
"""

from functools import cache
from math import ceil
from typing import Any, Final, Self, cast

from pydantic import model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from relay_core.errors import ConfigurationError
from relay_core.options.connection import KEYS, PLACES, ConnectionOptions
from relay_core.options.faults import faults_of
from relay_core.options.mirroring import MirroringOptions
from relay_core.options.naming import called_by, faults_of_aliases, variable
from relay_core.options.operation import OperationOptions
from relay_core.options.people import PeopleOptions
from relay_core.options.sending import SendingOptions
from relay_core.options.sources import (
    AccountTable,
    InstallationSettings,
    Keyring,
    Misplaced,
    SecretsFile,
)
from relay_core.worded import counted

_RECEIPT_DAYS: Final = 30
"""For how long Meta tries to hand a message to a phone that is off."""
_HOURS_A_DAY: Final = 24
_TO_STATE: Final = ("default_region", "consent_required")
"""What nobody may leave to a default before the first message to a real person."""

_READ_ONCE: Final = frozenset(
    {"opt_out_write_back", "read_timeout_s", "talk_poll_s", "template_poll_s"}
)
"""What is handed to something at the start, and counts after a restart."""
_RULES: Final = frozenset({*PeopleOptions.model_fields, *SendingOptions.model_fields}) - _READ_ONCE
"""What decides about people and messages, and may be exchanged while Relay runs."""

_DECIDING: Final = (
    "blackout_days",
    "consent_fields",
    "consent_required",
    "consent_tags",
    "conversation_hours",
    "default_region",
    "frequency_cap",
    "frequency_days",
    "opt_out_fields",
    "opt_out_tags",
    "quiet_hours",
    "quiet_hours_by_country",
    "quiet_hours_channels",
    "skip_open_tickets",
)


# Parts further right come first wherever settings are listed.
class Settings(
    OperationOptions,
    MirroringOptions,
    SendingOptions,
    PeopleOptions,
    ConnectionOptions,
    BaseSettings,
):
    """Validated once, at start-up, then passed down."""

    model_config = SettingsConfigDict(env_prefix="RELAY_", frozen=True, extra="forbid")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first, then the secrets file, then the keyring."""
        first = (init_settings, env_settings)
        if cls.alias is None:
            return (
                *first,
                SecretsFile(settings_cls),
                Keyring(settings_cls),
                Misplaced(settings_cls),
            )
        return (
            *first,
            AccountTable(settings_cls, alias=cls.alias),
            InstallationSettings(settings_cls, alias=cls.alias),
            Keyring(settings_cls),
        )

    @classmethod
    @cache
    def of(cls, alias: str) -> type[Self]:
        """Return the settings of one of several accounts, to be loaded.

        Args:
            alias: What the installation calls it.
        """
        own = {
            "__doc__": cls.__doc__,
            "__module__": cls.__module__,
            "alias": alias,
            "model_config": SettingsConfigDict(env_prefix=variable("", alias=alias)),
        }
        return cast("type[Self]", type(f"{cls.__name__}Of{alias.title()}", (cls,), own))

    @classmethod
    def called(cls, text: str) -> str:
        """Return a text that names settings, each as it is set for this account."""
        return called_by(cls.alias, text, settings=cls.model_fields)

    @model_validator(mode="after")
    def _contradictions(self) -> Self:
        if wrong := self._faults():
            raise ValueError("; ".join(wrong))
        return self

    def _faults(self) -> list[str]:
        return [
            *faults_of_aliases(self.accounts, settings=type(self).model_fields),
            *self.faults_of_connection(),
            *self.faults_of_consent(),
            *self._looks_back_further(),
            *self.faults_of_paces(),
        ]

    def _looks_back_further(self) -> list[str]:
        """Return the rules that still need what retention would have removed."""
        if not self.retention_days:
            return []
        needed = {
            "RELAY_BLACKOUT_DAYS": self.blackout_days,
            "RELAY_FREQUENCY_DAYS": self.frequency_days if self.frequency_cap else 0,
            "RELAY_CONVERSATION_HOURS": ceil(self.conversation_hours / _HOURS_A_DAY),
            "the wait for receipts of WhatsApp": _RECEIPT_DAYS,
        }
        return [
            f"RELAY_RETENTION_DAYS is {self.retention_days}, and {what} looks back "
            f"{counted(days, 'day')}: set {days + 1} at least, or 0 to keep everything"
            for what, days in needed.items()
            if days >= self.retention_days
        ]

    @classmethod
    def load(cls, **overrides: Any) -> Self:  # noqa: ANN401 - any setting may be overridden
        """Read and validate every setting.

        Raises:
            ConfigurationError: Names all wrong or contradictory settings at once.
        """
        try:
            return cls(**overrides)
        except (ValueError, OSError) as error:
            wrong = faults_of(error, fields=cls.model_fields)
        raise ConfigurationError(
            f"{len(wrong)} settings are wrong",
            advice=cls.called("Correct these settings: " + "; ".join(wrong)),
        )

    def with_new_credentials(self) -> Self:
        """Read the credentials again; every other setting stays as it was at the start.

        Raises:
            ConfigurationError: What is set now cannot be used, or is another account.
        """
        fresh = type(self).load(data_dir=self.data_dir, sandbox_url=self.sandbox_url)
        if missing := fresh.missing():
            raise ConfigurationError(
                f"{len(missing)} settings are missing", advice=f"Set {', '.join(missing)}."
            )
        self.ensure_same_account(fresh)
        return self.model_copy(update={name: getattr(fresh, name) for name in KEYS})

    def ensure_same_account(self, other: Self) -> None:
        """Refuse what belongs to another account or app than is in use.

        Raises:
            ConfigurationError: It does.
        """
        moved = [name for name in PLACES if getattr(other, name) != getattr(self, name)]
        if moved:
            named = ", ".join(f"RELAY_{name.upper()}" for name in moved)
            raise ConfigurationError(
                "another account",
                advice=f"{named} changed, and only credentials can be exchanged while Relay runs. "
                "Restart Relay to use another account or app.",
            )

    def differing_keys(self, other: Self) -> tuple[str, ...]:
        """Return the names of the credentials in which two settings differ."""
        return tuple(
            f"RELAY_{name.upper()}" for name in KEYS if getattr(self, name) != getattr(other, name)
        )

    def with_new_rules(self) -> Self:
        """Read again what decides about people and messages; everything else stays as it is.

        Raises:
            ConfigurationError: What is set now is wrong, or does not go with what stays.
        """
        fresh = type(self).load(data_dir=self.data_dir, sandbox_url=self.sandbox_url)
        exchanged = type(self).model_construct(
            _fields_set=(self.model_fields_set - _RULES) | (fresh.model_fields_set & _RULES),
            **dict(self) | {name: getattr(fresh, name) for name in _RULES},
        )
        if wrong := exchanged._faults():  # noqa: SLF001 - its own
            raise ConfigurationError(
                "rules do not fit", advice=f"Restart Relay to use these: {'; '.join(wrong)}"
            )
        return exchanged

    def changed_rules(self, later: Self) -> dict[str, str]:
        """Return what became of each rule that differs: by its name, the old and the new value.

        A default that is stated now differs too: see `unstated`.
        """
        before, after = (
            each.model_dump(mode="json", include=set(_RULES)) for each in (self, later)
        )
        return {
            f"RELAY_{name.upper()}": f"{before[name]} -> {after[name]}"
            for name in type(self).model_fields
            if name in _RULES
            and (
                before[name] != after[name]
                or (name in self.model_fields_set) != (name in later.model_fields_set)
            )
        }

    def unstated(self) -> tuple[str, ...]:
        """Return what must be stated, and is not, before real people are messaged."""
        if self.sandbox_url:
            return ()
        return tuple(
            f"RELAY_{name.upper()}" for name in _TO_STATE if name not in self.model_fields_set
        )

    def deciding(self) -> dict[str, object]:
        """Return the settings that decide who is messaged, and when, as plain JSON values.

        A run keeps them; where one has changed meanwhile, its approval is void. Pace is not among
        them: it says how fast, not who.
        """
        return self.model_dump(mode="json", include=set(_DECIDING))
