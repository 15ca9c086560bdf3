"""The people behind a number, with the columns an analyst chose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from relay_core.audience.conditions.fields import CUSTOM, Catalogue
from relay_core.audience.policy import Purpose
from relay_core.audience.resolving.matching import Match
from relay_core.audience.resolving.sources import Sources
from relay_core.audience.screening.preview import screening_of
from relay_core.errors import AudienceError
from relay_core.store.tables import Table

_ORGANIZATIONS: Final = """(SELECT list(o.name ORDER BY o.name)
           FROM unnest(p.organization_ids) AS m(id) JOIN organizations o ON o.id = m.id)"""

_COLUMNS: Final = {
    "id": ("Id", "p.id"),
    "name": ("Name", "p.name"),
    "email": ("E-mail", "p.email"),
    "phone": ("Phone", "p.phone"),
    "phone_e164": ("Number", "p.phone_e164"),
    "phone_country": ("Country", "p.phone_country"),
    "locale": ("Language", "p.locale"),
    "time_zone": ("Time zone", "p.time_zone"),
    "tags": ("Tags", "p.tags"),
    "organizations": ("Organizations", _ORGANIZATIONS),
    "role": ("Role", "p.role"),
    "external_id": ("External id", "p.external_id"),
    "whatsapp": ("WhatsApp", "p.whatsapp"),
    "verified": ("Verified", "p.verified"),
    "suspended": ("Suspended", "p.suspended"),
    "notes": ("Notes", "p.notes"),
    "details": ("Details", "p.details"),
    "created": ("Created", "p.created_at"),
    "updated": ("Updated", "p.updated_at"),
    "last_login": ("Last sign-in", "p.last_login_at"),
    "last_message": ("Last message", "p.last_message_at"),
    "decision": ("Decision", "s.decision"),
    "messaged_through": (
        "Messaged through",
        "(SELECT o.name FROM people o WHERE o.id = s.owner_id)",
    ),
}
"""Key to label and SQL over a person `p` and the decision about them, `s`."""


@dataclass(frozen=True, slots=True)
class Column:
    """Something that can be shown of each person."""

    key: str
    label: str


def columns_of(catalogue: Catalogue) -> tuple[Column, ...]:
    """Return every column that can be chosen, custom fields last."""
    own = (Column(key, label) for key, (label, _) in _COLUMNS.items())
    custom = (Column(f.key, f.label) for f in catalogue.fields if f.custom_key is not None)
    return (*own, *custom)


def people_of(
    found: Match,
    sources: Sources,
    *,
    purpose: Purpose,
    now: datetime,
    decision: str | None,
    columns: Sequence[str],
    limit: int | None = None,
) -> Table:
    """Return the people behind a bar of the waterfall, by id.

    Args:
        found: Who is matched.
        sources: What it is evaluated against.
        purpose: What the audience is for.
        now: The moment that stretches of time are counted back from (aware).
        decision: A `Reason` or `WILL_RECEIVE`; None for everybody who is matched.
        columns: Keys of `columns_of`, in the order of the table; each becomes a column's name.
        limit: Most people; None for all.

    Raises:
        AudienceError: A column is not one of those.
    """
    known = {column.key for column in columns_of(sources.catalogue)}
    if unknown := [column for column in columns if column not in known]:
        raise AudienceError(
            "unknown columns",
            advice=f"There is no column {', '.join(unknown)}. Choose from the list.",
        )
    values: dict[str, object] = {}
    chosen = []
    for number, column in enumerate(columns):
        if column.startswith(CUSTOM):
            values[f"field_{number}"] = column.removeprefix(CUSTOM)
            sql = f"variant_extract(p.fields, $field_{number})::VARCHAR"
        else:
            _, sql = _COLUMNS[column]
        chosen.append(f"{sql} AS column_{number}")
    decisions = screening_of(found, sources, purpose=purpose, now=now).decisions()
    only = ""
    if decision is not None:
        only, values["decision"] = "WHERE decision = $decision", decision
    cut = ""
    if limit is not None:
        cut, values["most"] = "LIMIT $most", limit
    told = sources.database.table(
        f"SELECT {', '.join(chosen)}\n"  # noqa: S608 - known columns; values are bound
        f"  FROM (SELECT * FROM ({decisions.text}) {only} ORDER BY id {cut}) s\n"
        "  JOIN people p ON p.id = s.id\n ORDER BY p.id",
        {**decisions.values, **values},
    )
    return told.rename_columns(list(columns))
