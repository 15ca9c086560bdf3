"""People moved by hand: into one campaign, out of it, or out of every campaign (the block list).

A move is made as a whole or not at all. Nobody can be moved against what only they, or Zendesk,
can change: an opt-out, a missing number.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from relay_core.audience.conditions.limits import NO_LIMITS
from relay_core.audience.conditions.values import is_typable
from relay_core.audience.policy import EVERY_CAMPAIGN, Policy, Purpose
from relay_core.audience.resolving.nested import among
from relay_core.audience.screening.decisions import screening
from relay_core.audience.screening.reasons import Reason
from relay_core.errors import AudienceError, NotFound
from relay_core.store.audit import note
from relay_core.store.database import Database
from relay_core.store.ledger import Ledger, Row, Session, one

ChoiceWord = Literal["included", "excluded"]

BLOCK_LIST: Final = "block list"
_LONGEST_REASON: Final = 500
_MOST_NAMED: Final = 5
_LABELS: Final = {reason.value: reason.label for reason in Reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What somebody decided about one person."""

    campaign_id: int | None
    """None for the block list."""
    campaign: str
    person_id: int
    person_name: str
    choice: ChoiceWord
    actor: str
    reason: str
    chosen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a move did."""

    people: int
    overrode: Mapping[str, int]
    """Reasons that including them wins over, and of how many of them."""


def choose(
    database: Database,
    *,
    purpose: Purpose,
    policy: Policy,
    person_ids: Sequence[int],
    choice: ChoiceWord,
    reason: str,
    actor: str,
    now: datetime,
) -> Moved:
    """Move people into a campaign or out of it; a later choice about a person replaces this one.

    Args:
        database: Where choices are kept.
        purpose: The campaign, with its template and channel; without a campaign, the block list.
        policy: What the settings say, for the rules that including may win over.
        person_ids: Who is moved.
        choice: Where to.
        reason: Why. May be empty, unless including somebody wins over a rule.
        actor: Who decided.
        now: When.

    Raises:
        AudienceError: Somebody cannot be included, or a reason is needed; the advice says who and
            why. Nobody was moved then.
        NotFound: There is no such campaign, or not every person is known.
    """
    ids = sorted(set(person_ids))
    reason = _checked_reason(reason)
    subject = _subject(database, purpose.campaign_id)
    names = _names(database, ids, deleted_too=choice == "excluded")
    overrode: dict[str, int] = {}
    if choice == "included":
        if purpose.campaign_id is None:
            raise AudienceError(
                "nobody is included in every campaign",
                advice="The block list holds people who are left out of every campaign. To take "
                "somebody off it, remove them from the list.",
            )
        overrode = _overridden(database, ids, names, policy=policy, purpose=purpose, now=now)
        if overrode and not reason:
            raise AudienceError(
                "a reason is needed",
                advice=f"Say why: {_counted(overrode)}. Nobody was moved.",
            )
    campaign_id = EVERY_CAMPAIGN if purpose.campaign_id is None else purpose.campaign_id
    rows = [
        {
            "campaign_id": campaign_id,
            "person_id": id_,
            "choice": choice,
            "actor": actor,
            "reason": reason,
            "chosen_at": now,
        }
        for id_ in ids
    ]

    def work(session: Session) -> None:
        session.run_many("choices.put", rows)
        _note(
            session,
            f"people.{choice}",
            subject,
            ids,
            actor=actor,
            now=now,
            overrode=overrode,
            reason=reason,
        )

    if ids:
        database.write(work)
    return Moved(people=len(ids), overrode=overrode)


def unchoose(
    ledger: Ledger,
    *,
    campaign_id: int | None,
    person_ids: Sequence[int],
    actor: str,
    now: datetime,
) -> int:
    """Take back what was decided about people, and return about how many something was.

    Args:
        ledger: Where choices are kept.
        campaign_id: None for the block list.
        person_ids: Whom; those about whom nothing was decided are passed over.
        actor: Who takes it back.
        now: When.

    Raises:
        NotFound: There is no such campaign.
    """
    subject = _subject(ledger, campaign_id)

    def work(session: Session) -> int:
        kept = EVERY_CAMPAIGN if campaign_id is None else campaign_id
        gone = session.run("choices.drop", campaign_id=kept, ids=sorted(set(person_ids)))
        ids = sorted(row["person_id"] for row in gone)
        if ids:
            _note(session, "people.released", subject, ids, actor=actor, now=now)
        return len(ids)

    return ledger.write(work)


def choices(ledger: Ledger, campaign_id: int | None) -> list[Choice]:
    """Return every choice in a campaign, or the block list for None, the latest first."""
    kept = EVERY_CAMPAIGN if campaign_id is None else campaign_id
    return [_choice(row) for row in ledger.rows("choices.of_campaign", campaign_id=kept)]


def choices_about(ledger: Ledger, person_id: int) -> list[Choice]:
    """Return every choice about one person, the latest first."""
    return [_choice(row) for row in ledger.rows("choices.of_person", person_id=person_id)]


def _overridden(
    database: Database,
    ids: Sequence[int],
    names: Mapping[int, str],
    *,
    policy: Policy,
    purpose: Purpose,
    now: datetime,
) -> dict[str, int]:
    """Return the reasons that including these people wins over.

    They are looked at together with those who are included already, so that two profiles of one
    number are seen.

    Raises:
        AudienceError: Somebody would be left out even so.
    """
    made = screening(among(ids), policy=policy, purpose=purpose, limits=NO_LIMITS, now=now)
    firm = {str(rule.reason) for rule in made.applied if not rule.reason.overridable}
    truths = made.truths()
    beside = database.rows("choices.excluded_beside", ids=ids, campaign_id=purpose.campaign_id)
    overrode: dict[str, int] = {}
    refused: dict[str, list[str]] = {}
    if beside:
        refused[Reason.EXCLUDED] = [names[row["id"]] for row in beside]
    for row in database.table(truths.text, truths.values).to_pylist():
        if row["id"] not in names:
            continue
        held = [str(rule.reason) for rule in made.applied if row[rule.reason]]
        if cause := next((reason for reason in held if reason in firm), None):
            refused.setdefault(cause, []).append(names[row["id"]])
        for reason in held:
            overrode[reason] = overrode.get(reason, 0) + 1
    if refused:
        listed = "\n".join(f"- {_LABELS[r]}: {_named(who)}" for r, who in refused.items())
        raise AudienceError(
            f"{sum(map(len, refused.values()))} people cannot be included",
            advice=f"Nobody was moved, for these would be left out even so:\n{listed}",
        )
    return overrode


def _names(ledger: Ledger, ids: Sequence[int], *, deleted_too: bool) -> dict[int, str]:
    rows = ledger.rows("choices.known", ids=list(ids))
    known = {row["id"]: row["name"] for row in rows if row["active"] or deleted_too}
    if missing := [id_ for id_ in ids if id_ not in known]:
        listed = ", ".join(map(str, missing[:_MOST_NAMED]))
        more = f" and {len(missing) - _MOST_NAMED:,} more" if len(missing) > _MOST_NAMED else ""
        raise NotFound(
            f"{len(missing)} people are not known",
            advice=f"Nobody was moved. These people are not known, or deleted: {listed}{more}.",
        )
    return known


def _subject(ledger: Ledger, campaign_id: int | None) -> str:
    if campaign_id is None:
        return BLOCK_LIST
    row = one(ledger.rows("choices.campaign", campaign_id=campaign_id))
    if row is None:
        raise NotFound("no campaign of that number", advice=f"There is no campaign {campaign_id}.")
    return str(row["name"])


def _checked_reason(reason: str) -> str:
    reason = reason.strip()
    if len(reason) > _LONGEST_REASON or not is_typable(reason):
        raise AudienceError(
            "reason not usable",
            advice=f"Say why in at most {_LONGEST_REASON} characters.",
        )
    return reason


def _note(
    session: Session,
    event: str,
    subject: str,
    ids: Sequence[int],
    *,
    actor: str,
    now: datetime,
    overrode: Mapping[str, int] | None = None,
    reason: str = "",
) -> None:
    detail: dict[str, object] = {"people": len(ids), "ids": list(ids)}
    if overrode:
        # Winning over a rule is answered for, also once the decision has been taken back.
        detail |= {"overrode": dict(overrode), "reason": reason}
    text = json.dumps(detail, ensure_ascii=False)
    note(session, actor=actor, event=event, subject=subject, now=now, detail=text)


def _choice(row: Row) -> Choice:
    block_list = row["campaign_id"] == EVERY_CAMPAIGN
    return Choice(
        campaign_id=None if block_list else row["campaign_id"],
        campaign=BLOCK_LIST if block_list else row["campaign"] or f"campaign {row['campaign_id']}",
        person_id=row["person_id"],
        person_name=row["name"] or f"person {row['person_id']}",
        choice=row["choice"],
        actor=row["actor"],
        reason=row["reason"],
        chosen_at=row["chosen_at"],
    )


def _counted(reasons: Mapping[str, int]) -> str:
    return ", ".join(f"{_LABELS[r]} ({number:,})" for r, number in reasons.items())


def _named(names: Iterable[str]) -> str:
    listed = sorted(names)
    more = f" and {len(listed) - _MOST_NAMED:,} more" if len(listed) > _MOST_NAMED else ""
    return ", ".join(listed[:_MOST_NAMED]) + more
