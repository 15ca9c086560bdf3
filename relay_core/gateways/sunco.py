"""Sunshine Conversations: integrations, WhatsApp templates, webhooks, and the send itself."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from relay_core.errors import AnswerUnknown, GatewayError
from relay_core.gateways.channel import Outgoing
from relay_core.gateways.http_errors import error_of
from relay_core.gateways.http_outcomes import outcome_of_failure, outcome_of_refusal
from relay_core.gateways.outcomes import Accepted, OutcomeUnknown, SendOutcome, Unreachable
from relay_core.gateways.reader import JsonObject, Reader, answer, client, parsed, unreachable
from relay_core.gateways.sunco_records import (
    CreatedTemplate,
    Integration,
    IntegrationPage,
    MessageTemplate,
    MessageTemplatePage,
    NotificationAnswer,
    Webhook,
    WebhookAnswer,
    WebhookList,
)
from relay_core.options.account import Account

_NAME: Final = "Sunshine Conversations"
TRIGGERS: Final = (
    "notification:delivery:channel",
    "notification:delivery:user",
    "notification:delivery:failure",
    "message:appUser",
)
"""What Relay wants to be told. Delivery of notifications exists in v1.1 only."""


class SunshineConversations:
    """The app of one account, for everything but sending."""

    def __init__(self, http: httpx.Client, *, app_id: str) -> None:
        """Use `sunshine_conversations` to build one from an account."""
        self._http = http
        self._app_id = app_id
        self._reader = Reader(http, name=_NAME)

    def app_name(self) -> str:
        """Return the app's name; proves that app id and key fit."""
        body = self._reader.get(f"/v2/apps/{self._app_id}")
        app = body.get("app")
        return (
            str(app.get("displayName") or self._app_id) if isinstance(app, dict) else self._app_id
        )

    def integrations(self) -> list[Integration]:
        """Return the channels that can carry notifications."""
        params: dict[str, str | int] = {
            "filter[types]": "whatsapp,twilio,messagebird",
            "page[size]": 100,
        }
        found: list[Integration] = []
        while True:
            body = self._reader.get(f"/v2/apps/{self._app_id}/integrations", params)
            page = parsed(IntegrationPage, body, what=_NAME)
            found += page.integrations
            if not (page.meta.hasMore and page.meta.afterCursor):
                return found
            params["page[after]"] = page.meta.afterCursor

    def message_templates(
        self, integration_id: str, *, name: str | None = None
    ) -> list[MessageTemplate]:
        """Return every WhatsApp template of an integration, each language by itself.

        Args:
            integration_id: Whose.
            name: Only the template of this name, in all its languages.
        """
        params: dict[str, str | int] = {"limit": 100} | ({"name": name} if name else {})
        found: list[MessageTemplate] = []
        while True:
            body = self._reader.get(self._templates(integration_id), params)
            page = parsed(MessageTemplatePage, body, what=_NAME)
            found += page.messageTemplates
            if not page.after or page.after == params.get("after"):
                return found
            params["after"] = page.after

    def create_template(self, integration_id: str, body: Mapping[str, Any]) -> MessageTemplate:
        """Submit a template to Meta. Not repeated by itself; a name is taken only once.

        Args:
            integration_id: Where.
            body: Name, language, category and components, as Meta documents them.

        Raises:
            AnswerUnknown: No answer, or a doubtful one: Meta may have it all the same.
            GatewayError: It was refused, with Meta's words.
        """
        answer = self._change("POST", self._templates(integration_id), body)
        try:
            return CreatedTemplate.model_validate(answer).messageTemplate
        except ValidationError as error:
            raise _in_doubt("unreadable answer") from error

    def delete_template(self, integration_id: str, name: str) -> None:
        """Delete a template in all its languages; one that is not there counts as deleted.

        Raises:
            AnswerUnknown: No answer, or a doubtful one: it may be deleted all the same.
            GatewayError: It was refused.
        """
        path = f"{self._templates(integration_id)}/{quote(name, safe='')}"
        response = self._requested("DELETE", path, None)
        if response.status_code != HTTPStatus.NOT_FOUND and not response.is_success:
            raise _refused(response)

    def ensure_webhook(self, target: str, *, is_stale: Callable[[str], bool]) -> Webhook:
        """Return the webhook that calls `target`, creating or correcting it when needed.

        Args:
            target: Where Sunco shall post.
            is_stale: Whether another webhook's target can be taken over, e.g. a port of this
                machine where a process listened that was killed.
        """
        path = f"/v1.1/apps/{self._app_id}/webhooks"
        listed = parsed(WebhookList, self._reader.get(path), what=_NAME).webhooks
        wanted = {"target": target, "triggers": list(TRIGGERS), "includeClient": True}
        for hook in listed:
            if hook.target == target and set(TRIGGERS) <= set(hook.triggers):
                return hook
        for hook in listed:
            if hook.target == target or is_stale(hook.target):
                body = self._change("PUT", f"{path}/{hook.id}", wanted)
                return parsed(WebhookAnswer, body, what=_NAME).webhook
        return parsed(WebhookAnswer, self._change("POST", path, wanted), what=_NAME).webhook

    def replace_webhook(self, target: str, *, use: Callable[[Webhook], None]) -> None:
        """Register `target` anew, which gives it another secret, then remove what was there.

        While both are there each event comes twice, by either secret, so none is missed.

        Args:
            target: Where Sunco posts.
            use: Called with the new webhook, before the old one is removed.
        """
        path = f"/v1.1/apps/{self._app_id}/webhooks"
        listed = parsed(WebhookList, self._reader.get(path), what=_NAME).webhooks
        wanted = {"target": target, "triggers": list(TRIGGERS), "includeClient": True}
        use(parsed(WebhookAnswer, self._change("POST", path, wanted), what=_NAME).webhook)
        for hook in listed:
            if hook.target == target:
                self._change("DELETE", f"{path}/{hook.id}", None)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _templates(self, integration_id: str) -> str:
        return f"/v1.1/apps/{self._app_id}/integrations/{integration_id}/messageTemplates"

    def _change(self, method: str, path: str, body: Mapping[str, Any] | None) -> JsonObject:
        response = self._requested(method, path, body)
        if not response.is_success:
            raise _refused(response)
        try:
            return answer(response, what=_NAME)
        except GatewayError as error:
            raise _in_doubt("unreadable answer") from error

    def _requested(self, method: str, path: str, body: Mapping[str, Any] | None) -> httpx.Response:
        try:
            return self._http.request(method, path, json=body)
        except httpx.TransportError as error:
            if isinstance(outcome_of_failure(error), Unreachable):
                raise unreachable(_NAME, error) from error
            raise _in_doubt(type(error).__name__) from error


