"""What Zendesk is asked for conditions, and what is then checked here on those it found."""

from dataclasses import dataclass
from datetime import datetime

from relay_core.audience.resolving.meaning import Meaning
from relay_core.audience.resolving.sources import Sources
from relay_core.audience.sql.implied import ACTIVE, END_USERS, NOT_SUSPENDED
from relay_core.audience.sql.predicates import Predicate, both
from relay_core.audience.zendesk.compiling import Compilation, Exactness, compiled
from relay_core.errors import AudienceError


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Conditions as a question to Zendesk."""

    queries: tuple[str, ...]
    pick: Predicate
    """Whom to keep of those it finds."""
    is_wider: bool
    """Whether it finds more people than are kept."""


def plan_of(asked: Meaning, sources: Sources, *, now: datetime) -> Compilation:
    """Return how Zendesk would be asked for these conditions."""
    return compiled(
        asked.clauses,
        now=now,
        zone=sources.zone,
        end_users_only=END_USERS in asked.added,
        active_only=NOT_SUSPENDED in asked.added,
    )


def question(asked: Meaning, plan: Compilation, sources: Sources, *, now: datetime) -> Question:
    """Return the question to put.

    Raises:
        AudienceError: Only the mirror can answer; says why.
    """
    if plan.exactness is Exactness.MIRROR:
        raise AudienceError(
            "no queries for these conditions",
            advice="This audience cannot be checked against Zendesk. "
            + " ".join(plan.reasons)
            + " The mirror answers it.",
        )
    return Question(
        queries=plan.queries,
        pick=both(asked.picked(plan.residual, sources=sources, now=now), ACTIVE.predicate),
        is_wider=plan.exactness is Exactness.SUPERSET,
    )
