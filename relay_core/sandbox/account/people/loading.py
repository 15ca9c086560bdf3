"""People from a file instead of invented ones."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from relay_core.sandbox.account.people.catalogue import (
    FIRST_FIELD_ID,
    FIRST_GROUP_ID,
    FIRST_ORGANIZATION_ID,
    field_record,
    group_record,
    organization_record,
)
from relay_core.sandbox.account.people.directory import Directory, Person, person_from
from relay_core.sandbox.account.people.inventing import FIRST_PERSON_ID
from relay_core.sandbox.account.records import (
    Record,
    RecordError,
    instant,
    is_id,
    undeclared_fields,
    user_record,
)

SECTIONS: Final = ("users", "organizations", "groups", "user_fields")

FIELD_TYPES: Final = frozenset(
    {
        "text",
        "textarea",
        "checkbox",
        "date",
        "integer",
        "decimal",
        "regexp",
        "dropdown",
        "tagger",
        "lookup",
        "multiselect",
    }
)


class PeopleFileError(ValueError):
    """The file cannot be used; the message says where it goes wrong."""


def load(path: Path, directory: Directory, *, now: datetime) -> None:
    """Fill a directory from a JSON file of Zendesk-shaped records.

    Raises:
        PeopleFileError: The file cannot be read, or a record in it cannot be understood.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PeopleFileError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise PeopleFileError(f"{path}: not JSON: {error}") from error
    try:
        fill(directory, found, now=now)
    except RecordError as error:
        raise PeopleFileError(f"{path}: {error}") from error


def fill(directory: Directory, found: object, *, now: datetime) -> None:
    """Fill a directory from the object a file holds.

    Raises:
        RecordError: A part of it cannot be understood.
    """
    if not isinstance(found, Mapping):
        raise RecordError("the file must hold one JSON object")
    if unknown := sorted(set(found) - set(SECTIONS)):
        raise RecordError(f"no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    users, organizations, groups, fields = (_section(found, name) for name in SECTIONS)
    for store, given, make, first in (
        (directory.organizations, organizations, organization_record, FIRST_ORGANIZATION_ID),
        (directory.groups, groups, group_record, FIRST_GROUP_ID),
    ):
        for each, record_id in zip(given, _ids(given, first, "record"), strict=True):
            store[record_id] = _made(make, each, record_id, now)
    fields = [*fields, *undeclared_fields(users, [each for each in fields if "key" in each])]
    for each, field_id in zip(fields, _ids(fields, FIRST_FIELD_ID, "user field"), strict=True):
        check_field(each)
        directory.user_fields.append(field_record(each, field_id, now))
    keys = [field["key"] for field in directory.user_fields]
    ids = _ids(users, FIRST_PERSON_ID, "user")
    directory.admit(
        [_person(each, user_id, keys, now) for each, user_id in zip(users, ids, strict=True)]
    )


def _section(found: Mapping[str, Any], name: str) -> list[Record]:
    section = found.get(name, [])
    if not isinstance(section, list):
        raise RecordError(f"{name} must be a list")
    for place, record in enumerate(section):
        if not isinstance(record, dict):
            raise RecordError(f"{name}[{place}] must be an object")
    return section


def _ids(records: list[Record], first: int, what: str) -> list[int]:
    """Return each record's id; those that have none get one that is free."""
    given = [record["id"] for record in records if record.get("id") is not None]
    if wrong := [each for each in given if not is_id(each)]:
        raise RecordError(f"{what} id {wrong[0]!r} is no whole number above zero")
    taken = set(given)
    if len(taken) < len(given):
        twice = next(each for each in given if given.count(each) > 1)
        raise RecordError(f"{what} id {twice} is there twice")
    free = first
    found = []
    for record in records:
        if record.get("id") is not None:
            found.append(record["id"])
            continue
        while free in taken:
            free += 1
        taken.add(free)
        found.append(free)
    return found


def _made(
    make: Callable[[Record, int, datetime], Record], given: Record, record_id: int, now: datetime
) -> Record:
    if not isinstance(given.get("name"), str):
        raise RecordError(f"record {record_id}: name must be text")
    record = make(given, record_id, now)
    for attribute in ("created_at", "updated_at"):
        record[attribute] = instant(record[attribute], f"record {record_id}: {attribute}")
    return record


def check_field(given: Record) -> None:
    """Refuse a user field without a key, or of a type that Zendesk does not have.

    Raises:
        RecordError: Says which.
    """
    key = given.get("key")
    if not isinstance(key, str) or not key:
        raise RecordError("each user field needs a key")
    if given.get("type", "text") not in FIELD_TYPES:
        raise RecordError(f"user field {key}: type must be one of {', '.join(sorted(FIELD_TYPES))}")


def _person(given: Record, user_id: int, keys: list[str], now: datetime) -> Person:
    record = user_record(given, user_id=user_id, now=now)
    record["user_fields"] = {**dict.fromkeys(keys), **record["user_fields"]}
    return person_from(record, given)
