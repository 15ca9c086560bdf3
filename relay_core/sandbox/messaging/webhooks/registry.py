"""The v1.1 webhooks that somebody registered with the stand-in Sunco app."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

TRIGGERS: Final = frozenset(
    {
        "appUser:delete",
        "client:add",
        "client:remove",
        "conversation:read",
        "conversation:referral",
        "conversation:start",
        "link:failure",
        "link:match",
        "link:success",
        "merge:appUser",
        "message:appMaker",
        "message:appUser",
        "message:delivery:channel",
        "message:delivery:failure",
        "message:delivery:user",
        "notification:delivery:channel",
        "notification:delivery:failure",
        "notification:delivery:user",
        "payment:success",
        "postback",
        "typing:appUser",
    }
)

DEFAULT_TRIGGERS: Final = ("message:appUser",)


class WebhookRefusedError(ValueError):
    """The wanted webhook is not one; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where to post which events, and the secret that the receiver knows them by."""

    id: str
    target: str
    triggers: Sequence[str]
    secret: str
    include_client: bool
    include_full_app_user: bool

    def as_json(self) -> dict[str, Any]:
        """Say it as the v1.1 API does."""
        return {
            "_id": self.id,
            "version": "v1.1",
            "triggers": list(self.triggers),
            "secret": self.secret,
            "target": self.target,
            "includeClient": self.include_client,
            "includeFullAppUser": self.include_full_app_user,
        }


class WebhookRegistry:
    """All registered webhooks, in the order of their registration."""

    def __init__(self, dice: random.Random) -> None:
        """Begin empty; ids and secrets come from `dice`."""
        self._dice = dice
        self._webhooks: dict[str, Webhook] = {}

    def all(self) -> list[Webhook]:
        """Return every webhook."""
        return list(self._webhooks.values())

    def find(self, webhook_id: str) -> Webhook | None:
        """Return one webhook, or None."""
        return self._webhooks.get(webhook_id)

    def listening(self, trigger: str) -> list[Webhook]:
        """Return the webhooks that asked for this trigger."""
        return [each for each in self._webhooks.values() if trigger in each.triggers]

    def register(self, wanted: Mapping[str, Any]) -> Webhook:
        """Add a webhook with a fresh secret.

        Raises:
            WebhookRefusedError: no usable target, or a trigger that does not exist.
        """
        webhook = _changed(
            Webhook(
                id=f"{self._dice.getrandbits(96):024x}",
                target="",
                triggers=DEFAULT_TRIGGERS,
                secret=f"{self._dice.getrandbits(160):040x}",
                include_client=False,
                include_full_app_user=False,
            ),
            wanted,
        )
        if not webhook.target:
            raise WebhookRefusedError("target is required")
        self._webhooks[webhook.id] = webhook
        return webhook

    def change(self, webhook: Webhook, wanted: Mapping[str, Any]) -> Webhook:
        """Change what is named of a webhook; id and secret stay.

        Raises:
            WebhookRefusedError: no usable target, or a trigger that does not exist.
        """
        changed = _changed(webhook, wanted)
        self._webhooks[webhook.id] = changed
        return changed

    def remove(self, webhook: Webhook) -> None:
        """Forget a webhook: no event comes about for it any more."""
        self._webhooks.pop(webhook.id, None)


def _changed(webhook: Webhook, wanted: Mapping[str, Any]) -> Webhook:
    return replace(
        webhook,
        target=_target(wanted["target"]) if "target" in wanted else webhook.target,
        triggers=_triggers(wanted["triggers"]) if "triggers" in wanted else webhook.triggers,
        include_client=bool(wanted.get("includeClient", webhook.include_client)),
        include_full_app_user=bool(wanted.get("includeFullAppUser", webhook.include_full_app_user)),
    )


def _target(value: object) -> str:
    try:
        url = urlsplit(str(value))
        is_usable = url.scheme in {"http", "https"} and bool(url.hostname) and url.port != 0
    except ValueError as error:
        raise WebhookRefusedError("target is not a URL") from error
    if not is_usable:
        raise WebhookRefusedError("target must be an http or https URL")
    return str(value)


def _triggers(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise WebhookRefusedError("triggers must be a list with at least one trigger")
    if unknown := {str(each) for each in value} - TRIGGERS:
        raise WebhookRefusedError(f"unknown triggers: {', '.join(sorted(unknown))}")
    return tuple(dict.fromkeys(value))
