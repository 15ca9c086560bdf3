"""Zendesk Talk around the send: its lines, the triggers that text, and what became of texts."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import httpx

from relay_core.errors import AnswerUnknown
from relay_core.gateways.http_errors import error_of
from relay_core.gateways.http_outcomes import outcome_of_failure, outcome_of_refusal
from relay_core.gateways.outcomes import OutcomeUnknown, Unreachable
from relay_core.gateways.reader import Reader, answer, client, parsed, unreachable
from relay_core.gateways.talk_records import (
    Comment,
    CommentPage,
    HistoryPage,
    HistoryText,
    PhoneLine,
    PhoneLinePage,
    Trigger,
    TriggerAnswer,
    TriggerPage,
)
from relay_core.gateways.zendesk_sign_in import signed_in
from relay_core.log import log
from relay_core.options.account import Account

_NAME: Final = "Zendesk Talk"
_PAGE: Final = 100
_MOST_PAGES: Final = 100
"""Of the history, at one look: ten thousand texts. What lies beyond them is not read."""


class TalkText:
    """Talk's texting, for everything but sending."""

    def __init__(self, http: httpx.Client) -> None:
        """Use `talk_text` to build one from an account."""
        self._http = http
        self._reader = Reader(http, name=_NAME)

    def lines(self) -> list[PhoneLine]:
        """Return every number of the account, also those that cannot text.

        Raises:
            AccessDenied: The account has no Talk, or it is closed to these credentials.
            NoSuchRecord: The account has no Talk.
        """
        pages = self._reader.pages(
            "/api/v2/channels/voice/phone_numbers",
            {"minimal_mode": "true", "per_page": _PAGE},
            page=PhoneLinePage,
            next_url=lambda page: page.next_page,
        )
        return [line for page in pages for line in page.phone_numbers]

    def triggers(self) -> list[Trigger]:
        """Return every trigger of the account, active or not, in the order they are tried."""
        pages = self._reader.pages(
            "/api/v2/triggers",
            {"page[size]": _PAGE},
            page=TriggerPage,
            next_url=lambda page: page.links.next if page.meta.has_more else None,
        )
        return [trigger for page in pages for trigger in page.triggers]

    def create_trigger(self, trigger: Mapping[str, Any]) -> Trigger:
        """Make a trigger. Not repeated by itself.

        Raises:
            AnswerUnknown: No answer, or a doubtful one: it may have been made all the same.
            GatewayError: It was refused.
        """
        try:
            response = self._http.post("/api/v2/triggers", json={"trigger": trigger})
        except httpx.TransportError as error:
            if isinstance(outcome_of_failure(error), Unreachable):
                raise unreachable(_NAME, error) from error
            raise _in_doubt(type(error).__name__) from error
        if not response.is_success:
            if isinstance(outcome_of_refusal(response), OutcomeUnknown):
                raise _in_doubt(f"HTTP {response.status_code}")
            raise error_of(response, what="Zendesk triggers")
        return parsed(TriggerAnswer, answer(response, what=_NAME), what=_NAME).trigger

    def history(self, *, after: int, oldest: datetime) -> list[HistoryText]:
        """Return the texts of all lines that are new, oldest first.

        The list is not documented. It is read newest first, and only as far as needed.

        Args:
            after: Id of the last text that needs no other look.
            oldest: Earlier texts are of no interest.
        """
        found: list[HistoryText] = []
        for count, page in enumerate(self._history_pages(), start=1):
            new = [t for t in page.messages if t.id > after and t.created_at >= oldest]
            found += new
            if len(new) < len(page.messages):
                break
            if count == _MOST_PAGES:
                log().warning("talk.history_cut", pages=count)
                break
        return sorted({text.id: text for text in found}.values(), key=lambda text: text.id)

    def comments(self, ticket_id: int) -> list[Comment]:
        """Return what was written on a ticket, oldest first."""
        pages = self._reader.pages(
            f"/api/v2/tickets/{ticket_id}/comments",
            {"page[size]": _PAGE},
            page=CommentPage,
            next_url=lambda page: page.links.next if page.meta.has_more else None,
        )
        return [comment for page in pages for comment in page.comments]

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _history_pages(self) -> Iterator[HistoryPage]:
        return self._reader.pages(
            "/api/v2/channels/sms/message_history.json",
            {"per_page": _PAGE},
            page=HistoryPage,
            next_url=lambda page: page.next_page,
        )


def _in_doubt(what: str) -> AnswerUnknown:
    return AnswerUnknown(
        f"{_NAME}: {what}",
        advice=f"Zendesk gave no clear answer ({what}), so the trigger may be there all the same. "
        "Run `relay talk setup` again: it looks first.",
    )


def talk_text(account: Account, *, timeout_s: float, auth: httpx.Auth | None = None) -> TalkText:
    """Return Talk's texting as these credentials open it, or `auth` in their place."""
    auth = auth or signed_in(account, timeout_s=timeout_s)
    return TalkText(client(url=account.zendesk_url, auth=auth, timeout_s=timeout_s))
