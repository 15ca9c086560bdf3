"""What is kept with people although other rows tell it: shared numbers, and the last message.

An audience asks it of everybody at once, so one pass over people has to answer. Each fact is
changed in the transaction that changes what it follows from, and never otherwise.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from relay_core.people.pseudonyms import known_again
from relay_core.people.settled import keep_caps, keep_refusals
from relay_core.store.ledger import Session

_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATELY: Final = timedelta(days=60)


def keep_people(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Add or replace people, and what follows from it for everybody who has their numbers.

    Whoever was erased on request stays away, whatever Zendesk says.

    Args:
        session: The transaction.
        rows: Each person once; see `relay_core.people.mirror.row_of`.
    """
    erased = {row["person_id"] for row in session.run("kept.erased")}
    rows = [row for row in rows if row["id"] not in erased]
    if not rows:
        return
    known_again(session, {str(row["phone_e164"]) for row in rows if row["phone_e164"]})
    ids = [row["id"] for row in rows]
    before = _numbers(session, ids)
    session.run("kept.drop_tickets_of_erased", ids=ids)
    session.run_many("people.upsert", rows)
    after = _numbers(session, ids)
    if moved := [id_ for id_ in ids if id_ not in before or before[id_] != after[id_]]:
        session.run("kept.recall_messages", ids=moved, since=_EVER)
        keep_caps(session, moved)
    keep_refusals(session, ids)
    touched = {number for number in (*before.values(), *after.values()) if number is not None}
    if touched:
        _keep_sharers(session, sorted(touched))
        session.run("kept.note_sharers", ids=ids, numbers=sorted(touched))


def drop_person(session: Session, person_id: int) -> None:
    """Take somebody out of the mirror, and what follows from it for whoever has their number."""
    number = _numbers(session, [person_id]).get(person_id)
    for query in ("kept.drop_person", "kept.drop_memberships", "kept.drop_tickets"):
        session.run(query, id=person_id)
    if number is not None:
        _keep_sharers(session, [number])
        session.run("kept.note_sharers", ids=[person_id], numbers=[number])


def note_message(session: Session, *, person_id: int, phone: str, now: datetime) -> None:
    """Note that a message leaves."""
    session.run("kept.note_message", person_id=person_id, now=now)
    ids = [person_id]
    # Everybody is looked through for a number only where somebody else may have it.
    if not session.run("kept.alone", person_id=person_id, phone=phone):
        session.run("kept.note_message_to_number", phone=phone, now=now)
        ids += [row["id"] for row in session.run("kept.with_number", phone=phone)]
    keep_caps(session, ids, now=now)


def recall_messages(session: Session, delivery_id: int) -> None:
    """Work out the last message again, after a delivery turned out to have left, or not."""
    reached = session.run("kept.reached", delivery_id=delivery_id)
    ids = [row["id"] for row in reached]
    begun_at = reached[0]["begun_at"] if reached else None
    keep_caps(session, ids, now=begun_at)
    # Whatever is found of late is the last one; all that was ever sent is rarely looked through.
    for since in (begun_at - _LATELY if begun_at else _EVER, _EVER):
        if not ids:
            return
        session.run("kept.recall_messages", ids=ids, since=since)
        ids = [row["id"] for row in session.run("kept.not_found", ids=ids)]


def recall_messages_of(session: Session, delivery_ids: Sequence[int]) -> None:
    """Do the same for many deliveries at once, in a few passes over all that was sent."""
    ids = [row["id"] for row in session.run("kept.reached_by", delivery_ids=delivery_ids)]
    if ids:
        session.run("kept.recall_messages", ids=ids, since=_EVER)
        keep_caps(session, ids)


def _numbers(session: Session, ids: Sequence[object]) -> dict[object, int | None]:
    return {row["id"]: row["phone_number"] for row in session.run("kept.numbers", ids=ids)}


def _keep_sharers(session: Session, numbers: Sequence[int]) -> None:
    session.run("kept.drop_sharers", numbers=numbers)
    shared = session.run("kept.shared_numbers", numbers=numbers)
    if shared:
        session.run("kept.add_sharers", numbers=[row["phone_number"] for row in shared])
