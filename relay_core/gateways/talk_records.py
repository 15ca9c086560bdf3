"""What Zendesk says of Talk, triggers and texted tickets, as far as Relay reads it."""

from datetime import datetime

from pydantic import BaseModel, Field


class Capabilities(BaseModel):
    """What a number can do at its carrier."""

    sms: bool = False


class PhoneLine(BaseModel):
    """One number of the account."""

    id: int
    number: str
    nickname: str | None = None
    display_number: str | None = None
    capabilities: Capabilities = Field(default_factory=Capabilities)
    sms_enabled: bool = False
    """Whether somebody switched texting on."""
    line_type: str = "phone"

    @property
    def name(self) -> str:
        """What people call it."""
        return self.nickname or self.display_number or self.number


class PhoneLinePage(BaseModel):
    """A page of numbers."""

    phone_numbers: tuple[PhoneLine, ...]
    next_page: str | None = None


class Clause(BaseModel):
    """A condition of a trigger."""

    field: str
    operator: str | None = None
    value: object = None


class Clauses(BaseModel):
    """All of these must hold, and any of those."""

    all: tuple[Clause, ...] | None = None
    any: tuple[Clause, ...] | None = None


class Deed(BaseModel):
    """What a trigger does."""

    field: str
    value: object = None


class Trigger(BaseModel):
    """One trigger of the account."""

    id: int
    title: str
    active: bool = True
    position: int | None = None
    conditions: Clauses = Field(default_factory=Clauses)
    actions: tuple[Deed, ...] = ()


class CursorMeta(BaseModel):
    """Whether a cursor leads on."""

    has_more: bool = False


class CursorLinks(BaseModel):
    """Where a cursor leads."""

    next: str | None = None


class TriggerPage(BaseModel):
    """A page of triggers."""

    triggers: tuple[Trigger, ...]
    meta: CursorMeta = Field(default_factory=CursorMeta)
    links: CursorLinks = Field(default_factory=CursorLinks)


class TriggerAnswer(BaseModel):
    """A trigger that was made."""

    trigger: Trigger


class HistoryText(BaseModel):
    """One text that a line sent or received, by the message history."""

    id: int
    sender: str = Field(alias="from")
    recipient: str = Field(alias="to")
    direction: str
    status: str | None = None
    customer_id: int | None = None
    ticket_id: int | None = None
    created_at: datetime
    updated_at: datetime | None = None


class HistoryPage(BaseModel):
    """A page of texts, newest first."""

    messages: tuple[HistoryText, ...]
    next_page: str | None = None


class Comment(BaseModel):
    """What somebody wrote on a ticket."""

    id: int
    author_id: int | None = None
    body: str | None = None
    plain_body: str | None = None
    created_at: datetime


class CommentPage(BaseModel):
    """A page of comments."""

    comments: tuple[Comment, ...]
    meta: CursorMeta = Field(default_factory=CursorMeta)
    links: CursorLinks = Field(default_factory=CursorLinks)


class NewTicket(BaseModel):
    """A ticket that was made."""

    id: int


class NewTicketAnswer(BaseModel):
    """The answer to making one."""

    ticket: NewTicket
