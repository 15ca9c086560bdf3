"""What a page of each kind becomes: the rows it adds and the rows it ends."""

from datetime import datetime
from typing import Final

from relay_core.gateways.talk_lanes import TICKET_PREFIX
from relay_core.gateways.zendesk_records import MembershipPage, TicketPage, UserPage
from relay_core.people.mirror import remembering
from relay_core.people.stages import Batch, Standing
from relay_core.store.ledger import Session, Work

_DELETED: Final = "deleted"
_SETTLED: Final = frozenset({"solved", "closed", _DELETED})
"""Statuses after which nobody is in conversation about a ticket."""


def batch_of_people(page: UserPage, *, region: str) -> Batch:
    """Return a page of the users' export; phones are read for `region`."""
    work = remembering(page.users, region=region)
    return Batch(records=len(page.users), keep=lambda _: work)


def batch_of_tickets(page: TicketPage, *, is_first: bool) -> Batch:
    """Return a page of the tickets' export.

    Kept are tickets that are not settled, and of every ticket that it was opened, if that was
    after the first run. Tickets that Relay itself made to text somebody were opened by nobody.

    Args:
        page: As it came.
        is_first: Whether the export begins here, so that what was known before is forgotten.
    """
    latest = {ticket.id: ticket for ticket in page.tickets}.values()
    rows = [
        ticket.model_dump(include={"id", "requester_id", "status", "updated_at"})
        for ticket in latest
        if ticket.status not in _SETTLED and ticket.requester_id is not None
    ]
    kept = {row["id"] for row in rows}
    settled = [ticket.id for ticket in latest if ticket.id not in kept]
    opened = [
        {
            "id": ticket.id,
            "requester_id": ticket.requester_id,
            "opened_at": ticket.created_at,
            "channel": ticket.channel,
            "is_messaging": bool(ticket.from_messaging_channel),
        }
        for ticket in latest
        if ticket.status != _DELETED
        and None not in {ticket.requester_id, ticket.created_at}
        and not (ticket.external_id or "").startswith(TICKET_PREFIX)
    ]
    deleted = [ticket.id for ticket in latest if ticket.status == _DELETED]

    def work(session: Session) -> None:
        if is_first:
            session.run("people.drop_all_tickets")
        elif settled:
            session.run("people.drop_tickets", ids=settled)
        session.run_many("people.upsert_tickets", rows)
        session.run_many("people.upsert_opened_tickets", opened)
        if deleted:
            session.run("people.drop_opened_tickets", ids=deleted)

    until = page.tickets[-1].updated_at if page.tickets else None
    return Batch(records=len(page.tickets), keep=lambda _: work, until=until)


def batch_of_memberships(page: MembershipPage) -> Batch:
    """Return a page of memberships; those that no page has shown end with the last one."""

    def keep(standing: Standing) -> Work[None]:
        rows = _membership_rows(page, seen_at=standing.begun_at)

        def work(session: Session) -> None:
            session.run_many("people.add_memberships", rows)
            touched = {row["person_id"] for row in rows}
            if page.following is None:
                ended = session.run("people.drop_memberships", seen_at=standing.begun_at)
                touched |= {row["person_id"] for row in ended}
            if touched:
                session.run("people.apply_memberships", ids=list(touched))

        return work

    return Batch(records=len(page.organization_memberships), keep=keep)


def _membership_rows(page: MembershipPage, *, seen_at: datetime) -> list[dict[str, object]]:
    latest = {each.id: each for each in page.organization_memberships}.values()
    return [
        {
            "id": each.id,
            "person_id": each.user_id,
            "organization_id": each.organization_id,
            "is_default": bool(each.default),
            "seen_at": seen_at,
        }
        for each in latest
    ]
