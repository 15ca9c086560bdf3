"""What an audience is evaluated against."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from relay_core.audience.conditions.fields import Catalogue
from relay_core.audience.policy import Policy
from relay_core.audience.resolving.gathering import UserSearch
from relay_core.errors import AudienceError
from relay_core.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The mirror, Zendesk, and the rules of this installation."""

    database: Database
    catalogue: Catalogue
    zone: ZoneInfo
    """The account's time zone, in which a day begins and ends."""
    search: UserSearch | None
    """None while no account is connected: queries are then refused, conditions are not."""
    region: str
    """Country of phone numbers written without a plus sign, ISO 3166."""
    audience_cap: int
    policy: Policy

    def connected(self) -> UserSearch:
        """Return Zendesk's search.

        Raises:
            AudienceError: No account is connected.
        """
        if self.search is None:
            raise AudienceError(
                "no account to search",
                advice="A query is answered by Zendesk. Connect an account, or use conditions.",
            )
        return self.search
