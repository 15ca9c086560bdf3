"""What the v1.1 webhooks say: the bodies of delivery reports and of replies."""

import base64
import hashlib
from typing import Any, Final

from relay_core.sandbox.credentials import SUNCO_APP_ID
from relay_core.sandbox.messaging.integrations import Channel, Integration
from relay_core.sandbox.messaging.messages import Notification, Refusal

CHANNEL: Final = "notification:delivery:channel"
USER: Final = "notification:delivery:user"
FAILURE: Final = "notification:delivery:failure"
REPLY: Final = "message:appUser"


def delivery(
    notification: Notification, trigger: str, *, at: float, is_final: bool
) -> dict[str, Any]:
    """Report that the provider took a message, or that the phone has it; `at` in Unix seconds."""
    outgoing = notification.outgoing
    return {
        **_envelope(notification, trigger, at=at, is_final=is_final),
        "externalMessages": [{"id": _external_id(notification)}],
        "matchResult": {
            "appUser": {
                "_id": app_user_id(outgoing.integration, outgoing.destination),
                "conversationStarted": True,
            },
            "conversation": {"_id": conversation_id(outgoing.integration, outgoing.destination)},
        },
    }


def failure(notification: Notification, refusal: Refusal, *, at: float) -> dict[str, Any]:
    """Report that a message will never arrive, in the words of its channel."""
    return {
        **_envelope(notification, FAILURE, at=at, is_final=True),
        "error": {
            "code": "uncategorized_error",
            "message": refusal.title,
            "underlyingError": _underlying(notification.outgoing.integration.channel, refusal),
        },
    }


def reply(
    integration: Integration, destination: str, text: str, *, at: float, with_client: bool
) -> dict[str, Any]:
    """Pass on what a phone says; `at` in Unix seconds."""
    user_id = app_user_id(integration, destination)
    channel = integration.channel.value
    body: dict[str, Any] = {
        "trigger": REPLY,
        "version": "v1.1",
        "timestamp": round(at, 3),
        "app": {"_id": SUNCO_APP_ID},
        "appUser": {"_id": user_id, "conversationStarted": True},
        "conversation": {"_id": conversation_id(integration, destination)},
        "messages": [
            {
                "_id": _hex("message", integration.id, destination, text, f"{at:.3f}"),
                "type": "text",
                "text": text,
                "role": "appUser",
                "authorId": user_id,
                "received": round(at, 3),
                "source": {"type": channel, "integrationId": integration.id},
            }
        ],
    }
    if with_client:
        body["client"] = {
            "_id": _hex("client", integration.id, destination),
            "platform": channel,
            "integrationId": integration.id,
            "externalId": destination.removeprefix("+"),
            "active": True,
            "primary": True,
        }
    return body


def app_user_id(integration: Integration, destination: str) -> str:
    """Return the one user that Sunco matches to this phone on this integration."""
    return _hex("appUser", integration.id, destination)


def conversation_id(integration: Integration, destination: str) -> str:
    """Return the one conversation of this phone on this integration."""
    return _hex("conversation", integration.id, destination)


def _envelope(
    notification: Notification, trigger: str, *, at: float, is_final: bool
) -> dict[str, Any]:
    outgoing = notification.outgoing
    return {
        "trigger": trigger,
        "version": "v1.1",
        "timestamp": round(at, 3),
        "app": {"_id": SUNCO_APP_ID},
        "notification": {"_id": notification.id},
        "destination": {
            "type": outgoing.integration.channel.value,
            "integrationId": outgoing.integration.id,
            "destinationId": outgoing.destination.removeprefix("+"),
        },
        "isFinalEvent": is_final,
    }


def _external_id(notification: Notification) -> str:
    digest = hashlib.sha256(notification.id.encode()).digest()
    match notification.outgoing.integration.channel:
        case Channel.WHATSAPP:
            return "wamid.HBgL" + base64.b64encode(digest[:24]).decode()
        case Channel.TWILIO:
            return "SM" + digest[:16].hex()
        case Channel.MESSAGEBIRD:
            return digest[:16].hex()


def _underlying(channel: Channel, refusal: Refusal) -> dict[str, Any]:
    match channel:
        case Channel.WHATSAPP:
            return {"status": 400, "message": f"(#{refusal.code}) {refusal.title}"}
        case Channel.TWILIO:
            return {
                "status": 400,
                "message": refusal.title,
                "code": refusal.code,
                "more_info": f"https://www.twilio.com/docs/errors/{refusal.code}",
            }
        case Channel.MESSAGEBIRD:
            return {"status": 422, "message": refusal.title, "code": refusal.code}


def _hex(*parts: str) -> str:
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:24]
