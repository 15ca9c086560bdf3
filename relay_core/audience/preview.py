"""An audience before it is used: who is matched, who is left out and why, who will receive."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from relay_core.audience.definition import AudienceDefinition
from relay_core.audience.matching import Match, Sources, match
from relay_core.audience.predicates import Predicate
from relay_core.audience.screening import WILL_RECEIVE, Reason, screened
from relay_core.store.tables import Table


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the waterfall from matched to will receive."""

    reason: Reason
    count: int
    """People left out here, each at the first reason that holds."""
    left: int
    """People still in after this step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudiencePreview:
    """The audience as it is now."""

    matched: int
    steps: tuple[Step, ...]
    """Every reason in the order of looking, also those that left nobody out."""
    will_receive: int
    explanation: str
    """What was asked, then what is implied, in sentences."""
    searched: int | None
    """Different people the search export gave; None when the mirror alone was asked."""
    counted: int | None
    """How many Zendesk said there are."""
    complete: bool
    """True when nothing speaks for anybody missing."""
    notices: tuple[str, ...]
    """What a person should know about the numbers."""
    people: Table
    """Everybody matched, by id: the columns of `relay_core.audience.screening.screened`."""


def preview(definition: AudienceDefinition, sources: Sources, *, now: datetime) -> AudiencePreview:
    """Evaluate and screen a definition.

    Everything comes from one reading of the file, so the numbers and the people agree.

    Raises:
        AudienceError: The definition makes no sense in this account, or a query is not usable.
        AudienceTooLarge: A query finds more people than the limit; nothing was fetched.
        GatewayError: Zendesk could not be asked.
        NotFound: A segment does not exist.
    """
    found = match(definition, sources, now=now)
    query = screening_of(found, sources)
    people = sources.database.table(query.text, query.values)
    decisions = Counter(people.column("decision").to_pylist())
    matched, will_receive = people.num_rows, decisions[WILL_RECEIVE]
    return AudiencePreview(
        matched=matched,
        steps=_waterfall(decisions, matched=matched),
        will_receive=will_receive,
        explanation=found.explanation,
        searched=found.searched,
        counted=found.counted,
        complete=found.complete,
        notices=_notices(found, matched=matched, will_receive=will_receive, sources=sources),
        people=people,
    )


def screening_of(found: Match, sources: Sources) -> Predicate:
    """Return the query that decides about everybody who is matched; see `screened`."""
    return screened(
        found.predicate,
        opt_out_tags=sources.opt_out_tags,
        opt_out_fields=sources.opt_out_fields,
    )


def _waterfall(decisions: Mapping[str, int], *, matched: int) -> tuple[Step, ...]:
    steps = []
    left = matched
    for reason in Reason:
        count = decisions.get(reason, 0)
        left -= count
        steps.append(Step(reason, count, left))
    return tuple(steps)


def _notices(found: Match, *, matched: int, will_receive: int, sources: Sources) -> tuple[str, ...]:
    notices = [found.notice] if found.notice else []
    if found.searched is not None and found.searched > matched:
        notices.append(
            f"{found.searched - matched:,} of the people found are deleted in Zendesk and are "
            "not matched."
        )
    if will_receive > sources.audience_cap:
        notices.append(
            f"{will_receive:,} people would receive this, and the limit is "
            f"{sources.audience_cap:,}. It cannot be sent like this: narrow the audience, or raise "
            "RELAY_AUDIENCE_CAP."
        )
    return tuple(notices)
