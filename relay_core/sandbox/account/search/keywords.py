"""The keywords a search of users knows, each as a way from a value to a test."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from relay_core.sandbox.account.people.directory import digits
from relay_core.sandbox.account.records import Record
from relay_core.sandbox.account.search.dates import Bound, bound, limits
from relay_core.sandbox.account.search.documents import Document, Kind
from relay_core.sandbox.account.search.syntax import Operator, Property, words

Test = Callable[[Document], bool]

ALIASES: Final = {
    "created_at": "created",
    "updated_at": "updated",
    "organization_id": "organization",
    "group_id": "group",
}

RANGES: Final = (Operator.ABOVE, Operator.BELOW, Operator.AT_LEAST, Operator.AT_MOST)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a test needs to know beyond the record it looks at."""

    now: datetime
    user_fields: Mapping[str, tuple[str, str]]
    """Key and type of each custom field, by its key in lower case."""

    organizations: Mapping[int, Record]
    groups: Mapping[int, Record]


def nobody(_document: Document) -> bool:
    """Find no record."""
    return False


def keyword_test(clause: Property, around: Surroundings) -> Test | None:
    """Return the test of a built-in keyword, or None when the keyword does not take this."""
    keyword = ALIASES.get(clause.keyword, clause.keyword)
    if keyword in _INSTANTS:
        return _instant_test(_INSTANTS[keyword], clause, around.now)
    if clause.operator is not Operator.IS:
        return None
    if keyword in _BLANKS and (emptiness := emptiness_test(clause, _BLANKS[keyword])):
        return emptiness
    if keyword in _MEMBERSHIPS:
        return _membership_test(clause, keyword, around)
    make = _PLAIN.get(keyword)
    return make(clause) if make else None


def emptiness_test(clause: Property, is_blank: Test) -> Test | None:
    """Return the test for `none` and for a lone asterisk, else None."""
    match clause.value.strip().lower():
        case "none":
            return is_blank
        case "*" if not clause.is_quoted:
            return lambda document: not is_blank(document)
        case _:
            return None


def words_test(
    clause: Property, text: Callable[[Document], str], *, keeps_order: bool = False
) -> Test:
    """Return the test of a value that is looked for as words in a text."""
    wanted = words(clause.value)
    if not wanted:
        return nobody
    if clause.value.endswith("*") and not clause.is_quoted:
        beginning = f" {' '.join(wanted)}"
        return lambda document: beginning in text(document)
    if keeps_order or not clause.is_quoted:
        phrase = f" {' '.join(wanted)} "
        return lambda document: phrase in text(document)
    whole = [f" {word} " for word in wanted]
    return lambda document: all(word in text(document) for word in whole)


def between(
    edge: Bound, operator: Operator, stamp: Callable[[Document], str], *, length: int
) -> Test:
    """Return the test that a stamp, cut to `length` characters, lies where the edge says."""
    first, end, end_counts = limits(edge, operator)
    low = _written(first)[:length]
    high = _written(end)[:length]
    if end is None:
        return lambda document: stamp(document) >= low and stamp(document) != ""
    if end_counts:
        return lambda document: low <= stamp(document) <= high and stamp(document) != ""
    return lambda document: low <= stamp(document) < high and stamp(document) != ""


def _written(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).replace(tzinfo=None).isoformat()


def _instant_test(attribute: str, clause: Property, now: datetime) -> Test:
    edge = bound(clause.value, now=now)
    if edge is None:
        return nobody
    return between(
        edge, clause.operator, lambda document: document.stamp(attribute), length=len(_MOMENT)
    )


def _membership_test(clause: Property, keyword: str, around: Surroundings) -> Test:
    if keyword == "group":
        groups = _named(clause, around.groups)
        return lambda document: not groups.isdisjoint(document.group_ids)
    organizations = _named(clause, around.organizations)
    return lambda document: not organizations.isdisjoint(document.organization_ids)


def _named(clause: Property, records: Mapping[int, Record]) -> frozenset[int]:
    """Return the ids of the organizations or groups that a value means."""
    value = clause.value.strip()
    if value.isdecimal():
        return frozenset({int(value)})
    find = words_test(clause, lambda document: document.text("name"))
    return frozenset(each for each, record in records.items() if find(Document(Kind.GROUP, record)))


