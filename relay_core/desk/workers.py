"""What a process that only sends is given, by its own settings."""

from collections.abc import Callable
from datetime import datetime

from relay_core.desk.lanes import SignedIn, outfit_by
from relay_core.engine.port import Outfit
from relay_core.errors import ConfigurationError
from relay_core.log import log
from relay_core.settings import Settings


def worker_outfits(settings: Settings, *, clock: Callable[[], datetime]) -> Callable[[], Outfit]:
    """Return what gives each lane its outfit when it is taken.

    Rules and paces are those of the start. Credentials are read again for each lane that is taken:
    those from the keyring and the secrets file then count at once, on all lanes.

    Args:
        settings: Of the start; an account is connected.
        clock: Gives the database's time.

    Raises:
        ConfigurationError: The rules cannot be read, or only a person's consent opens the account.
    """
    if settings.sign_in_file() is not None:
        raise ConfigurationError(
            "signed in by consent",
            advice="Workers sign in by themselves, and Zendesk's consent belongs to one process. "
            "Set RELAY_ZENDESK_OAUTH_CLIENT_SECRET, or RELAY_ZENDESK_TOKEN with its e-mail.",
        )
    signed_in = SignedIn(settings)
    outfit = outfit_by(settings, account=settings.account, signed_in=signed_in, clock=clock)

    def given() -> Outfit:
        try:
            signed_in.read_again()
        except ConfigurationError as error:  # what was used so far may still do
            log().warning("credentials.unreadable", error=type(error).__name__)
        return outfit

    return given
