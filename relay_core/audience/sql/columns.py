"""How each field of the catalogue is read in SQL: from a column, or from the custom fields.

Custom fields live in one VARIANT; a missing key, a null and a value of another form than asked
for all come out as null.
"""

from collections.abc import Mapping
from typing import Final

from relay_core.audience.conditions.fields import Field
from relay_core.audience.conditions.operators import Kind
from relay_core.audience.sql.predicates import Binding, sure

COLUMNS: Final[Mapping[str, str]] = {
    "tags": "p.tags",
    "role": "p.role",
    "organization": "p.organization_ids",
    "created": "p.created_at",
    "updated": "p.updated_at",
    "last_login": "p.last_login_at",
    "locale": "p.locale",
    "time_zone": "p.time_zone",
    "name": "p.name",
    "email": "p.email",
    "phone": "p.phone_e164",
    "external_id": "p.external_id",
    "verified": "p.verified",
    "suspended": "p.suspended",
    "notes": "p.notes",
    "details": "p.details",
    "whatsapp": "p.whatsapp",
}
_NEVER_NULL: Final = {"role", "created", "updated", "name", "verified", "suspended"}


def whole(field: Field, binding: Binding) -> str:
    """Return a field as it is stored; a custom field as text."""
    if field.custom_key is None:
        return COLUMNS[field.key]
    return f"variant_extract(p.fields, {binding.bind(field.custom_key)})::VARCHAR"


def cast(field: Field, type_: str, binding: Binding) -> str:
    """Return a field as a type; a value that has not that form counts as empty."""
    if field.custom_key is None:
        return COLUMNS[field.key]
    return f"try_cast(variant_extract(p.fields, {binding.bind(field.custom_key)}) AS {type_})"


def day(field: Field, binding: Binding) -> str:
    """Return the calendar day of a date, or of a moment in the account's time zone."""
    if field.kind is Kind.MOMENT:
        return local_day(COLUMNS[field.key], binding)
    # Zendesk keeps a date with a midnight that belongs to no time zone.
    return f"try_cast(left({whole(field, binding)}, 10) AS DATE)"


def local_day(moment: str, binding: Binding) -> str:
    """Return the calendar day of a stored moment in the account's time zone."""
    return f"timezone({binding.bind(binding.zone.key)}, timezone('UTC', {moment}))::DATE"


def many(field: Field, binding: Binding) -> str:
    """Return the list a field holds; never null."""
    if field.custom_key is None:
        return COLUMNS[field.key]
    return f"coalesce({cast(field, 'VARCHAR[]', binding)}, [])"


def empty(field: Field, binding: Binding) -> str:
    """Return SQL that is true where a field holds nothing."""
    match field.kind:
        case Kind.TAGS | Kind.CHOICES | Kind.ORGANIZATION:
            return f"len({many(field, binding)}) = 0"
        case Kind.MOMENT:
            return f"{COLUMNS[field.key]} IS NULL"
        case Kind.PHONE:
            return "p.phone_state = 'missing'"
        case _:
            return f"coalesce({whole(field, binding)}, '') = ''"


def held(expression: str, field: Field) -> str:
    """Return a comparison of a field that is false where the field is empty.

    The few columns that are never null stay bare, so that DuckDB can skip blocks by their range.
    """
    return f"({expression})" if field.key in _NEVER_NULL else sure(expression)
