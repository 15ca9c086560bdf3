"""The shape of Zendesk's records: what each attribute is when nobody gave it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from relay_core.sandbox.clock import stamp
from relay_core.sandbox.credentials import SUBDOMAIN

Record = dict[str, Any]

HOME: Final = f"https://{SUBDOMAIN}.zendesk.com/api/v2"

ROLES: Final = ("end-user", "agent", "admin")

AGENT_ROLE_TYPE: Final = 0
ADMIN_ROLE_TYPE: Final = 4

APART: Final = ("organization_ids", "group_ids", "identities")
"""Attributes a loaded user may carry that Zendesk serves from endpoints of their own."""

ADDED: Final = ("result_type", "authenticity_token")
"""Attributes that answers add to a user, ignored when they come back."""

INSTANTS: Final = ("created_at", "updated_at", "last_login_at")


class RecordError(ValueError):
    """A record cannot be understood; the message says which part of it."""


def user_record(given: Mapping[str, Any], *, user_id: int, now: datetime) -> Record:
    """Return a whole user from what was given, with Zendesk's defaults for the rest.

    Raises:
        RecordError: An attribute has a value it cannot have.
    """
    _check_shapes(given, f"user {user_id}")
    role = given.get("role") or "end-user"
    record: Record = {
        "id": user_id,
        "url": f"{HOME}/users/{user_id}.json",
        "name": "",
        "email": None,
        "created_at": stamp(now),
        "updated_at": stamp(now),
        "time_zone": "UTC",
        "iana_time_zone": "Etc/UTC",
        "phone": None,
        "shared_phone_number": None,
        "photo": None,
        "locale_id": 1,
        "locale": "en-US",
        "organization_id": None,
        "role": role,
        "verified": False,
        "external_id": None,
        "tags": [],
        "alias": "",
        "active": True,
        "shared": False,
        "shared_agent": False,
        "last_login_at": None,
        "two_factor_auth_enabled": None,
        "signature": None,
        "details": "",
        "notes": "",
        "role_type": role_type(role),
        "custom_role_id": None,
        "moderator": role != "end-user",
        "ticket_restriction": "requested" if role == "end-user" else None,
        "only_private_comments": False,
        "restricted_agent": role == "end-user",
        "suspended": False,
        "default_group_id": None,
        "report_csv": role == "admin",
        "user_fields": {},
    }
    record.update({key: value for key, value in given.items() if key not in _NOT_KEPT})
    record.update({"id": user_id, "role": role, "tags": list(given.get("tags") or [])})
    record["user_fields"] = dict(given.get("user_fields") or {})
    _check(record, user_id)
    if record["organization_id"] is None and given.get("organization_ids"):
        record["organization_id"] = given["organization_ids"][0]
    if record["default_group_id"] is None and given.get("group_ids"):
        record["default_group_id"] = given["group_ids"][0]
    for attribute in INSTANTS:
        if record[attribute] is not None:
            record[attribute] = instant(record[attribute], f"user {user_id}: {attribute}")
    return record


def role_type(role: str) -> int | None:
    """Return the number Zendesk gives a role, none for end users."""
    match role:
        case "admin":
            return ADMIN_ROLE_TYPE
        case "agent":
            return AGENT_ROLE_TYPE
        case _:
            return None


def instant(value: object, where: str) -> str:
    """Return an ISO 8601 instant as Zendesk writes it; a bare day begins at midnight UTC.

    Raises:
        RecordError: It is no instant.
    """
    if isinstance(value, str):
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            pass
        else:
            return stamp(at if at.tzinfo else at.replace(tzinfo=UTC))
    raise RecordError(f"{where} must be an ISO 8601 instant")


def whole_ids(given: Mapping[str, Any], attribute: str, first: object, where: str) -> list[int]:
    """Return a list of ids that a record carries, with `first` always among them.

    Raises:
        RecordError: The list is no list of integers.
    """
    ids = given.get(attribute)
    if ids is None:
        ids = []
    if not isinstance(ids, list) or not all(is_id(each) for each in ids):
        raise RecordError(f"{where}: {attribute} must be a list of ids")
    return ids if first is None or first in ids else [int(str(first)), *ids]


def is_id(value: object) -> bool:
    """Tell whether a value can be a record's id."""
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def undeclared_fields(
    users: Sequence[Mapping[str, Any]], known: Sequence[Mapping[str, Any]]
) -> list[Record]:
    """Return declarations for custom fields that users carry without any being declared."""
    keys = {field["key"] for field in known}
    found: dict[str, Record] = {}
    for user in users:
        values = user.get("user_fields")
        for key, value in values.items() if isinstance(values, Mapping) else ():
            if key not in keys and key not in found and value is not None:
                found[key] = {"key": key, "type": _type_of(value)}
    return list(found.values())


def _type_of(value: object) -> str:
    match value:
        case bool():
            return "checkbox"
        case int():
            return "integer"
        case float():
            return "decimal"
        case list():
            return "multiselect"
        case str() if _is_date(value):
            return "date"
        case _:
            return "text"


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def _check_shapes(given: Mapping[str, Any], where: str) -> None:
    """Refuse parts whose insides are about to be read."""
    if (given.get("role") or "end-user") not in ROLES:
        raise RecordError(f"{where}: role must be one of {', '.join(ROLES)}")
    if not isinstance(given.get("tags"), list | None):
        raise RecordError(f"{where}: tags must be a list of texts")
    if not isinstance(given.get("user_fields"), Mapping | None):
        raise RecordError(f"{where}: user_fields must be an object")
    for attribute in ("organization_ids", "group_ids"):
        whole_ids(given, attribute, None, where)
    identities = given.get("identities")
    if not isinstance(identities, list | tuple | None) or not all(
        isinstance(each, Mapping) for each in identities or ()
    ):
        raise RecordError(f"{where}: identities must be a list of objects")


def _check(record: Record, user_id: int) -> None:
    where = f"user {user_id}"
    if not isinstance(record["name"], str):
        raise RecordError(f"{where}: name must be text")
    for attribute in ("email", "phone", "external_id", "notes", "details", "alias"):
        if record[attribute] is not None and not isinstance(record[attribute], str):
            raise RecordError(f"{where}: {attribute} must be text or null")
    if not all(isinstance(tag, str) for tag in record["tags"]):
        raise RecordError(f"{where}: tags must be a list of texts")
    for attribute in ("active", "suspended", "verified"):
        if not isinstance(record[attribute], bool):
            raise RecordError(f"{where}: {attribute} must be true or false")
    if record["organization_id"] is not None and not is_id(record["organization_id"]):
        raise RecordError(f"{where}: organization_id must be an id or null")


_NOT_KEPT: Final = frozenset({*APART, *ADDED})
