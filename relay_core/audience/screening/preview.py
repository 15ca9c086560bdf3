"""An audience before it is used: who is matched, who is left out and why, who will receive."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyarrow as pa

from relay_core.audience.conditions.definition import AudienceDefinition
from relay_core.audience.policy import ANY_PURPOSE, Purpose
from relay_core.audience.resolving.gathering import Watch
from relay_core.audience.resolving.matching import Against, Match, match
from relay_core.audience.resolving.sources import Sources
from relay_core.audience.screening.decisions import Screening, screening, unscreened
from relay_core.audience.screening.notices import Notice, NoticeKind, notices_about, texts_of
from relay_core.audience.screening.reasons import WILL_RECEIVE, Reason
from relay_core.audience.sql.copying import with_literals
from relay_core.audience.sql.predicates import Predicate
from relay_core.audience.zendesk.compiling import Exactness
from relay_core.store.tables import Table

_COLUMNS: Final = "p.id, p.name, p.email, p.phone, p.phone_e164, p.phone_country, p.locale, p.tags"
_NOBODY: Final = pa.schema(
    [
        ("id", pa.int64()),
        *((name, pa.string()) for name in ("name", "email", "phone", "phone_e164")),
        *((name, pa.string()) for name in ("phone_country", "locale")),
        ("tags", pa.list_(pa.field("l", pa.string()))),
        ("decision", pa.string()),
    ]
).empty_table()
"""What `_PEOPLE` returns of nobody, without asking: while an audience is built, only counts are."""
_PEOPLE: Final = """
SELECT {columns}, s.decision
  FROM ({decisions}) s
  JOIN people p ON p.id = s.id
 ORDER BY p.id"""
_COUNTS: Final = "SELECT decision, count(*) AS people FROM ({decisions}) GROUP BY decision"
_FIGURES: Final = """
SELECT decision, count(*) AS people, min(id, $first) AS first
  FROM ({decisions})
 GROUP BY decision"""
_LISTED: Final = "SELECT unnest($ids::BIGINT[]) AS id, unnest($decisions::VARCHAR[]) AS decision"


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
    """People whom the definition matches, and those included by hand."""
    steps: tuple[Step, ...]
    """Every reason in the order of looking, also those that left nobody out."""
    will_receive: int
    explanation: str
    """What was asked, then what is implied, in sentences."""
    plan: Exactness | None
    """How far Zendesk can be asked for the same people; None for a query."""
    reasons: tuple[str, ...]
    """Why something of it is checked here, in sentences."""
    queries: tuple[str, ...]
    """What Zendesk was asked, or would be to find the same people."""
    sql: str
    """What the mirror was asked, whole, with its values: it can be copied and run."""
    searched: int | None
    """People the search gave, added up over its queries; None when the mirror alone was asked."""
    counted: int | None
    """How many Zendesk said there are, added up in the same way."""
    complete: bool
    """True when nothing speaks for anybody missing."""
    notices: tuple[Notice, ...]
    """What a person should know about the numbers, and what has to be accepted before a send."""
    people: Table
    """Those who are matched, by id, or the first of them: id, name, email, phone (as Zendesk holds
    it), phone_e164, phone_country, locale, tags, and decision (a `Reason` or `WILL_RECEIVE`)."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person has to accept before this is sent to."""
        return texts_of(self.notices, NoticeKind.WARNING)


def preview(
    definition: AudienceDefinition,
    sources: Sources,
    *,
    now: datetime,
    purpose: Purpose = ANY_PURPOSE,
    include_staff: bool = False,
    against: Against = "mirror",
    screen: bool = True,
    rows: int | None = None,
    watch: Watch | None = None,
) -> AudiencePreview:
    """Evaluate and screen a definition: `match`, then `preview_of`.

    Raises:
        AudienceError: The definition makes no sense in this account, or a query is not usable.
        AudienceTooLarge: Zendesk finds more people than the limit; nothing was cut.
        GatewayError: Zendesk could not be asked.
        NotFound: A segment does not exist.
    """
    found = match(
        definition, sources, now=now, include_staff=include_staff, against=against, watch=watch
    )
    return preview_of(found, sources, now=now, purpose=purpose, screen=screen, rows=rows)


