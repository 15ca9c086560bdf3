"""The `Channel` of Zendesk Talk: a ticket that the account's trigger turns into a text."""

from http import HTTPStatus
from typing import Any, Final

import httpx
from pydantic import ValidationError

from relay_core.errors import AccessDenied, GatewayError
from relay_core.gateways.channel import Outgoing
from relay_core.gateways.http_outcomes import outcome_of_failure, outcome_of_refusal
from relay_core.gateways.outcomes import (
    Accepted,
    OutcomeUnknown,
    Rejected,
    SendOutcome,
    Unreachable,
)
from relay_core.gateways.reader import client
from relay_core.gateways.renewable import sign_in_ahead
from relay_core.gateways.talk_lanes import MARKER_TAG, TICKET_PREFIX, line_of, line_tag
from relay_core.gateways.talk_records import NewTicketAnswer
from relay_core.gateways.zendesk_sign_in import signed_in
from relay_core.options.account import Account

_PATH: Final = "/api/v2/tickets"


class TalkTextChannel:
    """Texts by tickets, because Zendesk has no public call that sends one.

    Each request carries the delivery's idempotency key. So the same request may be made again
    within `relay_core.gateways.talk_lanes.REPEATABLE_FOR`: Zendesk then answers with the ticket
    that it made the first time, and no second text leaves. For that the body has to be the same
    to the byte: it is built from what is frozen with the run, and from nothing else.
    """

    def __init__(self, http: httpx.Client) -> None:
        """Use `talk_text_channel` to build one from an account."""
        self._http = http

    def make_ready(self) -> SendOutcome | None:
        """Sign in, where the sign-in is over or about to be."""
        try:
            sign_in_ahead(self._http.auth)
        except GatewayError as error:
            return _not_signed_in(error)
        return None

    def send(self, outgoing: Outgoing) -> SendOutcome:
        """Try once. See `relay_core.gateways.channel.Channel`."""
        line, text = line_of(outgoing.integration_id), outgoing.message.get("text")
        if line is None or outgoing.person_id is None or not text or not outgoing.key:
            return Rejected("unsendable", "A line, a person, a text and a key are needed.")
        body = _ticket(outgoing, line=line, person_id=outgoing.person_id, text=str(text))
        try:
            response = self._http.post(
                _PATH, json={"ticket": body}, headers={"Idempotency-Key": outgoing.key}
            )
        except httpx.TransportError as error:
            return outcome_of_failure(error)
        except GatewayError as error:  # signing in comes first, so no ticket was asked for
            return _not_signed_in(error)
        return _outcome_of(response)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def _not_signed_in(error: GatewayError) -> SendOutcome:
    if isinstance(error, AccessDenied):
        return Rejected("sign_in", error.advice, lane_fault=True)
    return Unreachable(type(error).__name__)


def _outcome_of(response: httpx.Response) -> SendOutcome:
    if _is_about_the_key(response):
        return OutcomeUnknown("key_reused")
    if not response.is_success:
        return outcome_of_refusal(response)
    try:
        ticket = NewTicketAnswer.model_validate_json(response.content).ticket
    except ValidationError:
        return OutcomeUnknown("unreadable_answer")
    return Accepted(str(ticket.id))


def _is_about_the_key(response: httpx.Response) -> bool:
    """Whether the key was used before, for another body or by a request still under way.

    Then an earlier request left, and this answer does not say what became of it.
    """
    if response.status_code == HTTPStatus.CONFLICT:
        return True
    if response.status_code != HTTPStatus.BAD_REQUEST:
        return False
    try:
        body = response.json()
    except ValueError:
        return False
    return isinstance(body, dict) and body.get("error") == "IdempotentRequestError"


def _ticket(outgoing: Outgoing, *, line: int, person_id: int, text: str) -> dict[str, Any]:
    run, delivery = outgoing.reference["run"], outgoing.reference["delivery"]
    return {
        "requester_id": person_id,
        "subject": f"Text message (Relay run {run})",
        "comment": {"body": text, "public": True},
        "status": "pending",
        "tags": [MARKER_TAG, line_tag(line), f"relay_run_{run}"],
        "external_id": f"{TICKET_PREFIX}{run}-{delivery}",
    }


def talk_text_channel(
    account: Account, *, timeout_s: float, auth: httpx.Auth | None = None
) -> TalkTextChannel:
    """Return a channel with connections of its own: one for each lane. `auth` as in `zendesk`."""
    auth = auth or signed_in(account, timeout_s=timeout_s)
    return TalkTextChannel(client(url=account.zendesk_url, auth=auth, timeout_s=timeout_s))
