"""What the mirror knows of one person, in words."""

import json
from datetime import datetime
from typing import Final

from relay_core.audience.conditions.fields import Catalogue
from relay_core.audience.conditions.operators import Kind
from relay_core.store.ledger import Row

_PROFILE: Final = {
    "id": "Id",
    "email": "E-mail",
    "phone": "Phone",
    "phone_e164": "Number",
    "phone_state": "Phone is",
    "phone_country": "Country",
    "whatsapp": "WhatsApp",
    "role": "Role",
    "organizations": "Organizations",
    "tags": "Tags",
    "locale": "Language",
    "time_zone": "Time zone",
    "external_id": "External id",
    "verified": "Verified",
    "suspended": "Suspended",
    "created_at": "Created",
    "updated_at": "Updated",
    "last_login_at": "Last sign-in",
}


def shown(profile: Row, catalogue: Catalogue) -> dict[str, str]:
    """Return what `lookup.profile` says of a person, by label; what is empty is left out."""
    fields: dict[str, object] = json.loads(profile["fields"] or "{}")
    known = {label: profile[key] for key, label in _PROFILE.items()}
    for field in catalogue.fields:
        if field.custom_key is not None:
            value = fields.get(field.custom_key)
            # Zendesk keeps a date with a midnight that belongs to no time zone.
            known[field.label] = str(value)[:10] if value and field.kind is Kind.DATE else value
    return {label: _text(value) for label, value in known.items() if value not in (None, "", [])}


def _text(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(str, value))
        case datetime():
            return f"{value:%Y-%m-%d %H:%M} UTC"
        case _:
            return str(value)