def preview_of(
    found: Match,
    sources: Sources,
    *,
    now: datetime,
    purpose: Purpose = ANY_PURPOSE,
    screen: bool = True,
    rows: int | None = None,
) -> AudiencePreview:
    """Screen who was found.

    Args:
        found: Who is matched.
        sources: What it was evaluated against.
        now: The moment that stretches of time are counted back from (aware).
        purpose: What the audience is for.
        screen: False to see whom the definition alone matches, by nothing but its own limits.
        rows: How many people to hand over; None for all. A plan needs all of them, and then the
            numbers and the people come from one reading of the file.
    """
    made = (
        screening_of(found, sources, purpose=purpose, now=now)
        if screen
        else unscreened(found.predicate, limits=found.limits)
    )
    decisions = made.decisions()
    everybody = _everybody(decisions)
    if rows is None:
        people = sources.database.table(everybody.text, everybody.values)
        counts = _counts(people)
    else:
        counts, people = _figures_and_first(decisions, sources, rows=rows)
    matched, will_receive = sum(counts.values()), counts.get(WILL_RECEIVE, 0)
    plan = found.plan
    return AudiencePreview(
        matched=matched,
        steps=_waterfall(made, counts, matched=matched),
        will_receive=will_receive,
        explanation=found.explanation,
        plan=plan.exactness if plan else None,
        reasons=plan.reasons if plan else (),
        queries=found.queries or (plan.queries if plan else ()),
        sql=with_literals(everybody).strip(),
        searched=found.searched,
        counted=found.counted,
        complete=found.complete,
        notices=notices_about(found, will_receive=will_receive, cap=sources.audience_cap),
        people=people,
    )


def screening_of(found: Match, sources: Sources, *, purpose: Purpose, now: datetime) -> Screening:
    """Return the screening of everybody who is matched."""
    return screening(
        found.predicate,
        policy=sources.policy,
        purpose=purpose,
        limits=found.limits,
        now=now,
        only_these=found.only_these,
    )


def _everybody(decisions: Predicate) -> Predicate:
    return Predicate(_PEOPLE.format(columns=_COLUMNS, decisions=decisions.text), decisions.values)


def _counts(people: Table) -> dict[str, int]:
    counted = people.group_by("decision").aggregate([([], "count_all")]).to_pylist()
    return {row["decision"]: row["count_all"] for row in counted}


def _figures_and_first(
    decisions: Predicate, sources: Sources, *, rows: int
) -> tuple[dict[str, int], Table]:
    """Count everybody, but read no more than the first few."""
    if rows == 0:
        counted = sources.database.few(_COUNTS.format(decisions=decisions.text), decisions.values)
        counts = {row["decision"]: row["people"] for row in counted}
        return counts, _NOBODY
    figures = sources.database.table(
        _FIGURES.format(decisions=decisions.text), {**decisions.values, "first": rows}
    ).to_pylist()
    first = sorted((id_, row["decision"]) for row in figures for id_ in row["first"])[:rows]
    people = sources.database.table(
        _PEOPLE.format(columns=_COLUMNS, decisions=_LISTED),
        {"ids": [id_ for id_, _ in first], "decisions": [decision for _, decision in first]},
    )
    return {row["decision"]: row["people"] for row in figures}, people


def _waterfall(made: Screening, counts: Mapping[str, int], *, matched: int) -> tuple[Step, ...]:
    steps = []
    left = matched
    for reason in Reason if made.applied else (Reason.OUTSIDE_SAMPLE,):
        count = counts.get(reason, 0)
        left -= count
        steps.append(Step(reason, count, left))
    return tuple(steps)
