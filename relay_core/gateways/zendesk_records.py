"""Zendesk's records, as far as Relay reads them. Unknown fields are tolerated."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Record(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Identity(_Record):
    """Something a user is known by. `subtype_name` is not documented and may be absent."""

    user_id: int
    type: str
    subtype_name: str | None = None
    value: str | None = None


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
    identities: tuple[Identity, ...] | None = None
    """None where they were not asked for: a search has none."""

    @property
    def works_here(self) -> bool:
        """Whether this is a member of the team who may sign in now."""
        return self.role in {"admin", "agent"} and self.active is not False and not self.suspended


class _ExportPage(_Record):
    after_cursor: str | None = None
    end_of_stream: bool = False

    @property
    def following(self) -> str | None:
        """The cursor of the next page, None behind the last."""
        return None if self.end_of_stream else self.after_cursor


class UserPage(_ExportPage):
    """A page of the incremental user export."""

    users: tuple[ZendeskUser, ...]


class UserList(_Record):
    """Users asked for by their ids."""

    users: tuple[ZendeskUser, ...]


class _Via(_Record):
    channel: str | int | None = None


class Ticket(_Record):
    """One ticket, as far as it says who asked, when and how, and who is in conversation."""

    id: int
    requester_id: int | None = None
    status: str
    """new, open, pending, hold, solved, closed; an export adds deleted."""
    created_at: datetime | None = None
    updated_at: datetime
    external_id: str | None = None
    via: _Via | None = None
    from_messaging_channel: bool | None = None
    """Whether it came by a messaging channel, such as WhatsApp."""

    @property
    def channel(self) -> str | None:
        """How it came, in Zendesk's word or number; None where it does not say."""
        named = self.via.channel if self.via else None
        return None if named is None else str(named)


class TicketAnswer(_Record):
    """The envelope of one `Ticket`."""

    ticket: Ticket


class TicketPage(_ExportPage):
    """A page of the incremental ticket export."""

    tickets: tuple[Ticket, ...]


class _Links(_Record):
    next: str | None = None


class _Meta(_Record):
    has_more: bool = False
    after_cursor: str | None = None


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


class Membership(_Record):
    """A user's belonging to an organization."""

    id: int
    user_id: int
    organization_id: int
    default: bool | None = None


class Group(_Record):
    """A group of agents."""

    id: int
    name: str
    deleted: bool = False


class GroupPage(_Record):
    """A page of groups."""

    groups: tuple[Group, ...]
    meta: _Meta = _Meta()
    links: _Links = _Links()


class GroupMembership(_Record):
    """An agent's belonging to a group."""

    group_id: int


class GroupMembershipPage(_Record):
    """A page of the groups of one agent."""

    group_memberships: tuple[GroupMembership, ...]
    meta: _Meta = _Meta()
    links: _Links = _Links()


class MembershipPage(_Record):
    """A page of organization memberships."""

    organization_memberships: tuple[Membership, ...]
    meta: _Meta = _Meta()

    @property
    def after_cursor(self) -> str | None:
        """The cursor behind this page."""
        return self.meta.after_cursor

    @property
    def following(self) -> str | None:
        """The cursor of the next page, None behind the last."""
        return self.meta.after_cursor if self.meta.has_more else None


class _Localization(_Record):
    iana_time_zone: str | None = None


class _UserSettings(_Record):
    multiple_organizations: bool | None = None


class _Features(_Record):
    voice: bool | None = None


class AccountSettings(_Record):
    """How an account is set up.

    Source: Account Settings API, Active Features, Localization and Users.
    """

    active_features: _Features = _Features()
    localization: _Localization = _Localization()
    user: _UserSettings = _UserSettings()

    @property
    def has_talk(self) -> bool | None:
        """Whether Zendesk Talk is switched on; None where the account does not say."""
        return self.active_features.voice

    @property
    def time_zone(self) -> str | None:
        """The account's time zone by its IANA name."""
        return self.localization.iana_time_zone

    @property
    def many_organizations(self) -> bool:
        """Whether a user may belong to several; supposed where the account does not say."""
        return self.user.multiple_organizations is not False


class AccountSettingsAnswer(_Record):
    """The envelope of `AccountSettings`."""

    settings: AccountSettings


class Me(_Record):
    """Who the credentials belong to. Anonymous visitors get an id of null, with HTTP 200."""

    id: int | None
    name: str = ""
    email: str | None = None
    role: str = "end-user"
    time_zone: str | None = Field(None, alias="iana_time_zone")


class MeAnswer(_Record):
    """The envelope of `Me`."""

    user: Me
