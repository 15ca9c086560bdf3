"""How this installation is run: its accounts, how long things are kept, sign-ins, figures, logs."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from relay_core.options.naming import aliases_in


class OperationOptions(BaseModel):
    """What whoever runs the process decides."""

    accounts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(aliases_in)] = Field(
        (),
        description="Names for several Zendesk accounts in this installation, separated by commas, "
        "e.g. acme,globex. Each is set on its own, as RELAY_ACME_ZENDESK_SUBDOMAIN and so on.",
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
