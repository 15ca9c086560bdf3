"""The keywords that a search of users knows, Zendesk's own and the account's, and some it does not.

Source:
    Zendesk Support search reference; "Searching users, groups, and organizations".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

from relay_core.audience.conditions.fields import CUSTOM, Catalogue, Field
from relay_core.audience.conditions.operators import Kind


class Holds(StrEnum):
    """What a keyword's value is, and so how it is checked and explained."""

    TYPE = "type"  # what is searched
    SORTING = "sorting"  # by what, or in which direction, results are ordered
    PERSON = "person"  # an id, a name or an e-mail address
    WORDS = "words"
    ROLE = "role"
    EMAIL = "email"
    PHONE = "phone"
    TAGS = "tags"
    ORGANIZATION = "organization"  # by name or id
    GROUP = "group"  # by name or id; only team members have one
    IDENTIFIER = "identifier"  # compared as a whole
    WHATSAPP = "whatsapp"  # nobody documents how the value is written
    MOMENT = "moment"
    FLAG = "flag"  # true or false
    CHOICE = "choice"  # the tag of a drop-down's option
    CHOICES = "choices"  # a multi-select field; nobody documents that it is searched
    CHECKBOX = "checkbox"  # true or false
    NUMBER = "number"
    DATE = "date"
    LOOKUP = "lookup"  # not searched at all


class Support(StrEnum):
    """What Zendesk's documents say of a form."""

    DOCUMENTED = "documented"
    UNDOCUMENTED = "undocumented"
    NONE = "none"  # it has no meaning, or it is documented not to work


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword, and what may follow it."""

    name: str
    label: str
    """What people call it, as a sentence uses it."""
    holds: Holds
    none: Support = Support.NONE
    """The value `none`, for people of whom nothing is known."""
    star: Support = Support.NONE
    """An asterisk at the end of the value."""
    ranges: bool = False
    """Whether < > <= >= can stand instead of the colon."""
    field: Field | None = None
    """The field of the account, unless the keyword is Zendesk's own."""


_YES: Final = Support.DOCUMENTED
_PERHAPS: Final = Support.UNDOCUMENTED

ZENDESKS: Final[Mapping[str, Keyword]] = {
    keyword.name: keyword
    for keyword in (
        Keyword("type", "type", Holds.TYPE),
        Keyword("user", "id, name or e-mail address", Holds.PERSON),
        Keyword("name", "name", Holds.WORDS, none=_PERHAPS, star=_YES),
        Keyword("role", "role", Holds.ROLE),
        Keyword("email", "e-mail address", Holds.EMAIL, none=_YES),
        Keyword("phone", "phone number", Holds.PHONE, none=_YES),
        Keyword("tags", "tags", Holds.TAGS, none=_YES, star=_PERHAPS),
        Keyword("organization", "organization", Holds.ORGANIZATION, none=_YES, star=_PERHAPS),
        Keyword("group", "group", Holds.GROUP, none=_PERHAPS, star=_PERHAPS),
        Keyword("external_id", "external id", Holds.IDENTIFIER, none=_YES, star=_PERHAPS),
        Keyword("notes", "notes", Holds.WORDS, none=_PERHAPS, star=_YES),
        Keyword("details", "details", Holds.WORDS, none=_PERHAPS, star=_YES),
        Keyword("created", "day of creation", Holds.MOMENT, ranges=True),
        Keyword("updated", "day of the last change", Holds.MOMENT, ranges=True),
        Keyword("is_verified", "verification", Holds.FLAG),
        Keyword("is_suspended", "suspension", Holds.FLAG),
        Keyword("whatsapp", "WhatsApp identity", Holds.WHATSAPP, none=_PERHAPS, star=_PERHAPS),
        Keyword("order_by", "order", Holds.SORTING),
        Keyword("sort", "direction of the order", Holds.SORTING),
    )
}
"""Every documented keyword of a search of users."""

ALIASES: Final[Mapping[str, str]] = {
    "created_at": "created",
    "updated_at": "updated",
    "organization_id": "organization",
    "group_id": "group",
}
"""Seen to work in public programs, documented nowhere, and what is documented instead."""

MISTAKEN: Final[Mapping[str, str]] = {
    "tag": "tags",
    "verified": "is_verified",
    "suspended": "is_suspended",
    "org": "organization",
    "organisation": "organization",
    "organizations": "organization",
    "company": "organization",
    "mail": "email",
    "e-mail": "email",
    "email_address": "email",
    "phone_number": "phone",
    "mobile": "phone",
    "note": "notes",
    "detail": "details",
    "roles": "role",
    "full_name": "name",
    "id": "user",
    "user_id": "user",
    "order": "order_by",
    "sort_by": "order_by",
    "sort_order": "sort",
}
"""What people write for a keyword, and the keyword."""

