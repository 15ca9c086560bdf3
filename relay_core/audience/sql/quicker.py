"""Columns that answer for others more quickly: numbers without their plus sign, bits of tags.

How they come to be is in `queries/people.sql`; `relay_core.people.kept` tells why.
"""

from collections.abc import Iterable
from hashlib import md5
from typing import Final

_BITS: Final = 63


def number_of(phone: str) -> str:
    """Return SQL for a phone number (SQL for its E.164) as `people.phone_number` holds it."""
    return f"TRY_CAST(ltrim({phone}, '+') AS BIGINT)"


def tag_mask(tags: Iterable[str]) -> int:
    """Return the bits in `people.tag_bits` of these tags; other tags may have them as well."""
    mask = 0
    for tag in tags:
        digest = md5(tag.encode(), usedforsecurity=False).digest()
        mask |= 1 << int.from_bytes(digest[8:], "little") % _BITS
    return mask
