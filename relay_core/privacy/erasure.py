"""Erasure on request: what says who somebody is goes, every row that is counted stays.

An opt-out or a block holds on, by the pseudonym of the number; see `relay_core.people.pseudonyms`.
A number that somebody else has too stays where it is, because it is theirs as well.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from relay_core.campaigns.part_count import count_parts
from relay_core.errors import ErasureRefused, NotFound
from relay_core.people.kept import drop_person
from relay_core.people.pseudonyms import forget_numbers, key_of, pseudonym
from relay_core.privacy.traces import Traces, pattern_of, traces_of
from relay_core.store.audit import note
from relay_core.store.ledger import Ledger, Session

_LEAST_DIGITS: Final = 8
"""Of the end of a number: enough to know it by, however its beginning is written."""
_EVERYWHERE: Final = (
    "erasure.forget_number_of_messages",
    "erasure.forget_number_of_receipts",
    "erasure.forget_number_of_replies",
    "erasure.forget_number_of_settlements",
    "erasure.forget_number_of_opt_outs",
    "erasure.forget_number_of_suppressions",
    "erasure.forget_number_of_rests",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedPerson:
    """Somebody whom the mirror passes over."""

    person_id: int
    actor: str
    erased_at: datetime


def erase(
    ledger: Ledger, person_id: int, *, typed: str, region: str, actor: str, now: datetime
) -> Traces:
    """Forget one person, whole or not at all.

    Args:
        ledger: The file.
        person_id: Whom.
        typed: Their name or number, typed by whoever does it.
        region: Country of a number typed without a plus sign, ISO 3166.
        actor: Who does it.
        now: When.

    Returns:
        What there was.

    Raises:
        NotFound: Nothing is known of such a person.
        ErasureRefused: Something else was typed, or a message to them is on its way or in doubt.
    """

    def work(session: Session) -> Traces:
        traces = traces_of(session.run, person_id)
        _refuse(traces, typed=typed, region=region)
        _cancel(session, traces, now=now)
        _keep_from_being_messaged(session, traces, now=now)
        _forget_texts(session, traces)
        _forget_what_was_typed(session, traces)
        _forget_numbers(session, traces)
        session.run("erasure.end_tag_changes", person_id=person_id, now=now)
        session.run("erasure.drop_marks", person_id=person_id)
        session.run("erasure.keep_tickets", person_id=person_id)
        drop_person(session, person_id)
        session.run("erasure.keep_out", person_id=person_id, actor=actor, now=now)
        counts = {"messages": traces.messages, "replies": traces.replies}
        note(
            session,
            actor=actor,
            event="person.erased",
            subject=str(person_id),
            now=now,
            detail=json.dumps(counts | {"cancelled": traces.queued}),
        )
        return traces

    return ledger.write(work)


def erased_people(ledger: Ledger) -> list[ErasedPerson]:
    """Return who was erased, the latest first."""
    return [ErasedPerson(**row) for row in ledger.rows("erasure.erased")]


def let_back(ledger: Ledger, person_id: int, *, actor: str, now: datetime) -> None:
    """Let the mirror have somebody again who was erased: as new as at the next whole sync.

    Raises:
        NotFound: Nobody of that id was erased.
    """

    def work(session: Session) -> bool:
        if not session.run("erasure.let_back", person_id=person_id):
            return False
        note(session, actor=actor, event="person.let_back", subject=str(person_id), now=now)
        return True

    if not ledger.write(work):
        raise NotFound(
            "nobody of that id was erased", advice=f"Person {person_id} was not erased here."
        )


def _refuse(traces: Traces, *, typed: str, region: str) -> None:
    if not traces.is_meant_by(typed, region=region):
        raise ErasureRefused(
            "not what was typed",
            advice="That is not their name or number as Relay knows it. Type it to be sure whom "
            "you erase. Nothing was changed.",
        )
    if traces.sending_in:
        raise ErasureRefused(
            "a message is leaving",
            advice=f"A message to them is leaving in run {_listed(traces.sending_in)}. Wait a "
            "minute and try again. Nothing was changed.",
        )
    if traces.unknown_in:
        raise ErasureRefused(
            "a message is in doubt",
            advice="Nobody knows whether a message to them left in run "
            f"{_listed(traces.unknown_in)}. Decide that first, on the page of the run or with "
            f"`relay run unknown {traces.unknown_in[0]}`. Nothing was changed.",
        )


def _cancel(session: Session, traces: Traces, *, now: datetime) -> None:
    touched = session.run("erasure.cancel_queued", person_id=traces.person_id, now=now)
    for run_id in {row["run_id"] for row in touched}:
        session.run("runs.finish_if_settled", run_id=run_id, now=now)


def _keep_from_being_messaged(session: Session, traces: Traces, *, now: datetime) -> None:
    """Let an opt-out of the profile, or an entry of the block list, outlive the profile."""
    if traces.speaks_for_number and traces.phone:
        session.run("erasure.never_again", phone=traces.phone, now=now)


def _forget_texts(session: Session, traces: Traces) -> None:
    texts = session.run("erasure.texts", person_id=traces.person_id)
    session.run_many(
        "erasure.forget_messages",
        [{"id": row["id"], "parts": count_parts(row["body"])} for row in texts],
    )
    session.run("erasure.forget_attempts", person_id=traces.person_id)
    session.run("erasure.forget_receipts", person_id=traces.person_id)
    written = session.run(
        "erasure.replies", person_id=traces.person_id, phones=list(traces.own_phones)
    )
    session.run("erasure.forget_replies", message_ids=[row["message_id"] for row in written])
    session.run("erasure.forget_exclusions", person_id=traces.person_id)


def _forget_what_was_typed(session: Session, traces: Traces) -> None:
    """Take them out of uploads, events, reasons, notes and the audit trail."""
    key = key_of(session)
    also = [text.lower() for text in (traces.email, traces.external_id) if text]
    named = [str(traces.person_id), *also, *traces.own_phones]
    for row in session.run("erasure.identifiers", identifiers=named):
        made = pseudonym(row["identifier"], key=key)
        session.run("erasure.forget_identifier", **row, pseudonym=made)
    texts = [text.lower() for text in traces.spelled]
    digits = [phone[-_LEAST_DIGITS:] for phone in traces.own_phones]
    session.run("erasure.forget_leftovers", texts=texts, digits=digits)
    session.run("erasure.forget_unread_events", texts=texts, digits=digits)
    session.run("erasure.forget_choices", person_id=traces.person_id)
    for row in session.run("erasure.moves", person_id=traces.person_id):
        told = json.loads(row["detail"])
        if traces.person_id in told.get("ids", ()) and told.get("reason"):
            detail = json.dumps(told | {"reason": ""}, ensure_ascii=False)
            session.run("erasure.rewrite_entry", former=row["detail"], detail=detail)
    if pattern := pattern_of(traces):
        session.run("erasure.forget_in_audit", pattern=pattern)
        session.run("erasure.forget_in_notes", pattern=pattern)
        session.run("erasure.forget_in_reasons", pattern=pattern)


def _forget_numbers(session: Session, traces: Traces) -> None:
    for phone, made in forget_numbers(session, traces.own_phones).items():
        for query in _EVERYWHERE:
            session.run(query, phone=phone, pseudonym=made)


def _listed(runs: tuple[int, ...]) -> str:
    return ", ".join(map(str, dict.fromkeys(runs)))
