"""Everybody and everything the stand-in's Zendesk account knows about people."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from relay_core.sandbox.account.journal import Journal
from relay_core.sandbox.account.records import (
    APART,
    HOME,
    Record,
    RecordError,
    instant,
    is_id,
    user_record,
    whole_ids,
)
from relay_core.sandbox.clock import Clock, stamp

FIRST_GIVEN_ID: Final = 900_000_001
LONGEST_INDEX_DELAY: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Person:
    """A user and what Zendesk serves about them from other endpoints."""

    record: Record
    organization_ids: tuple[int, ...]
    group_ids: tuple[int, ...]
    identities: tuple[Record, ...] | None
    """None: they follow from the record's e-mail and phone."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a user was before a change, for a search index that lags behind."""

    at: datetime
    user_id: int
    before: Person | None


class Directory:
    """Users with their organizations, groups, custom fields and roles."""

    def __init__(self, clock: Clock) -> None:
        """Begin empty."""
        self.clock = clock
        self.organizations: dict[int, Record] = {}
        self.groups: dict[int, Record] = {}
        self.user_fields: list[Record] = []
        self.custom_roles: list[Record] = []
        self._journal = Journal()
        self._people: dict[int, Person] = {}
        self._memberships: dict[str, tuple[int, list[Record]]] = {}
        self._changes: deque[Change] = deque()
        self._by_digits: dict[str, list[int]] = {}
        self._by_email: dict[str, list[int]] = {}
        self._next_id = FIRST_GIVEN_ID

    @property
    def revision(self) -> int:
        """Rises with every change of any user."""
        return self._journal.revision

    def people(self) -> Iterator[Person]:
        """Return everybody, deleted users too, in the order in which they were first seen."""
        return iter(self._people.values())

    def person(self, user_id: int) -> Person | None:
        """Return one user, or nobody."""
        return self._people.get(user_id)

    def user_by_email(self, email: str) -> Record | None:
        """Return the active user with this e-mail, whatever its case."""
        for user_id in self._by_email.get(email.lower(), []):
            record = self._people[user_id].record
            if record["active"] and str(record["email"]).lower() == email.lower():
                return record
        return None

    def user_by_phone(self, e164: str) -> Record | None:
        """Return the first active user with this number, however it was written."""
        for user_id in self._by_digits.get(digits(e164), []):
            record = self._people[user_id].record
            if record["active"] and digits(record["phone"] or "") == digits(e164):
                return record
        return None

    def admit(self, people: Sequence[Person]) -> None:
        """Take in many people at once, as a world begins; the oldest change comes first."""
        for person in sorted(people, key=lambda each: str(each.record["updated_at"])):
            self._next_id = max(self._next_id, person.record["id"] + 1)
            self._store(person)

    def upsert_user(self, given: Mapping[str, Any]) -> Record:
        """Create a user, or change the one with the same id; return the whole record.

        A change moves `updated_at` to now, unless a later instant was given.

        Raises:
            RecordError: An attribute has a value it cannot have.
        """
        user_id = given.get("id")
        if user_id is not None and not is_id(user_id):
            raise RecordError("a user's id must be a whole number above zero")
        now = self.clock.now()
        before = self._people.get(user_id) if user_id is not None else None
        if before is None:
            record = user_record(given, user_id=user_id or self._new_id(), now=now)
        else:
            record = self._changed(before, given, now)
        person = person_from(record, given, before=before)
        self._next_id = max(self._next_id, record["id"] + 1)
        self._changes.append(Change(now, record["id"], before))
        while self._changes and self._changes[0].at < now - LONGEST_INDEX_DELAY:
            self._changes.popleft()
        self._store(person)
        return record

    def add_field(self, field: Record) -> None:
        """Add a custom field without a value for anybody; nobody counts as changed."""
        self.user_fields = [*self.user_fields, field]
        for person in self._people.values():
            person.record["user_fields"][field["key"]] = None
        self._journal.revision += 1  # what was kept for this revision is out of date

    def forget_field(self, key: str) -> None:
        """Take a custom field away, and its value from everybody; nobody counts as changed."""
        self.user_fields = [field for field in self.user_fields if field["key"] != key]
        for person in self._people.values():
            person.record["user_fields"].pop(key, None)
        self._journal.revision += 1  # what was kept for this revision is out of date

    def changed_after(self, sequence: int, count: int) -> tuple[list[Person], int, bool]:
        """Return users in the order of their last change.

        Returns:
            At most `count` of them after `sequence`, the sequence reached, and whether it is
            the last there is.
        """
        ids, reached, is_last = self._journal.after(sequence, count)
        return [self._people[user_id] for user_id in ids], reached, is_last

    def sequence_at(self, start: datetime) -> int:
        """Return the sequence after which come all users changed at `start` or later."""
        wanted = stamp(start)
        return self._journal.before_first(
            lambda user_id: bool(self._people[user_id].record["updated_at"] >= wanted)
        )

    def changes_since(self, start: datetime) -> list[Change]:
        """Return what a search index `now - start` behind has not seen, oldest first."""
        return [change for change in self._changes if change.at > start]

    def identities(self, person: Person) -> list[Record]:
        """Return a user's identities: those given, or one per e-mail and phone."""
        if person.identities is not None:
            return [
                {**self._identity(person.record, "email", "", place), **each}
                for place, each in enumerate(person.identities, start=1)
            ]
        record = person.record
        found = []
        if record["email"]:
            found.append(self._identity(record, "email", record["email"], 1))
        if record["phone"] and not record["shared_phone_number"]:
            found.append(self._identity(record, "phone_number", record["phone"], 2))
        return found

    def memberships(self, what: str) -> list[Record]:
        """Return who is in which "group" or "organization", kept while nothing changes."""
        revision, rows = self._memberships.get(what, (-1, []))
        if revision != self.revision:
            rows = memberships(self._people.values(), what)
            self._memberships[what] = (self.revision, rows)
        return rows

    def _identity(self, record: Record, kind: str, value: str, place: int) -> Record:
        identity_id = record["id"] * 10 + place
        return {
            "id": identity_id,
            "url": f"{HOME}/users/{record['id']}/identities/{identity_id}.json",
            "user_id": record["id"],
            "type": kind,
            "value": value,
            "verified": bool(record["verified"]),
            "primary": True,
            "created_at": record["created_at"],
            "updated_at": record["updated_at"],
        }

    def _changed(self, before: Person, given: Mapping[str, Any], now: datetime) -> Record:
        merged = {**before.record, **given}
        merged["user_fields"] = {
            **before.record["user_fields"],
            **(given.get("user_fields") or {}),
        }
        if given.get("role", before.record["role"]) != before.record["role"]:
            merged = {key: merged[key] for key in merged if key not in _FOLLOW_FROM_ROLE}
        moment = stamp(now)
        if "updated_at" in given:
            moment = max(moment, instant(given["updated_at"], "updated_at"))
        merged["updated_at"] = moment
        return user_record(merged, user_id=before.record["id"], now=now)

    def _store(self, person: Person) -> None:
        record = person.record
        self._people[record["id"]] = person
        self._journal.note(record["id"])
        for index, key in (
            (self._by_digits, digits(record["phone"] or "")),
            (self._by_email, (record["email"] or "").lower()),
        ):
            owners = index.setdefault(key, []) if key else []
            if record["id"] not in owners:
                owners.append(record["id"])

    def _new_id(self) -> int:
        while self._next_id in self._people:
            self._next_id += 1
        return self._next_id


