"""The account that settings open: where it is, and what signs in there."""

from dataclasses import dataclass, field

from relay_core.sign_in_file import SignInFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where the outside is, and what opens it. Built only when every part is there."""

    zendesk_url: str
    """Scheme and host, no trailing slash."""
    zendesk_basic: tuple[str, str] | None = field(repr=False)
    """`("e-mail/token", API token)`, the legacy way in."""
    zendesk_oauth: tuple[str, str] | None = field(repr=False)
    """`(client id, client secret)` for the client-credentials grant."""
    zendesk_sign_in: SignInFile | None = None
    """Where what a person consented to is kept, when that is the way in."""
    sunco_url: str
    """Base of Sunshine Conversations, e.g. `https://acme.zendesk.com/sc`."""
    sunco_app_id: str
    sunco_key: tuple[str, str] = field(repr=False)
    """`(key id, secret)`."""
    rehearsal: bool
    """True when all of it is the sandbox: nothing can reach a real phone."""
