"""Zendesk Support: who exists, and what a search finds."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

import httpx

from relay_core.errors import AccessDenied, NoSuchRecord, NotFound
from relay_core.gateways.reader import (
    JsonObject,
    Reader,
    Waits,
    answer,
    client,
    parsed,
    unreachable,
)
from relay_core.gateways.zendesk_records import (
    AccountSettings,
    AccountSettingsAnswer,
    Group,
    GroupMembershipPage,
    GroupPage,
    Me,
    MeAnswer,
    MembershipPage,
    Organization,
    OrganizationPage,
    SearchCount,
    SearchPage,
    Ticket,
    TicketAnswer,
    TicketPage,
    UserField,
    UserFieldPage,
    UserList,
    UserPage,
    ZendeskUser,
)
from relay_core.gateways.zendesk_sign_in import signed_in
from relay_core.options.account import Account

_NAME: Final = "Zendesk"
_EXPORT_PAGE: Final = 1000
"""Largest page of the exports; the rate limits count requests, not records."""
MOST_IDS: Final = 100
"""Most users that can be asked for by their ids in one call."""
_IDENTITIES: Final = {"include": "identities"}
"""A side-load: what users are known by comes beside them and costs no further call.

Source: Zendesk, side-loading related records; it holds for lists and for the export of users.
"""
_LIST_PAGE: Final = 100
"""Largest page of a list; numbered pages would end at 10,000 records, cursors do not."""


class Zendesk:
    """The Support API of one account."""

    def __init__(self, http: httpx.Client) -> None:
        """Use `zendesk` to build one from an account."""
        self._http = http
        self._reader = Reader(http, name=_NAME)

    def me(self) -> Me:
        """Return whose credentials these are.

        Raises:
            AccessDenied: They are nobody's: Zendesk answers 200 for an anonymous visitor.
        """
        user = parsed(MeAnswer, self._reader.get("/api/v2/users/me"), what=_NAME).user
        if user.id is None:
            raise AccessDenied(
                "users/me is anonymous",
                advice="Zendesk does not know Relay's credentials. Check the e-mail and token, "
                "or the OAuth client.",
            )
        return user

    def requests_per_minute(self) -> int | None:
        """Return how many requests the account's plan allows; None where Zendesk does not tell."""
        try:
            response = self._http.get("/api/v2/users/me")
        except httpx.TransportError as error:
            raise unreachable(_NAME, error) from error
        told = response.headers.get("x-rate-limit", "")
        return int(told) if told.isdecimal() else None

    @property
    def waits(self) -> Waits:
        """What reading has waited for until now."""
        return self._reader.waits

    def account_settings(self) -> AccountSettings:
        """Return how the account is set up, as far as Relay asks."""
        body = self._reader.get("/api/v2/account/settings")
        return parsed(AccountSettingsAnswer, body, what=_NAME).settings

    def time_zone(self) -> str | None:
        """Return the IANA name of the account's time zone, else of the one who asks."""
        try:
            zone = self.account_settings().time_zone
        except AccessDenied:
            zone = None
        return zone or self.me().time_zone

    def users_since(self, cursor: str | None) -> UserPage:
        """Return the next page of the incremental export; the first one without a cursor.

        Raises:
            CursorExpired: The cursor is not known any more.
            AccessDenied: The export is for administrators.
        """
        path = "/api/v2/incremental/users/cursor"
        params: dict[str, str | int] = {"per_page": _EXPORT_PAGE, **_IDENTITIES}
        params |= {"cursor": cursor} if cursor else {"start_time": 0}
        return parsed(UserPage, _with_identities(self._reader.get(path, params)), what=_NAME)

    def tickets_since(self, cursor: str | None) -> TicketPage:
        """Return the next page of the tickets' export, a thousand unless told otherwise.

        Raises:
            CursorExpired: The cursor is not known any more.
            AccessDenied: The export is for administrators.
        """
        path = "/api/v2/incremental/tickets/cursor"
        params: dict[str, str | int] = {"cursor": cursor} if cursor else {"start_time": 0}
        return parsed(TicketPage, self._reader.get(path, params), what=_NAME)

    def ticket_of_conversation(self, conversation_id: str) -> Ticket | None:
        """Return the ticket that a conversation is in now: open, its messaging session going on.

        Documented: the path, the ticket, the 404 where no ticket is active, and that whoever asks
        needs the permission `view_private_content`. Unconfirmed: that the conversation of an
        answered notification is the one that webhooks name, and what a solved ticket counts as.

        Args:
            conversation_id: Of Sunshine Conversations.

        Raises:
            AccessDenied: These credentials may not read it.
        """
        path = f"/api/v2/tickets/messaging/conversations/{quote(conversation_id, safe='')}/ticket"
        try:
            body = self._reader.get(path)
        except NoSuchRecord:
            return None
        return parsed(TicketAnswer, body, what=_NAME).ticket

    def users_by_ids(self, ids: Sequence[int]) -> tuple[ZendeskUser, ...]:
        """Return those of these users who exist and are not deleted, in any order.

        Args:
            ids: At most `MOST_IDS`.

        Raises:
            ValueError: More ids than that.
        """
        if len(ids) > MOST_IDS:
            raise ValueError(f"at most {MOST_IDS} users at once")
        params = {"ids": ",".join(map(str, ids)), **_IDENTITIES}
        body = self._reader.get("/api/v2/users/show_many", params)
        return parsed(UserList, _with_identities(body), what=_NAME).users

    def organization_memberships(self, cursor: str | None) -> MembershipPage:
        """Return the page of memberships after the cursor; the first one without.

        Raises:
            CursorExpired: The cursor is not known any more.
        """
        params: dict[str, str | int] = {"page[size]": _LIST_PAGE}
        if cursor:
            params["page[after]"] = cursor
        body = self._reader.get("/api/v2/organization_memberships", params)
        return parsed(MembershipPage, body, what=_NAME)

    def user_fields(self) -> list[UserField]:
        """Return the active custom user fields."""
        pages = self._reader.pages(
            "/api/v2/user_fields",
            {"page[size]": _LIST_PAGE},
            page=UserFieldPage,
            next_url=lambda page: page.links.next if page.meta.has_more else None,
        )
        return [field for page in pages for field in page.user_fields if field.active]

    def organizations(self) -> list[Organization]:
        """Return every organization."""
        pages = self._reader.pages(
            "/api/v2/organizations",
            {"page[size]": _LIST_PAGE},
            page=OrganizationPage,
            next_url=lambda page: page.links.next if page.meta.has_more else None,
        )
        return [organization for page in pages for organization in page.organizations]

    def staff(self, email: str) -> ZendeskUser | None:
        """Return the member of the team who has exactly this e-mail address.

        Zendesk's search is wider than equality and finds end users too, so both are checked here.
        """
        body = self._reader.get("/api/v2/users/search", {"query": f'email:"{email}"'})
        found = parsed(UserList, body, what=_NAME).users
        same = [each for each in found if (each.email or "").casefold() == email.casefold()]
        return next((each for each in same if each.works_here), None)

    def groups(self) -> list[Group]:
        """Return every group of agents."""
        pages = self._reader.pages(
            "/api/v2/groups",
            {"page[size]": _LIST_PAGE},
            page=GroupPage,
            next_url=lambda page: page.links.next if page.meta.has_more else None,
        )
        return [group for page in pages for group in page.groups if not group.deleted]

    def groups_of(self, user_id: int) -> frozenset[int]:
        """Return the ids of an agent's groups."""
        pages = self._reader.pages(
            f"/api/v2/users/{user_id}/group_memberships",
            {"page[size]": _LIST_PAGE},
            page=GroupMembershipPage,
            next_url=lambda page: page.links.next if page.meta.has_more else None,
        )
        return frozenset(each.group_id for page in pages for each in page.group_memberships)

    def count_users(self, query: str) -> int:
        """Return how many users Zendesk's index has for a query."""
        body = self._reader.get("/api/v2/search/count", {"query": f"type:user {query}"})
        return parsed(SearchCount, body, what=_NAME).count

    def export_page(self, query: str, next_url: str | None) -> SearchPage:
        """Return one page of the search export, over users only.

        The export has no ceiling of its own (search stops at 1,000, users/search at 10,000). It
        refuses a `type:` in the query.

        Args:
            query: Without `type:`.
            next_url: `links.next` of the page before; None for the first one.

        Raises:
            GatewayError: Zendesk could not be asked, or the link leads to another host.
        """
        if next_url is not None:
            return parsed(SearchPage, self._reader.follow(next_url), what=_NAME)
        asked: dict[str, str | int] = {"query": query, "filter[type]": "user"}
        asked["page[size]"] = _EXPORT_PAGE
        return parsed(SearchPage, self._reader.get("/api/v2/search/export", asked), what=_NAME)

    def add_tag(self, user_id: int, tag: str) -> None:
        """Give a user one tag and leave the others alone. Safe to repeat; tried once.

        Raises:
            OutsideUnavailable: It may or may not be there now.
            NotFound: There is no such user.
            GatewayError: Zendesk refused.
        """
        self._change_tags("PUT", user_id, tag)

    def remove_tag(self, user_id: int, tag: str) -> None:
        """Take one tag from a user and leave the others alone. As `add_tag`."""
        self._change_tags("DELETE", user_id, tag)

    def _change_tags(self, method: str, user_id: int, tag: str) -> None:
        path = f"/api/v2/users/{user_id}/tags"
        try:
            response = self._http.request(method, path, json={"tags": [tag]})
        except httpx.TransportError as error:
            raise unreachable(_NAME, error) from error
        if response.status_code == 404:  # noqa: PLR2004 - HTTP's own number
            raise NotFound("no such user", advice=f"Zendesk has no user {user_id} any more.")
        answer(response, what=_NAME)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def _with_identities(body: JsonObject) -> JsonObject:
    """Put the identities that came beside the users into each of them."""
    beside = body.get("identities")
    users = body.get("users")
    if not isinstance(beside, list) or not isinstance(users, list):
        return body
    found: defaultdict[object, list[object]] = defaultdict(list)
    for each in beside:
        found[each.get("user_id") if isinstance(each, dict) else None].append(each)
    joined = [
        {**user, "identities": found[user.get("id")]} if isinstance(user, dict) else user
        for user in users
    ]
    return {**body, "users": joined}


def zendesk(account: Account, *, timeout_s: float, auth: httpx.Auth | None = None) -> Zendesk:
    """Return the Support API as these credentials open it, or `auth` in their place."""
    auth = auth or signed_in(account, timeout_s=timeout_s)
    return zendesk_signed_in(account.zendesk_url, auth, timeout_s=timeout_s)


def zendesk_signed_in(url: str, auth: httpx.Auth, *, timeout_s: float) -> Zendesk:
    """Return the Support API at an address, before there is a whole account."""
    return Zendesk(client(url=url, auth=auth, timeout_s=timeout_s))