def _refused(response: httpx.Response) -> GatewayError:
    if isinstance(outcome_of_refusal(response), OutcomeUnknown):
        return _in_doubt(f"HTTP {response.status_code}")
    return error_of(response, what=_NAME)


def _in_doubt(what: str) -> AnswerUnknown:
    return AnswerUnknown(
        f"{_NAME}: {what}",
        advice=f"{_NAME} gave no clear answer ({what}), so it may have done what was asked. "
        "Refresh to find out; asking once more is safe.",
    )


class SunshineChannel:
    """The `Channel` of the Notification API: WhatsApp, Twilio, MessageBird.

    The API knows no idempotency key, so what got no answer stays unknown.
    """

    def __init__(self, http: httpx.Client, *, app_id: str) -> None:
        """Use `sunshine_channel` to build one from an account."""
        self._http = http
        self._path = f"/v1.1/apps/{app_id}/notifications"

    def make_ready(self) -> None:
        """Do nothing: a key signs, and it is at hand."""

    def send(self, outgoing: Outgoing) -> SendOutcome:
        """Try once. See `relay_core.gateways.channel.Channel`."""
        try:
            response = self._http.post(self._path, json=_payload(outgoing))
        except httpx.TransportError as error:
            return outcome_of_failure(error)
        if not response.is_success:
            return outcome_of_refusal(response)
        try:
            return Accepted(
                NotificationAnswer.model_validate_json(response.content).notification.id
            )
        except ValidationError:
            return OutcomeUnknown("unreadable_answer")

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def _payload(outgoing: Outgoing) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "destination": {
            "integrationId": outgoing.integration_id,
            "destinationId": outgoing.phone,
        },
        "author": {"role": "appMaker"},
        "message": outgoing.message,
        "metadata": dict(outgoing.reference),
    }
    if outgoing.message.get("type") == "template":
        payload["messageSchema"] = "whatsapp"
    return payload


def sunshine_conversations(
    account: Account, *, timeout_s: float, auth: httpx.Auth | None = None
) -> SunshineConversations:
    """Return the app that these credentials open, or `auth` in their place."""
    auth = auth or httpx.BasicAuth(*account.sunco_key)
    http = client(url=account.sunco_url, auth=auth, timeout_s=timeout_s)
    return SunshineConversations(http, app_id=account.sunco_app_id)


def sunshine_channel(
    account: Account, *, timeout_s: float, auth: httpx.Auth | None = None
) -> SunshineChannel:
    """Return a channel with connections of its own: one for each lane. `auth` as above."""
    auth = auth or httpx.BasicAuth(*account.sunco_key)
    http = client(url=account.sunco_url, auth=auth, timeout_s=timeout_s)
    return SunshineChannel(http, app_id=account.sunco_app_id)
