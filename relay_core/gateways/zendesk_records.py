"""Zendesk's records, as far as Relay reads them. Unknown fields are tolerated."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Record(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class ZendeskUser(_Record):
    """One user. Source: contracts of the Users API; every optional field may be null."""

    id: int
    name: str = ""
    email: str | None = None
    role: str = "end-user"
    phone: str | None = None
    shared_phone_number: bool | None = None
    locale: str | None = None
    time_zone: str | None = Field(None, alias="iana_time_zone")
    organization_id: int | None = None
    organization_ids: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    user_fields: dict[str, Any] = Field(default_factory=dict)
    notes: str | None = None
    details: str | None = None
    external_id: str | None = None
    verified: bool | None = None
    suspended: bool | None = None
    active: bool | None = None
    last_login_at: datetime | None = None
    created_at: datetime
    updated_at: datetime


class UserPage(_Record):
    """A page of the incremental user export."""

    users: tuple[ZendeskUser, ...]
    after_cursor: str | None = None
    end_of_stream: bool = False


class _Links(_Record):
    next: str | None = None


class _Meta(_Record):
    has_more: bool = False


class SearchPage(_Record):
    """A page of the search export."""

    results: tuple[ZendeskUser, ...]
    meta: _Meta = _Meta()
    links: _Links = _Links()


class SearchCount(_Record):
    """How many records a search has, by its index."""

    count: int


class UserFieldOption(_Record):
    """A choice of a dropdown or multi-select field; `value` is the tag that is stored."""

    name: str
    value: str


class UserField(_Record):
    """One custom user field."""

    key: str
    title: str
    type: str
    active: bool = True
    position: int = 0
    custom_field_options: tuple[UserFieldOption, ...] | None = None


class UserFieldPage(_Record):
    """A page of user fields."""

    user_fields: tuple[UserField, ...]
    meta: _Meta = _Meta()
    links: _Links = _Links()


class Organization(_Record):
    """One organization."""

    id: int
    name: str


class OrganizationPage(_Record):
    """A page of organizations."""

    organizations: tuple[Organization, ...]
    meta: _Meta = _Meta()
    links: _Links = _Links()


class Me(_Record):
    """Who the credentials belong to. Anonymous visitors get an id of null, with HTTP 200."""

    id: int | None
    name: str = ""
    email: str | None = None
    role: str = "end-user"


class MeAnswer(_Record):
    """The envelope of `Me`."""

    user: Me
