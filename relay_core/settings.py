"""What an operator can set. The only module that reads the environment and credentials.

Each setting is read from the environment variable `RELAY_<NAME>`, else from the table `[relay]`
of `.streamlit/secrets.toml`; a secret that is in neither, from the operating system's keyring.
Nothing reads them later but who asks for new credentials (`Settings.with_new_credentials`).
"""

import re
import tomllib
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from relay_core.errors import ConfigurationError
from relay_core.keyring_secrets import read_secrets
from relay_core.sunco_token import read_token

SECRETS_FILE: Final = Path(".streamlit/secrets.toml")
PACE_CEILING: Final = 50.0
"""Messages per second above which Relay refuses to run a lane; no vendor allows nearly as much."""

_UNREADABLE: Final = re.compile(r'field "(\w+)"')
"""Where pydantic names the setting whose text is not JSON."""
_RECEIPT_DAYS: Final = 30
"""For how long Meta tries to hand a message to a phone that is off."""
_HOURS_A_DAY: Final = 24

SECRETS: Final = (
    "zendesk_oauth_client_secret",
    "zendesk_token",
    "sunco_key_secret",
    "sunco_token",
)
"""What is shown to nobody and may be kept in the keyring."""
_KEYS: Final = (
    "zendesk_oauth_client_id",
    "zendesk_oauth_client_secret",
    "zendesk_email",
    "zendesk_token",
    "sunco_key_id",
    "sunco_key_secret",
    "sunco_token",
)
"""What opens an account, and may be rotated while Relay runs."""
_PLACES: Final = ("zendesk_subdomain", "zendesk_url", "sunco_url", "sunco_app_id")
"""What says which account and app it is. Lanes and people belong to them, so they stay."""
_TO_STATE: Final = ("default_region", "consent_required")
"""What nobody may leave to a default before the first message to a real person."""

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

