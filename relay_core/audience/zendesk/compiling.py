"""A tree of conditions as Zendesk queries, and what is left to check here.

The queries together find everybody whom the tree matches, or more people. Values of one keyword
are alternatives in a search, so two conditions that each want a value of one keyword never stand
in one query: the second is checked here instead.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from relay_core.audience.conditions.clauses import (
    Clause,
    ClauseTree,
    IsTrue,
    Limited,
    OfChoice,
    OfList,
    OfPhone,
)
from relay_core.audience.conditions.fields import SYSTEM_FIELDS
from relay_core.audience.conditions.operators import Kind, Op
from relay_core.audience.zendesk.pieces import Piece
from relay_core.audience.zendesk.texts import Said, Unsaid, asking_for, asking_without

MOST_QUERIES: Final = 8
"""More alternatives than this are answered by the mirror."""
MOST_WORDS: Final = 64
"""Of one query. Source: Zendesk Support search reference."""

_TYPE: Final = "type:user"
"""A word that counting adds to each query; see `relay_core.gateways.zendesk`."""
_ANYBODY: Final = Piece("created", ">=", "1970-01-01T00:00:00Z")
"""True of everybody: a search for nothing but exclusions is not documented."""
_SYSTEM: Final = {each.key: each for each in SYSTEM_FIELDS}
_END_USERS: Final = OfChoice(_SYSTEM["role"], Op.IS_ANY_OF, ("end-user",))
_NOT_SUSPENDED: Final = IsTrue(_SYSTEM["suspended"], wanted=False)


class Exactness(StrEnum):
    """What the queries of a tree find."""

    EXACT = "exact"  # those who match, nobody else
    SUPERSET = "superset"  # those who match and others, who are left out by a check here
    MIRROR = "mirror"  # there are no queries: only the mirror can answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Compilation:
    """How Zendesk is asked for a tree."""

    exactness: Exactness
    queries: tuple[str, ...]
    """Whoever is found by one of them counts, once. Empty when only the mirror can answer."""
    residual: ClauseTree
    """What is still to be checked here; nothing when exact."""
    reasons: tuple[str, ...]
    """Why something is checked here, or why the mirror is needed, in sentences."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A condition of "all of" or "none of", and how Zendesk is asked for it."""

    clause: Clause
    answer: Said | Unsaid
    is_none: bool = False


@dataclass(slots=True)
class _Left:
    """What the queries do not settle, as it is found out."""

    parts: list[_Part] = field(default_factory=list)
    reasons: dict[str, None] = field(default_factory=dict)

    def leave(self, part: _Part, why: str) -> None:
        """Leave a condition to the check here."""
        if part not in self.parts:
            self.parts.append(part)
        self.say(part.clause, why)

    def say(self, clause: Clause, why: str) -> None:
        """Say why a condition is checked here."""
        self.reasons[f"“{clause.field.label}” is checked here: {why}."] = None


def compiled(
    tree: ClauseTree, *, now: datetime, zone: ZoneInfo, end_users_only: bool, active_only: bool
) -> Compilation:
    """Return how Zendesk is asked for a tree.

    Args:
        tree: What is asked, without limits; see `relay_core.audience.conditions.limits`.
        now: The moment that relative times count from (aware).
        zone: The account's time zone, in which a day begins and ends.
        end_users_only: Leave out team members.
        active_only: Leave out people who are suspended.
    """
    implied: list[Clause] = [_END_USERS] if end_users_only else []
    implied += [_NOT_SUSPENDED] if active_only else []
    whole = replace(tree, all=(*implied, *tree.all))
    if together := [clause for clause in _clauses(whole) if _needs_everybody(clause)]:
        return _mirror(whole, (f"“{c.field.label}” depends on other people too." for c in together))
    if len(whole.any) == 1:
        whole = ClauseTree(all=(*whole.all, *whole.any), none=whole.none)
    ask = partial(asking_for, now=now, zone=zone)
    whole = replace(whole, all=_joined_tags(whole.all, ask))
    parts = [_Part(clause, ask(clause)) for clause in whole.all]
    parts += [
        _Part(clause, asking_without(clause, now=now, zone=zone), is_none=True)
        for clause in whole.none
    ]
    left = _Left()
    said = _fitting(parts, left)
    answers = [(clause, ask(clause)) for clause in whole.any]
    unsaid = [(clause, a.why) for clause, a in answers if isinstance(a, Unsaid)]
    if unsaid:
        return _mirror(
            whole,
            (f"“{c.field.label}” is one of several alternatives, and {why}." for c, why in unsaid),
        )
    branches = _branches([answer for _, answer in answers if isinstance(answer, Said)])
    if len(branches) > MOST_QUERIES:
        return _mirror(whole, [f"These alternatives take {len(branches)} queries to Zendesk."])
    queries = tuple(dict.fromkeys(_query(branch, said, left) for branch in branches))
    if any(len(f"{_TYPE} {query}".split()) > MOST_WORDS for query in queries):
        return _mirror(whole, [f"A search has at most {MOST_WORDS} words; this one has more."])
    doubts = [(c, a.doubt) for c, a in answers if isinstance(a, Said) and a.doubt]
    for clause, doubt in doubts:
        left.say(clause, doubt)
    residual = ClauseTree(
        all=tuple(part.clause for part in parts if part in left.parts and not part.is_none),
        any=whole.any if doubts else (),
        none=tuple(part.clause for part in parts if part in left.parts and part.is_none),
    )
    is_exact = residual == ClauseTree()
    if not (is_exact or whole.any or any(part.clause not in implied for part in said)):
        left.reasons["Zendesk cannot narrow this down: everybody is read and checked here."] = None
    return Compilation(
        exactness=Exactness.EXACT if is_exact else Exactness.SUPERSET,
        queries=queries,
        residual=residual,
        reasons=tuple(left.reasons),
    )


