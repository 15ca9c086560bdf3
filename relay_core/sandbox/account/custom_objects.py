"""Custom objects: their fields, their records and the search among them."""

import random
from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt, ne
from typing import Final

from relay_core.sandbox.account.records import HOME, Record
from relay_core.sandbox.clock import Clock, stamp

FIRST_FIELD_ID: Final = 7_001
ULID_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Source: the ULID specification, Crockford's base 32."""

RECORD_LIMIT: Final = 1_000_000
OBJECT_LIMIT: Final = 30
FIELD_LIMIT: Final = 100
RECORD_BYTES: Final = 32_768
"""Most of one record, as JSON. Source: Zendesk, custom object records limitations."""


class FilterError(ValueError):
    """A filter cannot be understood; the message says which part."""


class CustomObjects:
    """Keeps the objects of the account."""

    def __init__(self, clock: Clock, seed: int) -> None:
        """Begin with none."""
        self.objects: dict[str, Record] = {}
        self.fields: dict[str, list[Record]] = {}
        self.records: dict[str, dict[str, Record]] = {}
        self._by_external_id: dict[tuple[str, object], str] = {}
        self._clock = clock
        self._dice = random.Random(f"{seed}:custom objects")

    def define(self, given: Record, *, user_id: int) -> Record:
        """Make an object."""
        key, now = given["key"], stamp(self._clock.now())
        title, plural = given.get("title", key), given.get("title_pluralized", key)
        self.objects[key] = {
            "key": key,
            "url": f"{HOME}/custom_objects/{key}.json",
            "title": title,
            "raw_title": title,
            "title_pluralized": plural,
            "raw_title_pluralized": plural,
            "description": given.get("description") or "",
            "raw_description": given.get("description") or "",
            "include_in_list_view": bool(given.get("include_in_list_view", True)),
            "created_at": now,
            "updated_at": now,
            "created_by_user_id": str(user_id),
            "updated_by_user_id": str(user_id),
        }
        self.fields[key] = []
        self.records[key] = {}
        return self.objects[key]

    def forget(self, key: str) -> None:
        """Take an object away, with everything in it."""
        for record_id in list(self.records.get(key, ())):
            self.remove(key, record_id)
        for store in (self.objects, self.fields, self.records):
            store.pop(key, None)

    def add_field(self, key: str, given: Record) -> Record:
        """Give an object one more field."""
        now = stamp(self._clock.now())
        field_id = FIRST_FIELD_ID + sum(len(fields) for fields in self.fields.values())
        field = {
            "id": field_id,
            "url": f"{HOME}/custom_objects/{key}/fields/{field_id}.json",
            "description": "",
            "active": True,
            "system": False,
            "position": len(self.fields[key]),
            "created_at": now,
            "updated_at": now,
            "title": given.get("key"),
            **{name: value for name, value in given.items() if name != "id"},
        }
        self.fields[key].append(field)
        return field

    def put(self, key: str, given: Record, *, user_id: int, known: Record | None = None) -> Record:
        """Make a record, or change a known one."""
        now = stamp(self._clock.now())
        if known is None:
            record_id = self._ulid()
            known = {
                "id": record_id,
                "url": f"{HOME}/custom_objects/{key}/records/{record_id}.json",
                "name": record_id,
                "external_id": None,
                "custom_object_key": key,
                "custom_object_fields": {each["key"]: None for each in self.fields[key]},
                "created_at": now,
                "created_by_user_id": str(user_id),
                "photo": None,
            }
        record = {
            **known,
            "name": given.get("name", known["name"]),
            "external_id": given.get("external_id", known["external_id"]),
            "custom_object_fields": {
                **known["custom_object_fields"],
                **(given.get("custom_object_fields") or {}),
            },
            "updated_at": now,
            "updated_by_user_id": str(user_id),
        }
        self._by_external_id.pop((key, known["external_id"]), None)
        if record["external_id"] is not None:
            self._by_external_id[key, record["external_id"]] = record["id"]
        self.records[key][record["id"]] = record
        return record

    def remove(self, key: str, record_id: str) -> None:
        """Take a record away."""
        record = self.records[key].pop(record_id)
        self._by_external_id.pop((key, record["external_id"]), None)

    def by(self, key: str, attribute: str, value: object) -> Record | None:
        """Return the first record with this attribute, such as an external id."""
        if attribute == "external_id":
            found = self._by_external_id.get((key, value)) if value is not None else None
            return None if found is None else self.records[key][found]
        for record in self.records[key].values():
            if record[attribute] == value:
                return record
        return None

    def _ulid(self) -> str:
        number = int(self._clock.now().timestamp() * 1000) << 80 | self._dice.getrandbits(80)
        return "".join(ULID_LETTERS[number >> shift & 31] for shift in range(125, -1, -5))


def passes(record: Record, condition: object) -> bool:
    """Tell whether a record passes a filter.

    Raises:
        FilterError: The filter has a part nobody knows.
    """
    if not isinstance(condition, Mapping):
        raise FilterError("a filter is an object")
    return all(_passes_part(record, name, wanted) for name, wanted in condition.items())


def has_word(record: Record, query: str) -> bool:
    """Tell whether every word of a query begins a word of a record's texts."""
    texts = [record["name"], record["external_id"], *record["custom_object_fields"].values()]
    words = " ".join(str(each).lower() for each in texts if each is not None).split()
    return all(any(each.startswith(word) for each in words) for word in query.lower().split())


def _passes_part(record: Record, name: str, wanted: object) -> bool:
    match name:
        case "$and" if isinstance(wanted, list):
            return all(passes(record, each) for each in wanted)
        case "$or" if isinstance(wanted, list):
            return any(passes(record, each) for each in wanted)
        case _ if isinstance(wanted, Mapping):
            value = _value(record, name)
            return all(_compares(value, operator, each) for operator, each in wanted.items())
        case _:
            raise FilterError(f"{name}: give an object such as {{'$eq': value}}")


def _value(record: Record, name: str) -> object:
    head, _, key = name.partition(".")
    if head == "custom_object_fields" and key:
        fields: Record = record["custom_object_fields"]
        return fields.get(key)
    if name in record:
        return record[name]
    raise FilterError(f"no attribute {name}")


def _compares(value: object, operator: str, wanted: object) -> bool:
    compare = _OPERATORS.get(operator)
    if compare is None:
        raise FilterError(f"no operator {operator}")
    return compare(value, wanted)


def _holds(value: object, wanted: object) -> bool:
    if isinstance(value, list):
        return wanted in value
    return value is not None and str(wanted).lower() in str(value).lower()


def _is_among(value: object, wanted: object) -> bool:
    return isinstance(wanted, list) and value in wanted


def _ordered(
    compare: Callable[[float | str, float | str], bool],
) -> Callable[[object, object], bool]:
    """Return a comparison that holds only between two numbers or two texts."""

    def test(value: object, wanted: object) -> bool:
        match value, wanted:
            case (int() | float() as own, int() | float() as other):
                return compare(own, other)
            case (str() as own, str() as other):
                return compare(own, other)
            case _:
                return False

    return test


_OPERATORS: Final[Mapping[str, Callable[[object, object], bool]]] = {
    "$eq": eq,
    "$noteq": ne,
    "$exists": lambda value, wanted: (value is not None) == bool(wanted),
    "$contains": _holds,
    "$notcontains": lambda value, wanted: not _holds(value, wanted),
    "$in": _is_among,
    "$notin": lambda value, wanted: not _is_among(value, wanted),
    "$gt": _ordered(gt),
    "$gte": _ordered(ge),
    "$lt": _ordered(lt),
    "$lte": _ordered(le),
}
