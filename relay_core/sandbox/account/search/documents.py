"""What the search knows of a record: its words, its stamps and what it belongs to."""

from enum import StrEnum
from typing import Final

from relay_core.sandbox.account.people.directory import Person, digits
from relay_core.sandbox.account.records import Record
from relay_core.sandbox.account.search.syntax import words


class Kind(StrEnum):
    """The kinds of records a search can find."""

    USER = "user"
    ORGANIZATION = "organization"
    GROUP = "group"
    TICKET = "ticket"


_PROFILE: Final = {
    Kind.USER: ("name", "alias", "email", "phone", "external_id", "notes", "details"),
    Kind.ORGANIZATION: ("name", "external_id", "notes", "details"),
    Kind.GROUP: ("name", "description"),
    Kind.TICKET: ("subject", "description", "external_id"),
}
"""The attributes that free words are looked for in, tags apart."""


class Document:
    """A record prepared for searching; its words are taken apart once, when first asked for."""

    __slots__ = ("_texts", "group_ids", "identities", "kind", "organization_ids", "record", "tags")

    def __init__(
        self,
        kind: Kind,
        record: Record,
        *,
        organization_ids: tuple[int, ...] = (),
        group_ids: tuple[int, ...] = (),
        identities: tuple[Record, ...] = (),
    ) -> None:
        """Prepare a record."""
        self.kind = kind
        self.record = record
        self.organization_ids = organization_ids
        self.group_ids = group_ids
        self.identities = identities
        self.tags: tuple[str, ...] = tuple(tag.lower() for tag in record.get("tags") or ())
        """In lower case."""

        self._texts: dict[str, str] = {}

    @classmethod
    def of(cls, person: Person) -> "Document":
        """Prepare a user."""
        return cls(
            Kind.USER,
            person.record,
            organization_ids=person.organization_ids,
            group_ids=person.group_ids,
            identities=person.identities or (),
        )

    def stamp(self, attribute: str) -> str:
        """Return an instant of the record as sortable text without its zone, UTC; or nothing."""
        return str(self.record.get(attribute) or "")[:19]

    def text(self, attribute: str) -> str:
        """Return an attribute's words between single spaces, a space at both ends."""
        found = self._texts.get(attribute)
        if found is None:
            found = self._texts[attribute] = spaced(self.record.get(attribute))
        return found

    def profile(self) -> str:
        """Return the words of the whole profile; those of two attributes never touch."""
        found = self._texts.get("")
        if found is None:
            parts = [spaced(self.record.get(attribute)) for attribute in _PROFILE[self.kind]]
            parts.extend(spaced(tag) for tag in self.record.get("tags") or ())
            found = self._texts[""] = "|".join(parts)
        return found

    def emails(self) -> list[str]:
        """Return the user's addresses in lower case, the primary one first."""
        return [each.lower() for each in self._values("email", "email")]

    def phones(self) -> list[str]:
        """Return the digits of the user's numbers, the profile's own first."""
        return [digits(each) for each in self._values("phone", "phone_number")]

    def whatsapp(self) -> list[str]:
        """Return the digits of the user's WhatsApp identities."""
        return [
            digits(str(each.get("value", "")))
            for each in self.identities
            if "whatsapp" in f"{each.get('type')} {each.get('subtype_name')}".lower()
        ]

    def _values(self, attribute: str, kind: str) -> list[str]:
        own = self.record.get(attribute)
        found = [str(own)] if own else []
        for identity in self.identities:
            value = identity.get("value")
            if identity.get("type") == kind and value and value != own:
                found.append(str(value))
        return found


def spaced(value: object) -> str:
    """Return the words of a value between single spaces, a space at both ends."""
    return f" {' '.join(words(str(value)))} " if value else " "