# The sandbox's credentials are fixed and public; see README.md.
_SANDBOX: Final = {
    "zendesk_subdomain": "sandbox",
    "zendesk_email": "admin@sandbox.example",
    "zendesk_token": "sandbox-token",
    "sunco_app_id": "5e4af71a81966cfff3ef6500",
    "sunco_key_id": "app_sandbox",
    "sunco_key_secret": "sandbox-secret",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where the outside is, and what opens it. Built only when every part is there."""

    zendesk_url: str
    """Scheme and host, no trailing slash."""
    zendesk_basic: tuple[str, str] | None = field(repr=False)
    """`("e-mail/token", API token)`, the legacy way in."""
    zendesk_oauth: tuple[str, str] | None = field(repr=False)
    """`(client id, client secret)` for the client-credentials grant."""
    sunco_url: str
    """Base of Sunshine Conversations, e.g. `https://acme.zendesk.com/sc`."""
    sunco_app_id: str
    sunco_key: tuple[str, str] = field(repr=False)
    """`(key id, secret)`."""
    rehearsal: bool
    """True when all of it is the sandbox: nothing can reach a real phone."""


class _SecretsFile(PydanticBaseSettingsSource):
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


class _Keyring(PydanticBaseSettingsSource):
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


class Settings(BaseSettings):
    """Validated once, at start-up, then passed down."""

    model_config = SettingsConfigDict(env_prefix="RELAY_", frozen=True, extra="forbid")

    data_dir: Path = Field(Path("data"), description="Folder that holds relay.duckdb.")
    sandbox_url: str | None = Field(
        None,
        description="Address of a running sandbox, e.g. http://127.0.0.1:8899. "
        "Alone it points everything at the stand-in; nothing reaches a real phone.",
    )
    zendesk_subdomain: str | None = Field(
        None, description="The `acme` in acme.zendesk.com.", pattern=r"^[a-z0-9][a-z0-9-]*$"
    )
    zendesk_url: str | None = Field(
        None,
        description="Address of Zendesk, where a gateway of yours stands before it. "
        "Default: https://<subdomain>.zendesk.com.",
    )
    zendesk_oauth_client_id: str | None = Field(
        None, description="OAuth client identifier (client credentials grant); the first choice."
    )
    zendesk_oauth_client_secret: SecretStr | None = Field(
        None, description="Secret of that OAuth client."
    )
    zendesk_email: str | None = Field(
        None, description="Administrator's e-mail, for the legacy API token."
    )
    zendesk_token: SecretStr | None = Field(
        None, description="Legacy API token; Zendesk ends these on 30 April 2027."
    )
    sunco_url: str | None = Field(
        None,
        description="Base of Sunshine Conversations. Default: https://<subdomain>.zendesk.com/sc.",
    )
    sunco_app_id: str | None = Field(None, description="App id of the Conversations API.")
    sunco_key_id: str | None = Field(None, description="Key id of the Conversations API.")
    sunco_key_secret: SecretStr | None = Field(None, description="Secret of that key.")
    sunco_token: SecretStr | None = Field(
        None, description="Key id and secret in one piece, as base64; in place of the two."
    )
    public_url: str | None = Field(
        None,
        description="Address under which the internet reaches this Relay, for receipts, "
        "e.g. https://relay.acme.example. Without it a real account sends no receipts.",
    )
    allowed_hosts: tuple[str, ...] = Field(
        (),
        description="Further names under which the pages are opened, e.g. relay.acme.example, as a "
        "proxy hands them on. This machine, public_url and the sign-in's redirect_uri are known.",
    )
    default_region: str = Field(
        "US",
        description="Country (ISO 3166, two letters) of phone numbers written without +.",
        pattern=r"^[A-Z]{2}$",
    )
    opt_out_tags: tuple[str, ...] = Field(
        ("opted_out",), description="Zendesk tags that mean: never message this person."
    )
    opt_out_fields: tuple[str, ...] = Field(
        ("sms_opt_out",), description="Checkbox user fields that mean the same when checked."
    )
    opt_out_write_back: Literal["off", "tag"] = Field(
        "off",
        description="What a STOP by message changes in Zendesk: `off` nothing; `tag` gives every "
        "profile with that number the first of RELAY_OPT_OUT_TAGS, and a START takes it away.",
    )
    consent_tags: tuple[str, ...] = Field(
        (), description="Zendesk tags that mean: this person agreed to be messaged."
    )
    consent_fields: tuple[str, ...] = Field(
        (), description="Checkbox user fields that mean the same when checked."
    )
    consent_required: bool = Field(
        default=False, description="Message only people who agreed, by one of these tags or fields."
    )
    blackout_days: int = Field(
        1,
        description="Days within which the same template is not sent again to the same person; "
        "0 is off.",
        ge=0,
        le=365,
    )
    frequency_cap: int = Field(
        0,
        description="Most messages to one person, over all templates, within "
        "RELAY_FREQUENCY_DAYS; 0 is off.",
        ge=0,
    )
    frequency_days: int = Field(
        30, description="Days over which RELAY_FREQUENCY_CAP counts.", ge=1, le=365
    )
    skip_open_tickets: bool = Field(
        default=False, description="Leave out people who have a ticket that is not solved."
    )
    conversation_hours: int = Field(
        0,
        description="Leave out people who replied within so many hours; 0 is off.",
        ge=0,
        le=720,
    )
    quiet_hours: bool | None = Field(
        None,
        description="Send only within the hours of each recipient's country; others wait. Unless "
        "set, on for an account and off in a rehearsal.",
    )
    quiet_hours_channels: tuple[Literal["sms", "whatsapp"], ...] = Field(
        ("sms", "whatsapp"), description="Where quiet hours hold."
    )
    quiet_hours_by_country: dict[str, dict[str, str | None]] = Field(
        {},
        description="Hours instead of the built-in ones, by country (ISO 3166; * for all others), "
        'e.g. {"NL": {"weekdays": "9:00-20:00", "sundays": null}}; also saturdays and holidays.',
    )
    daily_quota: int = Field(
        0,
        description="Most messages of one integration in a day of the account; 0 is off.",
        ge=0,
    )
    warm_up_start: int = Field(
        0,
        description="Most messages of an integration on the first day it is used; 0 is off.",
        ge=0,
    )
    warm_up_growth: float = Field(
        2.0, description="How many times as many each next day may bring.", ge=1, le=100
    )
    canary_size: int = Field(
        0,
        description="Messages with which a run begins before it looks how they end; 0 is off.",
        ge=0,
    )
    canary_wait_s: int = Field(
        300, description="Seconds to wait for receipts of these messages.", ge=0
    )
    canary_failures: float = Field(
        0.2, description="Share of them that may fail; above it the run pauses.", ge=0, le=1
    )
    failure_limit: float = Field(
        0.5,
        description="Share of a run's latest 50 messages that may fail for the same cause; above "
        "it the run pauses. 0 is off.",
        ge=0,
        le=1,
    )
    audience_cap: int = Field(
        20_000, description="Largest audience; a larger one is refused, never cut.", ge=1
    )
    people_max_age_s: float = Field(
        300.0,
        description="Seconds after which people are read from Zendesk again before a review or a "
        "send, so that recent opt-outs count.",
        ge=0,
    )
    sunco_pace: float = Field(
        8.0, description="Messages per second of one Conversations integration.", gt=0
    )
    talk_pace: float = Field(
        4.0,
        description="Messages per second of one Zendesk Talk line; each is a ticket, and counts "
        "against the account's request limit.",
        gt=0,
    )
    talk_poll_s: float = Field(
        15.0,
        description="Shortest time in seconds between two looks at Talk's message history while "
        "something is awaited from it; 0 is off.",
        ge=0,
    )
    pace_guard_s: float = Field(
        0.02, description="Seconds added to each one-second window against jitter.", ge=0, le=1
    )
    send_timeout_s: float = Field(
        20.0,
        description="Seconds to wait for a channel's answer before it counts as unknown.",
        gt=0,
    )
    read_timeout_s: float = Field(
        30.0, description="Seconds to wait for an answer to a read.", gt=0
    )
    max_attempts: int = Field(
        8,
        description="Tries of one delivery when it is certain that nothing left; then runs pause.",
        ge=1,
    )
    approval_above: int = Field(
        0,
        description="Recipients above which somebody else has to approve a run before anything "
        "leaves; 0 is off. People are told apart by how they sign in.",
        ge=0,
    )
    test_required: bool = Field(
        default=False,
        description="Send a campaign only once a test of it, as it is now, was accepted.",
    )
    schedule_grace_s: float = Field(
        900.0,
        description="Seconds by which a scheduled campaign may be late, because Relay was not "
        "running or Zendesk did not answer; after that it is held and a person decides.",
        ge=60,
    )
    template_poll_s: float = Field(
        300.0,
        description="Shortest time in seconds between two looks at Meta's decisions while one is "
        "awaited; 0 is off.",
        ge=0,
    )
    retention_days: int = Field(
        0,
        description="Days after which names, numbers and texts of runs that ended, and texts of "
        "replies, are removed, every night; figures stay. 0 keeps them.",
        ge=0,
    )
    session_hours: int = Field(
        12, description="Hours after which somebody has to sign in again.", ge=1, le=720
    )
    trust_unverified_emails: bool = Field(
        default=False,
        description="Let people in whose sign-in provider does not say that it has verified their "
        "e-mail address. Only for a provider that is your organization's own.",
    )
    metrics_token: SecretStr | None = Field(
        None,
        description="What asks for /metrics has to bring as a bearer token. Without it only "
        "programs on this machine are answered, and nothing that a proxy passes on.",
    )
    log_level: str = Field(
        "INFO", pattern=r"^(DEBUG|INFO|WARNING|ERROR)$", description="Log level."
    )

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
        return (init_settings, env_settings, _SecretsFile(settings_cls), _Keyring(settings_cls))

    @model_validator(mode="after")
    def _contradictions(self) -> Self:
        wrong = []
        if self.sandbox_url and self.zendesk_subdomain:
            wrong.append(
                "RELAY_SANDBOX_URL and RELAY_ZENDESK_SUBDOMAIN are both set: "
                "choose the stand-in or the account"
            )
        for name in ("sandbox_url", "zendesk_url", "sunco_url", "public_url"):
            address = getattr(self, name)
            if address and not _is_address(address):
                wrong.append(f"RELAY_{name.upper()} is not an http(s) address")
        wrong += [
            f"RELAY_{name.upper()} must begin with https://: credentials go there"
            for name in ("zendesk_url", "sunco_url")
            if _is_open_to_listeners(getattr(self, name))
        ]
        if self.consent_required and not (self.consent_tags or self.consent_fields):
            wrong.append(
                "RELAY_CONSENT_REQUIRED needs RELAY_CONSENT_TAGS or RELAY_CONSENT_FIELDS: "
                "without them nobody has agreed"
            )
        if self.opt_out_write_back == "tag" and not self.opt_out_tags:
            wrong.append(
                "RELAY_OPT_OUT_WRITE_BACK needs RELAY_OPT_OUT_TAGS: there is no tag to give"
            )
        if self.sunco_token:
            try:
                read_token(self.sunco_token.get_secret_value())
            except ConfigurationError as error:
                wrong.append(f"RELAY_SUNCO_TOKEN: {error.advice}")
        wrong += self._looks_back_further()
        wrong += [
            f"RELAY_{name.upper()} is above the ceiling of {PACE_CEILING:g} per second"
            for name in ("sunco_pace", "talk_pace")
            if getattr(self, name) > PACE_CEILING
        ]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

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
            f"RELAY_RETENTION_DAYS is {self.retention_days}, and {what} looks back {days} days: "
            f"set {days + 1} at least, or 0 to keep everything"
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
        except ValidationError as error:
            wrong = [_said(each) for each in error.errors(include_input=False)]
        except tomllib.TOMLDecodeError as error:
            wrong = [f"{SECRETS_FILE} is not valid TOML ({error})"]
        except SettingsError as error:
            name = _UNREADABLE.search(str(error))
            wrong = [
                f'RELAY_{name[1].upper()} is not JSON; a list is written ["one", "two"]'
                if name
                else str(error)
            ]
        except UnicodeDecodeError:
            wrong = [f"{SECRETS_FILE} is not UTF-8 text"]
        except (ValueError, OSError) as error:  # a file that cannot be read
            wrong = [str(error)]
        raise ConfigurationError(
            f"{len(wrong)} settings are wrong", advice="Correct these settings: " + "; ".join(wrong)
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
        moved = [name for name in _PLACES if getattr(fresh, name) != getattr(self, name)]
        if moved:
            named = ", ".join(f"RELAY_{name.upper()}" for name in moved)
            raise ConfigurationError(
                "another account",
                advice=f"{named} changed, and only credentials can be exchanged while Relay runs. "
                "Restart Relay to use another account or app.",
            )
        return self.model_copy(update={name: getattr(fresh, name) for name in _KEYS})

    def differing_keys(self, other: Self) -> tuple[str, ...]:
        """Return the names of the credentials in which two settings differ."""
        return tuple(
            f"RELAY_{name.upper()}" for name in _KEYS if getattr(self, name) != getattr(other, name)
        )

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

    @property
    def database_path(self) -> Path:
        """Where the one file is."""
        return self.data_dir / "relay.duckdb"

    @property
    def account_name(self) -> str:
        """What the account is called; only where one is connected."""
        return "sandbox" if self.sandbox_url else str(self.zendesk_subdomain)

    @property
    def is_connected(self) -> bool:
        """Whether there is enough to reach an account or the sandbox."""
        return not self.missing()

    def missing(self) -> tuple[str, ...]:
        """Return the names of all settings an account still needs."""
        if self.sandbox_url:
            return ()
        oauth = ("zendesk_oauth_client_id", "zendesk_oauth_client_secret")
        legacy = ("zendesk_email", "zendesk_token")
        chosen = legacy if any(getattr(self, n) for n in legacy) else oauth
        key = ("sunco_token",) if self.sunco_token else ("sunco_key_id", "sunco_key_secret")
        needed = ("zendesk_subdomain", *chosen, "sunco_app_id", *key)
        return tuple(f"RELAY_{n.upper()}" for n in needed if not getattr(self, n))

    def account(self) -> Account:
        """Return the account these settings open.

        Raises:
            ConfigurationError: Names every missing setting at once.
        """
        if self.sandbox_url:
            url = self.sandbox_url.rstrip("/")
            return Account(
                zendesk_url=url,
                zendesk_basic=(f"{_SANDBOX['zendesk_email']}/token", _SANDBOX["zendesk_token"]),
                zendesk_oauth=None,
                sunco_url=f"{url}/sc",
                sunco_app_id=_SANDBOX["sunco_app_id"],
                sunco_key=(_SANDBOX["sunco_key_id"], _SANDBOX["sunco_key_secret"]),
                rehearsal=True,
            )
        if missing := self.missing():
            raise ConfigurationError(
                f"{len(missing)} settings are missing",
                advice=f"Set {', '.join(missing)}; or RELAY_SANDBOX_URL for a rehearsal.",
            )
        host = (self.zendesk_url or f"https://{self.zendesk_subdomain}.zendesk.com").rstrip("/")
        oauth = self.zendesk_oauth_client_id
        return Account(
            zendesk_url=host,
            zendesk_basic=(f"{self.zendesk_email}/token", _open(self.zendesk_token))
            if self.zendesk_token
            else None,
            zendesk_oauth=(oauth, _open(self.zendesk_oauth_client_secret))
            if oauth and self.zendesk_oauth_client_secret
            else None,
            sunco_url=(self.sunco_url or f"{host}/sc").rstrip("/"),
            sunco_app_id=self.sunco_app_id or "",
            sunco_key=read_token(self.sunco_token.get_secret_value())
            if self.sunco_token
            else (self.sunco_key_id or "", _open(self.sunco_key_secret)),
            rehearsal=False,
        )


def _said(fault: ErrorDetails) -> str:
    """Return what is wrong with one setting, or with several together, as a person reads it."""
    place = "_".join(map(str, fault["loc"]))
    said = fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "string_pattern_mismatch":
        said = f"this is not it: {Settings.model_fields[place].description}"
    return f"RELAY_{place.upper()}: {said}" if place else said


def _open(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def _is_address(text: str) -> bool:
    return urlsplit(text).scheme in {"http", "https"} and bool(urlsplit(text).hostname)


def _is_open_to_listeners(address: str | None) -> bool:
    """Whether whatever is sent there could be read on its way."""
    if not address or urlsplit(address).scheme != "http":
        return False
    return urlsplit(address).hostname not in {"127.0.0.1", "localhost", "::1"}
