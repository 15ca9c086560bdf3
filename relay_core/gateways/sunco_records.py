"""Sunshine Conversations' records, as far as Relay reads them. Unknown fields are tolerated."""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)


class _Record(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Integration(_Record):
    """One channel of the app. Everything that depends on the type is optional."""

    id: str
    type: str
    status: str = "active"
    displayName: str | None = None  # noqa: N815 - the vendor's name
    phoneNumber: str | None = None  # noqa: N815 - the same
    originator: str | None = None


class _Meta(_Record):
    hasMore: bool = False  # noqa: N815 - the vendor's name
    afterCursor: str | None = None  # noqa: N815 - the same


class IntegrationPage(_Record):
    """A page of integrations."""

    integrations: tuple[Integration, ...]
    meta: _Meta = _Meta()


class MessageTemplate(_Record):
    """A WhatsApp template as Sunco lists it; `components` are Meta's."""

    name: str
    language: str
    status: str = "UNKNOWN"
    category: str = "UTILITY"
    components: tuple[dict[str, Any], ...] = ()
    id: str | None = None
    rejected_reason: str | None = None


class MessageTemplatePage(_Record):
    """A page of message templates; `after` is the next page's cursor, absent at the end."""

    messageTemplates: tuple[MessageTemplate, ...]  # noqa: N815 - the vendor's name
    after: str | None = None


class CreatedTemplate(_Record):
    """The envelope of a template just created."""

    messageTemplate: MessageTemplate  # noqa: N815 - the vendor's name


class Webhook(_Record):
    """One webhook; `secret` comes back as `X-API-Key` with each call."""

    id: str = Field(alias="_id")
    target: str
    triggers: tuple[str, ...] = ()
    secret: str


class WebhookList(_Record):
    """All webhooks of the app."""

    webhooks: tuple[Webhook, ...]


class WebhookAnswer(_Record):
    """The envelope of one webhook."""

    webhook: Webhook


class _Notification(_Record):
    id: str = Field(alias="_id", min_length=1)


class NotificationAnswer(_Record):
    """What an accepted message gets back: its id. Not a proof that it was sent."""

    notification: _Notification


_T = TypeVar("_T")


def _or_nothing(value: object, read: ValidatorFunctionWrapHandler) -> object:
    try:
        return read(value)
    except ValidationError:
        return None


Lenient = Annotated[_T, WrapValidator(_or_nothing)]
"""A part of a webhook that Relay can do without: an unexpected form of it reads as nothing, because
an event that is refused is never repeated."""


class _Id(_Record):
    id: str = Field("", alias="_id")


class _Match(_Record):
    conversation: Lenient[_Id | None] = None


class _Destination(_Record):
    integrationId: str | None = None  # noqa: N815 - the vendor's name
    destinationId: str | None = None  # noqa: N815 - the same


class _UnderlyingError(_Record):
    code: int | str | None = None
    message: str | None = None


class _Failure(_Record):
    code: int | str | None = None
    message: str | None = None
    underlyingError: Lenient[_UnderlyingError | None] = None  # noqa: N815 - the vendor's name


class DeliveryEvent(_Record):
    """A v1.1 webhook that tells what became of a notification."""

    trigger: Literal[
        "notification:delivery:channel",
        "notification:delivery:user",
        "notification:delivery:failure",
    ]
    timestamp: Lenient[float | None] = None
    """Seconds since 1970."""
    notification: _Notification
    destination: Lenient[_Destination | None] = None
    matchResult: Lenient[_Match | None] = None  # noqa: N815 - the vendor's name
    error: Lenient[_Failure | None] = None


class _ReplyMessage(_Record):
    id: str = Field(alias="_id", min_length=1)
    text: Lenient[str | None] = None
    payload: Lenient[str | None] = None
    """Of the button that was tapped, if one was."""
    received: Lenient[float | None] = None


class _Client(_Record):
    platform: str | None = None
    externalId: str | None = None  # noqa: N815 - the vendor's name


class ReplyEvent(_Record):
    """A v1.1 webhook with what a person wrote back."""

    trigger: Literal["message:appUser"]
    conversation: Lenient[_Id | None] = None
    client: Lenient[_Client | None] = None
    messages: tuple[_ReplyMessage, ...]
    timestamp: Lenient[float | None] = None