def _words_of(attribute: str) -> Callable[[Property], Test]:
    return lambda clause: words_test(clause, lambda document: document.text(attribute))


def _role(clause: Property) -> Test:
    wanted = clause.value.strip().lower()
    return lambda document: document.record.get("role") == wanted


def _email(clause: Property) -> Test:
    value = clause.value.strip().lower()
    if "*" in value:
        return nobody
    local_part, at, _ = value.partition("@")
    if not (local_part and at):
        phrase = f" {' '.join(words(value))} "
        return lambda document: any(
            phrase in f" {' '.join(words(each))} " for each in document.emails()
        )
    if clause.is_quoted:
        return lambda document: any(each.startswith(local_part) for each in document.emails())
    return lambda document: value in document.emails()


def _phone(clause: Property) -> Test:
    number = digits(clause.value)
    if not number:
        return nobody
    if clause.value.startswith("*"):
        return lambda document: any(each.endswith(number) for each in document.phones())
    if clause.value.endswith("*"):
        return lambda document: any(each.startswith(number) for each in document.phones())
    return lambda document: number in document.phones()


def _tags(clause: Property) -> Test:
    wanted = clause.value.lower().split()
    if clause.is_quoted:
        whole = [tag.strip("*,") for tag in wanted]
        return lambda document: all(tag in document.tags for tag in whole)
    tag = wanted[0]
    if tag.endswith("*"):
        beginning = tag.rstrip("*")
        return lambda document: any(each.startswith(beginning) for each in document.tags)
    return lambda document: tag in document.tags


def _external_id(clause: Property) -> Test:
    wanted = clause.value.strip().lower()
    if wanted.endswith("*") and not clause.is_quoted:
        beginning = wanted.rstrip("*")
        return lambda document: _external_id_of(document).startswith(beginning)
    return lambda document: _external_id_of(document) == wanted


def _external_id_of(document: Document) -> str:
    return str(document.record.get("external_id") or "").lower()


def _truth(attribute: str) -> Callable[[Property], Test]:
    def make(clause: Property) -> Test:
        match clause.value.strip().lower():
            case "true":
                return lambda document: document.record.get(attribute) is True
            case "false":
                return lambda document: document.record.get(attribute) is False
            case _:
                return nobody

    return make


def _whatsapp(clause: Property) -> Test:
    number = digits(clause.value)
    return lambda document: number in document.whatsapp() if number else False


def _user(clause: Property) -> Test:
    value = clause.value.strip()
    if value.isdecimal():
        return lambda document: document.record["id"] == int(value)
    if "@" in value:
        return lambda document: value.lower() in document.emails()
    return words_test(clause, lambda document: document.text("name"))


def _blank(attribute: str) -> Test:
    return lambda document: not document.record.get(attribute)


_MOMENT: Final = "2026-03-15T12:00:00.000000"

_INSTANTS: Final = {"created": "created_at", "updated": "updated_at"}

_MEMBERSHIPS: Final = frozenset({"organization", "group"})

_BLANKS: Final[Mapping[str, Test]] = {
    "name": _blank("name"),
    "notes": _blank("notes"),
    "details": _blank("details"),
    "tags": _blank("tags"),
    "external_id": _blank("external_id"),
    "email": lambda document: not document.emails(),
    "phone": lambda document: not document.phones(),
    "whatsapp": lambda document: not document.whatsapp(),
    "organization": lambda document: not document.organization_ids,
    "group": lambda document: not document.group_ids,
}

_PLAIN: Final[Mapping[str, Callable[[Property], Test]]] = {
    "name": _words_of("name"),
    "notes": _words_of("notes"),
    "details": _words_of("details"),
    "role": _role,
    "email": _email,
    "phone": _phone,
    "tags": _tags,
    "external_id": _external_id,
    "is_verified": _truth("verified"),
    "is_suspended": _truth("suspended"),
    "whatsapp": _whatsapp,
    "user": _user,
}
