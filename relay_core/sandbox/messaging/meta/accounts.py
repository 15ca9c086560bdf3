"""WhatsApp Business Accounts: each has its own templates, whatever number sends them."""

from typing import Final

from relay_core.sandbox.clock import Clock
from relay_core.sandbox.messaging.integrations import Channel, Integration
from relay_core.sandbox.messaging.meta.book import TemplateBook
from relay_core.sandbox.messaging.meta.seeding import Seed


class WhatsAppAccounts:
    """The template books of the world, by the id of their account."""

    def __init__(self, clock: Clock) -> None:
        """Begin without any account."""
        self._clock = clock
        self._books: Final[dict[str, TemplateBook]] = {}

    def open(self, integration: Integration, seeds: tuple[Seed, ...] = ()) -> None:
        """Make sure that the account of an integration has a book; an older one is kept."""
        account_id = account_of(integration)
        if account_id is not None:
            book = TemplateBook(self._clock, seeds, account_id=account_id)
            self._books.setdefault(account_id, book)

    def book_of(self, integration: Integration) -> TemplateBook | None:
        """Return the templates of an integration, or None when it has no account to manage."""
        account_id = account_of(integration)
        return None if account_id is None else self._books.get(account_id)

    def all(self) -> dict[str, TemplateBook]:
        """Return every book by the id of its account."""
        return dict(self._books)


def account_of(integration: Integration) -> str | None:
    """Return the id of the account whose templates an integration manages, or None.

    Both settings are needed. Source: the OpenAPI document of Sunshine Conversations, which calls
    `accountManagementAccessToken` the token to query the account's management API with.
    """
    details = integration.details
    if integration.channel is not Channel.WHATSAPP or not details.get(
        "accountManagementAccessToken"
    ):
        return None
    account_id = details.get("accountId")
    return str(account_id) if account_id else None