def _mirror(tree: ClauseTree, reasons: Iterable[str]) -> Compilation:
    return Compilation(
        exactness=Exactness.MIRROR,
        queries=(),
        residual=tree,
        reasons=tuple(dict.fromkeys(reasons)),
    )


def _clauses(tree: ClauseTree) -> tuple[Clause, ...]:
    return (*tree.all, *tree.any, *tree.none)


def _needs_everybody(clause: Clause) -> bool:
    """Return whether a condition cannot be checked on those who were found alone."""
    match clause:
        case OfPhone(op=Op.IS_SHARED) | Limited():
            return True
        case _:
            return False


def _joined_tags(
    clauses: Sequence[Clause], ask: Callable[[Clause], Said | Unsaid]
) -> tuple[Clause, ...]:
    """Return conditions with all tags that are wanted together in one, as a search can say it."""
    wanted = [
        clause
        for clause in clauses
        if isinstance(clause, OfList)
        and clause.field.kind is Kind.TAGS
        and (clause.op is Op.HAS_ALL_OF or (clause.op is Op.HAS_ANY_OF and len(clause.values) == 1))
        and isinstance(ask(clause), Said)
    ]
    if len(wanted) < 2:  # noqa: PLR2004 - nothing to join
        return tuple(clauses)
    tags = dict.fromkeys(tag for clause in wanted for tag in clause.values)
    joined = OfList(wanted[0].field, Op.HAS_ALL_OF, tuple(tags))
    rest = [joined if clause is wanted[0] else clause for clause in clauses]
    return tuple(clause for clause in rest if not any(clause is each for each in wanted[1:]))


def _fitting(parts: Sequence[_Part], left: _Left) -> list[_Part]:
    """Return the conditions that can stand in one query; the others are left to the check."""
    said: list[_Part] = []
    for part in parts:
        if isinstance(part.answer, Unsaid):
            left.leave(part, part.answer.why)
            continue
        if any(_clash(part.answer.pieces, _pieces(other)) for other in said):
            left.leave(part, _CLASH)
            continue
        if part.answer.doubt:
            left.leave(part, part.answer.doubt)
        said.append(part)
    return said


_CLASH: Final = "Zendesk would take it and another condition on the same field as alternatives"


def _pieces(part: _Part) -> tuple[Piece, ...]:
    return part.answer.pieces if isinstance(part.answer, Said) else ()


def _clash(ones: Sequence[Piece], others: Sequence[Piece]) -> bool:
    """Return whether two conditions on one keyword might widen each other."""
    return ones != others and any(
        one.keyword == other.keyword
        and not (one.excludes or other.excludes)
        and not (one.narrows and other.narrows and one.sign[0] != other.sign[0])
        for one in ones
        for other in others
    )


def _branches(answers: Sequence[Said]) -> list[tuple[Piece, ...]]:
    """Return the pieces of each query that alternatives need; one empty branch for none.

    Alternatives on one keyword share a query where repeating the keyword is documented to mean so.
    """
    alike: dict[str, tuple[Piece, ...]] = {}
    alone: list[tuple[Piece, ...]] = []
    for answer in answers:
        if all(piece.repeats for piece in answer.pieces):
            alike[answer.keyword] = (*alike.get(answer.keyword, ()), *answer.pieces)
        else:
            alone.append(answer.pieces)
    return [*alike.values(), *alone] or [()]


def _query(branch: tuple[Piece, ...], said: Sequence[_Part], left: _Left) -> str:
    """Return a query: the conditions that hold in all of them, and one alternative."""
    pieces: list[Piece] = []
    for part in said:
        if _clash(_pieces(part), branch):
            left.leave(part, _CLASH)
        else:
            pieces.extend(_pieces(part))
    pieces.extend(branch)
    if all(piece.excludes for piece in pieces):
        pieces.insert(0, _ANYBODY)
    return " ".join(dict.fromkeys(map(str, pieces)))