_FOLLOW_FROM_ROLE: Final = frozenset(
    {"role_type", "moderator", "ticket_restriction", "restricted_agent", "report_csv"}
)


def person_from(
    record: Record, given: Mapping[str, Any], *, before: Person | None = None
) -> Person:
    """Return a person with what was given beside the record, else with what was there before.

    Raises:
        RecordError: A list of ids is no list of ids.
    """
    beside: dict[str, Any] = {key: given[key] for key in APART if key in given}
    if before is not None:
        if "organization_id" not in given:
            beside.setdefault("organization_ids", list(before.organization_ids))
        if not {"email", "phone"} & given.keys():
            beside.setdefault("identities", before.identities)
        beside.setdefault("group_ids", list(before.group_ids))
    where = f"user {record['id']}"
    organization_ids = whole_ids(beside, "organization_ids", record["organization_id"], where)
    group_ids = whole_ids(beside, "group_ids", record["default_group_id"], where)
    identities = beside.get("identities")
    return Person(
        record=record,
        organization_ids=tuple(organization_ids),
        group_ids=tuple(group_ids),
        identities=None if identities is None else tuple(identities),
    )


def memberships(people: Iterable[Person], what: str) -> list[Record]:
    """Return one row per person and "group", or "organization"."""
    rows = []
    for person in people:
        ids = person.group_ids if what == "group" else person.organization_ids
        default = person.record["default_group_id" if what == "group" else "organization_id"]
        for place, each in enumerate(ids if person.record["active"] else ()):
            membership_id = person.record["id"] * 100 + place
            rows.append(
                {
                    "id": membership_id,
                    "url": f"{HOME}/{what}_memberships/{membership_id}.json",
                    "user_id": person.record["id"],
                    f"{what}_id": each,
                    "default": each == default,
                    "created_at": person.record["created_at"],
                    "updated_at": person.record["updated_at"],
                }
            )
    return rows


def digits(text: str) -> str:
    """Return the digits of a text, in order."""
    return "".join(each for each in text if each in _DIGITS)


_DIGITS: Final = frozenset("0123456789")
