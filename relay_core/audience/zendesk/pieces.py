"""The pieces of a Zendesk search: keywords, signs, and values that mean there what they mean here.

Whatever has no such form is None, and nothing is then said about it.

Source: Zendesk Support search reference; Searching users, groups, and organizations.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from relay_core.audience.conditions import values
from relay_core.audience.conditions.fields import Field
from relay_core.audience.conditions.operators import Kind

NONE: Final = "none"
"""The value that stands for an empty field. Quotes do not protect it."""

_KEYWORDS: Final = {
    "tags": "tags",
    "role": "role",
    "organization": "organization",
    "created": "created",
    "updated": "updated",
    "name": "name",
    "email": "email",
    "phone": "phone",
    "external_id": "external_id",
    "verified": "is_verified",
    "suspended": "is_suspended",
    "notes": "notes",
    "details": "details",
}
_OWN: Final = frozenset(
    {
        *_KEYWORDS.values(),
        *("type", "user", "group", "whatsapp", "order_by", "sort", "created_at", "updated_at"),
        *("organization_id", "group_id", "status", "priority", "ticket_type", "subject"),
        *("description", "assignee", "requester", "submitter", "commenter", "cc", "via", "solved"),
        *("due_date", "brand", "brand_id", "form", "recipient", "has_attachment", "satisfaction"),
        *("fieldvalue", "custom_status_id", "language"),
    }
)
"""Words with a meaning of their own in a search: a custom field of that key is out of reach."""

_KEYWORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_UNASKED: Final = (Kind.CHOICES, Kind.ID)
"""Kinds of custom fields (multi-select, lookup) that the search is not known to take."""

_PLAIN: Final = re.compile(r"[\w.@/+](?:[\w.@/+-]*[\w.@/+])?")
_ASCII_PLAIN: Final = re.compile(_PLAIN.pattern, re.ASCII)
_SPACED: Final = re.compile(
    r"[0-9A-Z_a-z\u00c0-\u012f\u0131-\u024f\u0400-\u0481\u048a-\u04ff\u1e00-\u1eff]+"
)
"""Latin and Cyrillic, where spaces separate words as they do here. How a search takes other
scripts apart is not documented; U+0130 has no one small letter."""

_LARGEST_NUMBER: Final = 1e15
_SMALLEST_STEP: Final = Decimal("1e-9")
_A_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Piece:
    """A keyword, a sign and a value; a word without keyword has neither keyword nor sign."""

    keyword: str
    sign: str
    value: str
    excludes: bool = False

    def __str__(self) -> str:
        """Return it as it is typed."""
        return f"{'-' if self.excludes else ''}{self.keyword}{self.sign}{self.value}"

    @property
    def narrows(self) -> bool:
        """Whether the same keyword may follow and both hold; values of one are alternatives."""
        return self.excludes or self.sign not in {"", ":"}

    @property
    def repeats(self) -> bool:
        """Whether it and another of its keyword are documented as alternatives."""
        is_one = self.value != NONE and not self.value.startswith('"')
        return self.sign == ":" and not self.excludes and is_one


def keyword_of(field: Field) -> str | None:
    """Return the keyword of a field; None where the search has none."""
    key = field.custom_key
    if key is None:
        return _KEYWORDS.get(field.key)
    unfit = field.kind in _UNASKED or key.lower() in _OWN or not _KEYWORD.fullmatch(key)
    return None if unfit else key


def plain(value: str, *, ascii_only: bool = False) -> str | None:
    """Return a value that needs no quotes. Quotes would ask for its words, not for it."""
    fits = (_ASCII_PLAIN if ascii_only else _PLAIN).fullmatch(value)
    return value if fits and value.lower() != NONE else None


def plain_words(text: str) -> tuple[str, ...] | None:
    """Return the words of a text, without what separates them."""
    found = values.words(text)
    if not found or not all(_SPACED.fullmatch(word) for word in found):
        return None
    return None if len(found) == 1 and found[0].lower() == NONE else found


def quoted(words: tuple[str, ...]) -> str:
    """Return words all of which are wanted."""
    return words[0] if len(words) == 1 else f'"{" ".join(words)}"'


def number_text(number: float) -> str | None:
    """Return a number without an exponent."""
    exact = Decimal(repr(number))
    if abs(number) >= _LARGEST_NUMBER or exact % _SMALLEST_STEP:
        return None
    return str(int(number)) if number.is_integer() else f"{exact:f}"


def instant_text(moment: datetime, *, zone: ZoneInfo) -> str:
    """Return the first whole second not before a moment, with its offset.

    Zendesk keeps whole seconds, so that a comparison with `>=` or `<` does not change.
    """
    whole = moment.replace(microsecond=0)
    local = (whole if whole == moment else whole + _A_SECOND).astimezone(zone)
    # Before 1940 some offsets had seconds, which ISO 8601 cannot say.
    odd = (local.utcoffset() or timedelta()) % timedelta(minutes=1)
    return (local.astimezone(UTC) if odd else local).isoformat()
