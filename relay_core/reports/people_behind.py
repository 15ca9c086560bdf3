"""Who stands behind a number of a report."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, assert_never

import pyarrow as pa

from relay_core.reports.narrowing import Narrowing, query_values
from relay_core.reports.skips import skip_label
from relay_core.store.database import Database
from relay_core.store.ledger import one
from relay_core.store.queries import query

_MOMENT: Final = pa.timestamp("us", tz="UTC")
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_STATES: Final = ("queued", "sending", "accepted", "delivered", "failed", "unknown", "cancelled")


class Group(StrEnum):
    """Which of a run's people. The steps of the funnel are among them by the same names."""

    PLANNED = "planned"  # everybody with a delivery, whatever its state
    ALL = "planned"  # the same
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"  # taken by the channel, also where it failed since
    ACCEPTED = "accepted"  # includes the delivered ones
    DELIVERED = "delivered"
    UNCONFIRMED = "unconfirmed"  # accepted, without a receipt from the phone
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    REPLIED = "replied"
    OPTED_OUT = "opted_out"  # replied with an opt-out word
    SKIPPED = "skipped"  # left out at planning: no delivery was made


_EVENTS: Final = {
    Group.SENT: "sent",
    Group.DELIVERED: "delivered",
    Group.FAILED: "failed",
    Group.REPLIED: "replied",
    Group.OPTED_OUT: "replied",
}
"""What happened to everybody of a group."""


def people_behind(
    database: Database,
    run_id: int,
    *,
    group: Group,
    detail: str | None = None,
    narrowed: Narrowing | None = None,
    show_phones: bool,
) -> pa.Table:
    """Return the people of one group, one row each.

    Columns: delivery_id, person_id, name, phone, state, code, reason, attempts, sent_at,
    delivered_at (both aware, UTC), reply. People who were skipped have no delivery, so theirs are
    mostly empty.

    Args:
        database: The file.
        run_id: The run's number; one that does not exist has nobody behind it.
        group: Whom.
        detail: Only those with this code, as a report's causes name it, or this reason of
            skipping.
        narrowed: Only these; does not tell people who were skipped apart. When something happened
            to a group is when the channel took it, the phone confirmed it, it failed or was first
            answered, as on the chart over time; for any other group, when the request left.
        show_phones: Whole numbers; otherwise masked, as in +31…45.
    """
    values = {"run_id": run_id, "detail": detail, "show_phones": show_phones}
    if group is Group.SKIPPED:
        people = database.table(query("reports.people_skipped"), values)
        labels = [skip_label(code) for code in people["code"].to_pylist()]
        people = _with(people, "reason", pa.array(labels, pa.string()))
    else:
        people = database.table(
            query("reports.people"),
            {
                **values,
                **_within(database, run_id),
                "states": list(_states(group)),
                "taken": group is Group.SENT,
                "replied": group in {Group.REPLIED, Group.OPTED_OUT},
                "opted_out": group is Group.OPTED_OUT,
                "event": _EVENTS.get(group),
                **query_values(narrowed),
            },
        )
    for name in ("sent_at", "delivered_at"):
        people = _with(people, name, people[name].cast(_MOMENT))
    return people


def _within(database: Database, run_id: int) -> dict[str, object]:
    """Return from when to when receipts of the run were heard; without bounds all would be read."""
    head = one(database.rows("reports.head", run_id=run_id))
    since = head["created_at"] if head else _EVER
    last_at = database.rows("reports.span", run_id=run_id)[0]["last_at"]
    return {"since": since, "until": last_at or since}


def _states(group: Group) -> tuple[str, ...]:
    match group:
        case Group.PLANNED | Group.ALL:
            return _STATES
        case Group.SENT:
            return ("accepted", "delivered", "failed")
        case Group.ACCEPTED | Group.REPLIED | Group.OPTED_OUT:
            return ("accepted", "delivered")
        case Group.UNCONFIRMED:
            return ("accepted",)
        case (
            Group.QUEUED
            | Group.SENDING
            | Group.DELIVERED
            | Group.FAILED
            | Group.UNKNOWN
            | Group.CANCELLED
        ):
            return (group.value,)
        case Group.SKIPPED:
            return ()
        case _:
            assert_never(group)


def _with(table: pa.Table, name: str, column: pa.Array | pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, column)
