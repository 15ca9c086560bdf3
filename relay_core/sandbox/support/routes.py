"""Every route of the Zendesk account, in the order in which they are tried."""

from typing import Final

from relay_core.sandbox.support import (
    accounts,
    consent,
    custom_objects,
    incremental,
    oauth,
    oauth_clients,
    searches,
    talk,
    tickets,
    triggers,
    user_changes,
    users,
)

routes: Final = [
    *searches.routes,
    *consent.routes,
    *oauth.routes,
    *oauth_clients.routes,
    *users.routes,
    *user_changes.routes,
    *incremental.routes,
    *accounts.routes,
    *tickets.routes,
    *custom_objects.routes,
    *talk.routes,
    *triggers.routes,
]
