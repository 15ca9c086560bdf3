"""Zendesk Support: who exists, and what a search finds."""

from collections.abc import Generator, Iterator
from time import monotonic
from typing import Final

import httpx

from relay_core.errors import AccessDenied
from relay_core.gateways.reader import Reader, answer, client, parsed
from relay_core.gateways.zendesk_records import (
    Me,
    MeAnswer,
    Organization,
    OrganizationPage,
    SearchCount,
    SearchPage,
    UserField,
    UserFieldPage,
    UserPage,
    ZendeskUser,
)
from relay_core.settings import Account

_NAME: Final = "Zendesk"
_EXPORT_PAGE: Final = 1000
"""Largest page of the exports; the rate limits count requests, not records."""
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

    def users_since(self, cursor: str | None) -> UserPage:
        """Return the next page of the incremental export; the first one without a cursor."""
        path = "/api/v2/incremental/users/cursor"
        params: dict[str, str | int] = {"per_page": _EXPORT_PAGE}
        params |= {"cursor": cursor} if cursor else {"start_time": 0}
        return parsed(UserPage, self._reader.get(path, params), what=_NAME)

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

    def count_users(self, query: str) -> int:
        """Return how many users Zendesk's index has for a query."""
        body = self._reader.get("/api/v2/search/count", {"query": f"type:user {query}"})
        return parsed(SearchCount, body, what=_NAME).count

    def export_users(self, query: str) -> Iterator[tuple[ZendeskUser, ...]]:
        """Yield every user of a query, page by page.

        The export has no ceiling of its own (search stops at 1,000, users/search at 10,000). It
        refuses a `type:` in the query.
        """
        for page in self._reader.pages(
            "/api/v2/search/export",
            {"query": query, "filter[type]": "user", "page[size]": _EXPORT_PAGE},
            page=SearchPage,
            next_url=lambda page: page.links.next if page.meta.has_more else None,
        ):
            yield page.results

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


class _ClientCredentials(httpx.Auth):
    """OAuth's client-credentials grant: fetches a token, renews it before its end or on a 401."""

    requires_response_body = True
    _LIFETIME_S: Final = 7200
    _MARGIN_S: Final = 60

    def __init__(self, *, client_id: str, secret: str, url: str) -> None:
        self._grant = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": secret,
            "scope": "read write",
            "expires_in": self._LIFETIME_S,
        }
        self._url = f"{url}/oauth/tokens"
        self._token: str | None = None
        self._ends = 0.0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if self._token is None or monotonic() >= self._ends:
            self._keep((yield self._asking()))
        request.headers["Authorization"] = f"Bearer {self._token}"
        response = yield request
        if response.status_code == 401:  # noqa: PLR2004 - HTTP's own number
            self._keep((yield self._asking()))
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request

    def _asking(self) -> httpx.Request:
        return httpx.Request("POST", self._url, json=self._grant)

    def _keep(self, response: httpx.Response) -> None:
        body = answer(response, what="Zendesk's sign-in")
        self._token = str(body.get("access_token", ""))
        lifetime = body.get("expires_in") or self._LIFETIME_S
        self._ends = monotonic() + float(lifetime) - self._MARGIN_S


def zendesk(account: Account, *, timeout_s: float) -> Zendesk:
    """Return the Support API that these credentials open."""
    auth: httpx.Auth | tuple[str, str]
    if account.zendesk_oauth:
        client_id, secret = account.zendesk_oauth
        auth = _ClientCredentials(client_id=client_id, secret=secret, url=account.zendesk_url)
    else:
        auth = account.zendesk_basic or ("", "")
    return Zendesk(client(url=account.zendesk_url, auth=auth, timeout_s=timeout_s))
