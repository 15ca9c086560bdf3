"""Every route of the Zendesk account, in the order in which they are tried."""

from typing import Final

from relay_core.sandbox.support import (
    accounts,
    custom_objects,
    incremental,
    oauth,
    searches,
    talk,
    tickets,
    triggers,
    user_changes,
    users,
)

routes: Final = [
    *searches.routes,
    *oauth.routes,
    *users.routes,
    *user_changes.routes,
    *incremental.routes,
    *accounts.routes,
    *tickets.routes,
    *custom_objects.routes,
    *talk.routes,
    *triggers.routes,
]
