"""People who may be meant, as a table that tells them apart."""

from collections.abc import Sequence

import pyarrow as pa

from relay_core.audience.person.finding import FoundPerson


def people_table(people: Sequence[FoundPerson]) -> pa.Table:
    """Return one row for each person, in their order."""
    return pa.table(
        {
            "Name": pa.array([person.name for person in people], pa.string()),
            "E-mail": pa.array([person.email for person in people], pa.string()),
            "Phone": pa.array([person.phone for person in people], pa.string()),
            "State": pa.array([state(person) for person in people], pa.string()),
            "External id": pa.array([person.external_id for person in people], pa.string()),
            # An id is no quantity: as a text it has no separators and no sum.
            "Zendesk id": pa.array([str(person.id) for person in people], pa.string()),
        }
    )


def state(person: FoundPerson) -> str:
    """Return what is out of the ordinary about a person, if anything is."""
    if not person.active:
        return "Deleted"
    if person.role != "end-user":
        return "Team member"
    return "Suspended" if person.suspended else ""
