"""What a sign-in provider says of somebody, and whether it is enough."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from relay_core.edge.hosts import is_loopback
from relay_core.errors import ConfigurationError, NotAllowed
from relay_core.settings import Settings


class SignIn(StrEnum):
    """How far somebody has come."""

    NEEDED = "needed"
    AGAIN = "again"
    DONE = "done"


def state_of(claims: Mapping[str, object], *, settings: Settings, now: datetime) -> SignIn:
    """Return whether somebody has signed in, and lately enough.

    Args:
        claims: Of their identity token, as OpenID Connect names them, and `is_logged_in`.
        settings: How long a sign-in counts.
        now: When they ask.
    """
    if not claims.get("is_logged_in"):
        return SignIn.NEEDED
    issued = claims.get("iat")
    if not isinstance(issued, int | float):
        return SignIn.AGAIN
    age = now.timestamp() - issued
    return (
        SignIn.AGAIN
        if age > timedelta(hours=settings.session_hours).total_seconds()
        else (SignIn.DONE)
    )


def verified_email(claims: Mapping[str, object], *, settings: Settings) -> str:
    """Return the address that somebody has proved to be theirs.

    Raises:
        NotAllowed: There is none, or the provider has not verified it: anybody could have typed
            an administrator's.
    """
    email, verified = claims.get("email"), claims.get("email_verified")
    if not isinstance(email, str) or not email:
        raise NotAllowed(
            "no e-mail claim",
            advice="The sign-in provider does not tell your e-mail address. An administrator can "
            "add the scope `email` to the sign-in.",
        )
    if verified is True or (verified is None and settings.trust_unverified_emails):
        return email
    raise NotAllowed(
        "e-mail not verified",
        advice="The sign-in provider has not verified your e-mail address, so Relay cannot tell "
        "who you are. Verify it there and sign in again.",
    )


def ensure_nobody_unknown_reaches(address: str | None, *, people_sign_in: bool) -> None:
    """Let only this machine reach Relay where nobody has to sign in.

    Args:
        address: On which the pages listen; None is every address of this machine.
        people_sign_in: Whether a sign-in provider is set up.

    Raises:
        ConfigurationError: Whoever reached that address could send messages.
    """
    if people_sign_in or (address is not None and is_loopback(address)):
        return
    raise ConfigurationError(
        f"listens on {address}",
        advice=f"Relay would listen on {address or 'every address'} while nobody has to sign in: "
        "whoever reaches it could message your customers. Set up the sign-in (README.md, Sign-in), "
        "or let server.address be 127.0.0.1.",
    )
