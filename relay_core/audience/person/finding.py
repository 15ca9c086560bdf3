"""Finding one person by whatever is at hand: a name, a number in any form, an address, an id."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from relay_core.people.phone import read_phone
from relay_core.store.ledger import Ledger

_LARGEST_ID: Final = 2**63
_FEWEST_DIGITS: Final = 4
"""Fewer are part of too many numbers."""
_WRITTEN_AS_NUMBER: Final = re.compile(r"[\d\s()+./-]+")
_NOBODY: Final = -1
_LONGEST: Final = 255
"""Characters. Longer than anything Zendesk keeps of what is looked for here."""
_HALF_A_CHARACTER: Final = re.compile(r"[\ud800-\udfff]")
"""Text as it may come from a broken file; nothing that is kept has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPerson:
    """One who may be meant."""

    id: int
    name: str
    email: str | None
    phone: str | None
    """As Zendesk holds it."""
    external_id: str | None
    role: str
    suspended: bool
    active: bool
    """False: deleted in Zendesk."""


def find_people(
    ledger: Ledger, text: str, *, region: str, limit: int = 20
) -> tuple[FoundPerson, ...]:
    """Return the people who may be meant, the surest first.

    Args:
        ledger: Where people are mirrored.
        text: Beginnings of the words of a name, a phone number however written or four digits of
            it and more, an e-mail address or its beginning, an id here or in another system.
        region: Country of phone numbers written without a plus sign, ISO 3166.
        limit: Most people.
    """
    wanted = " ".join(text.split()).lower()
    if not wanted or len(wanted) > _LONGEST or _HALF_A_CHARACTER.search(wanted):
        return ()
    digits = re.sub(r"\D", "", wanted) if _WRITTEN_AS_NUMBER.fullmatch(wanted) else ""
    number = int(wanted) if wanted.isascii() and wanted.isdecimal() else _NOBODY
    rows = ledger.rows(
        "lookup.people",
        id=number if number < _LARGEST_ID else _NOBODY,
        text=wanted,
        address=wanted if "@" in wanted else None,
        phone=read_phone(wanted, region=region).e164,
        digits=digits.lstrip("0") if len(digits) >= _FEWEST_DIGITS else None,
        as_typed=text.strip(),
        words=_words(wanted),
        most=limit,
    )
    return tuple(FoundPerson(**row) for row in rows)


def known_people(ledger: Ledger, ids: Sequence[int]) -> tuple[FoundPerson, ...]:
    """Return the people of these ids by name; whom the mirror does not know is passed over."""
    rows = ledger.rows("lookup.known", ids=sorted(set(ids)))
    return tuple(FoundPerson(**row) for row in rows)


def _words(text: str) -> list[str]:
    """Return the words as the mirror compares them: without accents."""
    plain = unicodedata.normalize("NFD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).split()
