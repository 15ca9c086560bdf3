"""The senders of the stand-in Sunco app: three to begin with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final


class Channel(StrEnum):
    """The kinds of integration that can send notifications here."""

    WHATSAPP = "whatsapp"
    TWILIO = "twilio"
    MESSAGEBIRD = "messagebird"


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """One sender of the app, with the fields that only its type has."""

    id: str
    channel: Channel
    display_name: str
    details: Mapping[str, Any]
    status: str = "active"

    @property
    def is_active(self) -> bool:
        """Tell whether it may send."""
        return self.status == "active"

    def as_v2(self) -> dict[str, Any]:
        """Say it as the v2 API does."""
        return {"id": self.id, **self._common(), **self.details}

    def as_v1(self) -> dict[str, Any]:
        """Say it as the v1.1 API does: the same facts under `_id`."""
        return {"_id": self.id, **self._common(), **self.details}

    def _common(self) -> dict[str, Any]:
        return {
            "type": self.channel.value,
            "status": self.status,
            "displayName": self.display_name,
        }


WHATSAPP: Final = Integration(
    id="5e4af71a81966cfff3ef6550",
    channel=Channel.WHATSAPP,
    display_name="WhatsApp Sandbox",
    details=MappingProxyType(
        {
            "hsmFallbackLanguage": "en_US",
            "accountId": "1029384756",
            "accountManagementAccessToken": "sandbox-account-token",
            "phoneNumber": "15144441919",
        }
    ),
)

TWILIO: Final = Integration(
    id="5e4af71a81966cfff3ef6551",
    channel=Channel.TWILIO,
    display_name="Twilio Sandbox",
    details=MappingProxyType(
        {
            "accountSid": "ACa1b4c65ee0722712fab89867cb14eac7",
            "phoneNumberSid": "PN0674df0ecee0c9819bca0ff0bc0a159e",
        }
    ),
)

MESSAGEBIRD: Final = Integration(
    id="5e4af71a81966cfff3ef6552",
    channel=Channel.MESSAGEBIRD,
    display_name="MessageBird Sandbox",
    details=MappingProxyType(
        {
            "originator": "12262121021",
            "webhookSecret": "72ade38394d1da51566cede33bd1e67e",
        }
    ),
)

ALL: Final = (WHATSAPP, TWILIO, MESSAGEBIRD)


def another_whatsapp(known: int) -> Integration:
    """Return one more WhatsApp number with an account of its own, when `known` are there."""
    return replace(
        WHATSAPP,
        id=f"5e4af71a81966cfff3ef6{0x550 + known:03x}",
        display_name=f"WhatsApp Sandbox {known}",
        details={
            **WHATSAPP.details,
            "accountId": f"10293847{56 + known}",
            "accountManagementAccessToken": f"sandbox-account-token-{known}",
            "phoneNumber": f"151444419{19 + known}",
        },
    )
