"""How this installation is run: how long things are kept, sign-ins, figures and logs."""

from pydantic import BaseModel, Field, SecretStr


class OperationOptions(BaseModel):
    """What whoever runs the process decides."""

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
