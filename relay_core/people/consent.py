"""What says that a person may be messaged, in one word that is kept with each message."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

NOT_REQUIRED: Final = "not_required"


def consent_of(
    *, tags: Sequence[str], fields: Mapping[str, Any], rules: Mapping[str, Any]
) -> str | None:
    """Return what said yes: `tag:…`, `field:…`, or that it was not asked for; None: nothing.

    Args:
        tags: Of the profile, in lower case.
        fields: Of the profile, by key.
        rules: The settings that decide, as `Settings.deciding` gives them.
    """
    for tag in rules.get("consent_tags", ()):
        if tag.lower() in tags:
            return f"tag:{tag.lower()}"
    for key in rules.get("consent_fields", ()):
        if fields.get(key) in {True, "true"}:
            return f"field:{key}"
    return None if rules.get("consent_required") else NOT_REQUIRED


def said_consent(consent: str | None) -> str:
    """Return the same as a person reads it."""
    if consent is None:
        return "not noted"
    kind, _, name = consent.partition(":")
    match kind:
        case "tag":
            return f"tag {name}"
        case "field":
            return f"field {name} checked"
        case _:
            return "not required"
