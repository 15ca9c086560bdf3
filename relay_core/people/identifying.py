"""Who is meant: ids, e-mails, phone numbers and external ids, as people paste or upload them."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from relay_core.people.phone import read_phone
from relay_core.store.ledger import Ledger

ReadAs = Literal["id", "email", "phone", "external_id"]

_LARGEST_ID: Final = 2**63 - 1
_LONGEST: Final = 255
"""Characters. Longer than anything Zendesk keeps as an identifier."""
_UNKNOWABLE: Final = re.compile(r"[\0\ud800-\udfff]")
"""Characters that are no text: the zero byte, and halves of a character from a broken file."""
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
_PHONE_LIKE: Final = re.compile(r"(?:tel:)?[+(]?[\d(][\d\s()./\u2013-]{4,}", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"[,;\t]")
_NAMES: Final[Mapping[ReadAs, str]] = {
    "id": "Zendesk id",
    "email": "e-mail address",
    "phone": "phone number",
    "external_id": "external id",
}


@dataclass(frozen=True, slots=True)
class Written:
    """One identifier, and the row it stands in."""

    row: int
    content: str


@dataclass(frozen=True, slots=True)
class Leftover:
    """A row that names nobody, and why."""

    row: int
    content: str
    reason: str


@dataclass(frozen=True, slots=True)
class Identified:
    """Every row once: with its people, or left over."""

    people: tuple[tuple[int, int], ...]
    """Row and person id. One phone number may stand for several end users."""
    leftovers: tuple[Leftover, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    kind: ReadAs
    value: str


@dataclass(frozen=True, slots=True)
class Legible:
    """One identifier and what it may be, before anybody is looked for."""

    written: Written
    readings: tuple[_Reading, ...] | str
    """Why it is no identifier, where it is a text."""

    @property
    def compared(self) -> str | None:
        """How it is compared; None where it is no identifier, or may be of several kinds."""
        match self.readings:
            case (only,):
                return only.value
            case _:
                return None


def pasted(text: str) -> tuple[Written, ...]:
    """Return the identifiers of a pasted text: one a line, or several with commas between them.

    Semicolons and tabs separate as well. Spaces do not: phone numbers contain them.
    """
    return tuple(
        Written(row, content)
        for row, line in enumerate(text.splitlines(), start=1)
        for part in _BETWEEN.split(line)
        if (content := part.strip())
    )


def identify(
    ledger: Ledger, written: Sequence[Written], *, read_as: ReadAs | None, region: str
) -> Identified:
    """Find the people of the mirror whom identifiers stand for.

    E-mails and external ids are compared whatever their case. A phone number stands for every end
    user who has it: which of these profiles is messaged is for screening to say.

    Args:
        ledger: Where the mirror is.
        written: Each with its row; several may stand in one row.
        read_as: What the identifiers are; None to see it from each. A number that is the id of
            one person and the phone number of another is then left over, never guessed.
        region: Country of phone numbers written without a plus sign, ISO 3166.
    """
    return people_of(ledger, legible(written, read_as=read_as, region=region))


def legible(
    written: Sequence[Written], *, read_as: ReadAs | None, region: str
) -> tuple[Legible, ...]:
    """Read identifiers without looking for anybody; arguments as `identify` takes them."""
    return tuple(
        Legible(each, _readings(each.content.strip(), read_as, region=region)) for each in written
    )


def people_of(ledger: Ledger, identifiers: Sequence[Legible]) -> Identified:
    """Find the people of the mirror whom identifiers stand for, once they are read."""
    asked = [
        {"row": position, "kind": reading.kind, "value": reading.value}
        for position, each in enumerate(identifiers)
        if isinstance(each.readings, tuple)
        for reading in each.readings
    ]
    known: dict[int, dict[ReadAs, dict[int, str]]] = defaultdict(lambda: defaultdict(dict))
    for row in ledger.rows("identifying.people", rows=json.dumps(asked)) if asked else ():
        known[row["row"]][row["kind"]][row["id"]] = row["role"]

    people: list[tuple[int, int]] = []
    leftovers: list[Leftover] = []
    for position, (each, found) in enumerate((one.written, one.readings) for one in identifiers):
        meant = found if isinstance(found, str) else _meant(found, known.get(position, {}))
        if isinstance(meant, str):
            leftovers.append(Leftover(each.row, _printable(each.content), meant))
        else:
            people += [(each.row, person) for person in meant]
    return Identified(tuple(dict.fromkeys(people)), tuple(leftovers))


def likely(contents: Iterable[str], *, region: str) -> ReadAs:
    """Return what most of these identifiers look like, to propose it for a column."""
    votes = dict.fromkeys(_NAMES, 0)
    for content in contents:
        found = _readings(content.strip(), None, region=region)
        if isinstance(found, tuple):
            votes[found[0].kind] += 1
    return max(votes, key=votes.__getitem__)


def _readings(text: str, read_as: ReadAs | None, *, region: str) -> tuple[_Reading, ...] | str:
    """Return what a text may be, or why it is nothing."""
    if not text:
        return "Nothing is written here."
    if len(text) > _LONGEST or _UNKNOWABLE.search(text):
        return "This is not an identifier."
    kinds = (read_as,) if read_as else _likely_kinds(text)
    found = [reading for kind in kinds if (reading := _reading(text, kind, region=region))]
    return tuple(found) or f"This is not a valid {_NAMES[kinds[0]]}."


def _printable(text: str) -> str:
    """Return a text with question marks for halves of a character, which no page can show."""
    return text.encode(errors="replace").decode()


def _likely_kinds(text: str) -> tuple[ReadAs, ...]:
    if "@" in text:
        return ("email",)
    if _is_whole(text):
        # Nobody writes an id with a zero in front; a national phone number often has one.
        return ("phone", "external_id") if text[0] == "0" else ("id", "phone", "external_id")
    if _PHONE_LIKE.fullmatch(text):
        return ("phone", "external_id")
    return ("external_id",)


def _reading(text: str, kind: ReadAs, *, region: str) -> _Reading | None:
    match kind:
        case "id":
            valid = _is_whole(text) and int(text) <= _LARGEST_ID
            return _Reading(kind, str(int(text))) if valid else None
        case "email":
            address = text.removeprefix("mailto:")
            return _Reading(kind, address) if _EMAIL.fullmatch(address) else None
        case "phone":
            number = read_phone(text, region=region).e164
            return _Reading(kind, number) if number else None
        case "external_id":
            return _Reading(kind, text)


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _meant(
    readings: tuple[_Reading, ...], known: Mapping[ReadAs, Mapping[int, str]]
) -> tuple[int, ...] | str:
    """Return the people whom one identifier stands for, or why there is nobody."""
    found = {reading.kind: known[reading.kind] for reading in readings if reading.kind in known}
    if not found:
        kinds = " or ".join(_NAMES[reading.kind] for reading in readings)
        return f"Nobody in Zendesk has this {kinds}."
    if len({frozenset(people) for people in found.values()}) > 1:
        kinds = " and the ".join(_NAMES[kind] for kind in found)
        return f"This is the {kinds} of different people. Say which of them it is."
    kind, people = next(iter(found.items()))
    if kind != "phone":
        return tuple(people)
    end_users = tuple(person for person, role in people.items() if role == "end-user")
    return end_users or "Only team members have this phone number."
