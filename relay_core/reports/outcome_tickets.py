"""The tickets behind a figure of an outcome, each with its place in Zendesk."""

from typing import Final

import pyarrow as pa

from relay_core.reports.outcomes import bounds
from relay_core.store.database import Database
from relay_core.store.queries import query

_MOMENT: Final = pa.timestamp("us", tz="UTC")


def outcome_tickets(
    database: Database, run_id: int, *, hours: int, held_out: bool, answers: bool, zendesk_url: str
) -> pa.Table:
    """Return the tickets, one row each, in the order in which they were opened.

    Columns: person_id, name, ticket_id, opened_at (aware, UTC), hours_after, channel, reply (of
    answers, the replies that opened the ticket), is_certain (whether Zendesk says that they did;
    else the time makes it probable), link (where an agent sees it).

    Args:
        database: The file.
        run_id: The run's number.
        hours: Of the window.
        held_out: Those of people held out, in place of recipients.
        answers: Those that replies to the message opened, in place of all others.
        zendesk_url: Of the account.
    """
    groups = database.rows("outcomes.groups", run_id=run_id)[0]
    tickets = database.table(
        query("outcomes.tickets"),
        {
            "run_id": run_id,
            "hours": hours,
            "held_out": held_out,
            "answers": answers,
            **bounds(groups),
        },
    )
    place = tickets.column_names.index("opened_at")
    tickets = tickets.set_column(place, "opened_at", tickets["opened_at"].cast(_MOMENT))
    root = zendesk_url.rstrip("/")
    links = [f"{root}/agent/tickets/{number}" for number in tickets["ticket_id"].to_pylist()]
    return tickets.append_column("link", pa.array(links, pa.string()))