_BUILDER: Final = "choose it in the builder instead"
_NOWHERE: Final = "leave it out"
NOT_SEARCHABLE: Final[Mapping[str, tuple[str, str]]] = {
    **dict.fromkeys(("language", "locale", "locale_id"), ("the language", _BUILDER)),
    **dict.fromkeys(("time_zone", "timezone", "iana_time_zone"), ("the time zone", _BUILDER)),
    **dict.fromkeys(
        ("last_login", "last_login_at", "last_sign_in", "last_seen"), ("the last sign-in", _BUILDER)
    ),
    **dict.fromkeys(
        ("shared_phone_number", "shared_phone", "shared"), ("shared phone numbers", _BUILDER)
    ),
    **dict.fromkeys(
        ("line", "messenger", "facebook", "twitter", "telegram", "identity", "identities"),
        ("identities other than WhatsApp", _NOWHERE),
    ),
    "alias": ("the alias", _NOWHERE),
    "signature": ("the signature", _NOWHERE),
    "moderator": ("moderators", _NOWHERE),
    **dict.fromkeys(
        ("two_factor_auth_enabled", "two_factor"), ("two-factor authentication", _NOWHERE)
    ),
    **dict.fromkeys(("active", "deleted"), ("whether a user was deleted", _NOWHERE)),
}
"""What is known of a user but has no keyword: its name in a sentence, and what to do."""

OF_TICKETS: Final = frozenset(
    {
        "assignee",
        "attachment_name",
        "brand",
        "cc",
        "comment",
        "commenter",
        "custom_status_id",
        "description",
        "due_date",
        "fieldvalue",
        "form",
        "has_attachment",
        "priority",
        "recipient",
        "requester",
        "requester_id",
        "satisfaction",
        "solved",
        "status",
        "subject",
        "submitter",
        "support_type",
        "ticket",
        "ticket_type",
        "via",
    }
)
"""Keywords of tickets, which choose no users."""

_CUSTOM_KINDS: Final[Mapping[Kind, Keyword]] = {
    Kind.TEXT: Keyword("", "", Holds.WORDS, none=_YES, star=_YES),
    Kind.CHOICE: Keyword("", "", Holds.CHOICE, none=_YES),
    Kind.CHOICES: Keyword("", "", Holds.CHOICES, none=_YES),
    Kind.CHECKBOX: Keyword("", "", Holds.CHECKBOX, none=_YES),
    Kind.NUMBER: Keyword("", "", Holds.NUMBER, none=_YES, ranges=True),
    Kind.DATE: Keyword("", "", Holds.DATE, none=_YES, ranges=True),
}
"""What may follow the key of a field of the account, by what it holds."""


class Vocabulary:
    """Every keyword that one account knows. Case does not matter."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Add the fields of the account to Zendesk's own keywords, which come first."""
        custom = [
            _of_field(field, key.lower())
            for field in catalogue.fields
            if (key := field.custom_key) is not None
        ]
        self._custom = {keyword.name: keyword for keyword in custom}
        self._by_label = {keyword.label.casefold(): keyword.name for keyword in reversed(custom)}

    @property
    def has_custom(self) -> bool:
        """Whether any field of the account is known, which a sync brings."""
        return bool(self._custom)

    def find(self, name: str) -> Keyword | None:
        """Return the keyword of that name or alias."""
        name = name.lower()
        known = ZENDESKS.get(name) or self._custom.get(name)
        return known or ZENDESKS.get(ALIASES.get(name, ""))

    def alias_of(self, name: str) -> str | None:
        """Return the documented name that an alias stands for."""
        name = name.lower()
        return None if name in self._custom else ALIASES.get(name)

    def nearest(self, name: str) -> str | None:
        """Return the keyword that was probably meant."""
        name = name.lower()
        last = name.rpartition(".")[2].rpartition(CUSTOM)[2]
        for guess in (last, MISTAKEN.get(last, ""), last.replace("-", "_")):
            if self.find(guess):
                return guess
        if label := self._by_label.get(name.replace("_", " ")):
            return label
        known = [*(k for k in ZENDESKS if k not in {"order_by", "sort", "type"}), *self._custom]
        return next(iter(get_close_matches(name, known, n=1, cutoff=0.75)), None)


def _of_field(field: Field, key: str) -> Keyword:
    like = _CUSTOM_KINDS.get(field.kind, Keyword("", "", Holds.LOOKUP))
    return Keyword(key, field.label, like.holds, like.none, like.star, like.ranges, field)
