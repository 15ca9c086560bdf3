"""Conditions as parameterised DuckDB SQL over the table of people, alias `p`.

Every text is true or false, never null, so that it can be negated and combined at will: a
comparison never matches an empty field, and a negative operator keeps people whose field is empty.
Values and keys of custom fields are bound; nothing a person typed enters the text.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from relay_core.audience.conditions.clauses import (
    Clause,
    ClauseTree,
    Emptiness,
    InSegment,
    IsTrue,
    Limited,
    OfChoice,
    OfList,
    OfNumber,
    OfPhone,
    OfText,
    OnDays,
    OnUpload,
    Sampled,
    WasSent,
    WithinDuration,
)
from relay_core.audience.conditions.fields import Field
from relay_core.audience.conditions.operators import Kind, Op
from relay_core.audience.policy import Policy
from relay_core.audience.sql.columns import COLUMNS, cast, empty, held, many, whole
from relay_core.audience.sql.history import event_happened, event_on_days, event_within, was_sent
from relay_core.audience.sql.predicates import EVERYBODY, Binding, Predicate, either, sure
from relay_core.audience.sql.quicker import tag_mask
from relay_core.audience.sql.relays_own import in_segment, on_upload, open_ticket, opted_in, sampled
from relay_core.audience.sql.times import on_days, within_duration

_SINGLY: Final = 8
"""Up to so many values, one `list_contains` each takes a third of the time of one `list_has_any`
(measured over a million people)."""

_NO_RULES: Final = Policy()
_NO_SEGMENTS: Final[Mapping[str, Predicate]] = {}
_SEVERAL_PROFILES: Final = (
    "SELECT q.phone_e164 FROM people q WHERE q.active AND q.phone_e164 IS NOT NULL"
    " GROUP BY q.phone_e164 HAVING count(*) > 1"
)


def predicate(
    tree: ClauseTree,
    *,
    now: datetime,
    zone: ZoneInfo,
    policy: Policy = _NO_RULES,
    segments: Mapping[str, Predicate] = _NO_SEGMENTS,
    prefix: str = "c",
) -> Predicate:
    """Return a tree as SQL.

    Args:
        tree: What is asked, without a number of people; see
            `relay_core.audience.conditions.limits`.
        now: The moment that relative times count from (aware).
        zone: The account's time zone, in which a day begins and ends.
        policy: What counts as an agreement to be messaged.
        segments: What every segment of `segments_in` means, each with value names of its own.
        prefix: What the names of the bound values begin with.

    Raises:
        KeyError: A segment is not given.
        ValueError: The tree is limited to a number of people, or value names collide.
    """
    binding = Binding(now=now, zone=zone, policy=policy, segments=segments, prefix=prefix)
    parts = [_clause(clause, binding) for clause in tree.all]
    if tree.any:
        parts.append(either(_clause(clause, binding) for clause in tree.any))
    parts += [f"NOT ({_clause(clause, binding)})" for clause in tree.none]
    if not parts:
        return EVERYBODY
    return Predicate("\n   AND ".join(parts), binding.values)


def segments_in(tree: ClauseTree) -> tuple[str, ...]:
    """Return the names of the segments that a tree refers to, each once."""
    clauses = (*tree.all, *tree.any, *tree.none)
    named = (clause.names for clause in clauses if isinstance(clause, InSegment))
    return tuple(dict.fromkeys(name for names in named for name in names))


def _clause(clause: Clause, binding: Binding) -> str:  # noqa: C901, PLR0911, PLR0912 - one case for each clause
    match clause:
        case Emptiness():
            nothing = _nothing(clause.field, binding)
            return nothing if clause.empty else f"NOT ({nothing})"
        case OfList():
            return _list(clause, binding)
        case OfChoice():
            return _choice(clause, binding)
        case OnDays() if clause.field.kind is Kind.EVENT:
            return event_on_days(clause, binding)
        case OnDays():
            return on_days(clause, binding)
        case WithinDuration() if clause.field.kind is Kind.EVENT:
            return event_within(clause, binding)
        case WithinDuration():
            return within_duration(clause, binding)
        case OfText():
            return _text(clause, binding)
        case OfPhone():
            return _phone(clause, binding)
        case OfNumber():
            return _number(clause, binding)
        case IsTrue():
            flag = _flag(clause.field, binding)
            return flag if clause.wanted else f"NOT {flag}"
        case WasSent():
            return was_sent(clause, binding)
        case InSegment():
            return in_segment(clause, binding)
        case OnUpload():
            return on_upload(clause, binding)
        case Sampled():
            return sampled(clause, binding)
        case Limited():
            raise ValueError("a number of people is no truth about one person")
        case _:
            assert_never(clause)


def _nothing(field: Field, binding: Binding) -> str:
    if field.kind is Kind.EVENT:
        return f"NOT {event_happened(field, binding)}"
    return empty(field, binding)


def _flag(field: Field, binding: Binding) -> str:
    match field.key:
        case "relay.opted_in":
            return opted_in(binding)
        case "relay.open_ticket":
            return open_ticket()
        case _:
            return held(cast(field, "BOOLEAN", binding), field)


def _list(clause: OfList, binding: Binding) -> str:
    values = many(clause.field, binding)
    match clause.op:
        case Op.HAS_ANY_OF:
            return _has_any(values, clause, binding)
        case Op.HAS_NONE_OF:
            return f"NOT {_has_any(values, clause, binding)}"
        case Op.HAS_ALL_OF:
            return f"list_has_all({values}, {binding.bind(list(clause.values))})"
        case Op.STARTS_WITH:
            begins = either(f"starts_with(t, {binding.bind(start)})" for start in clause.values)
            return f"len(list_filter({values}, lambda t: {begins})) > 0"
        case _:
            assert_never(clause.op)


def _has_any(values: str, clause: OfList, binding: Binding) -> str:
    found = _holds_any(values, clause.values, binding)
    if clause.field.kind is not Kind.TAGS:
        return found
    # One look at the bits spares most people a look at their list, which takes ten times as long.
    return f"(p.tag_bits & {binding.bind(tag_mask(clause.values))} <> 0 AND {found})"


def _holds_any(values: str, wanted: Iterable[object], binding: Binding) -> str:
    listed = list(wanted)
    if len(listed) > _SINGLY:
        return f"list_has_any({values}, {binding.bind(listed)})"
    return either(f"list_contains({values}, {binding.bind(value)})" for value in listed)


def _choice(clause: OfChoice, binding: Binding) -> str:
    field = clause.field
    if field.kind is Kind.ORGANIZATION:
        chosen = _holds_any(many(field, binding), map(int, clause.values), binding)
    else:
        chosen = held(f"{whole(field, binding)} IN ({binding.bind_all(clause.values)})", field)
    match clause.op:
        case Op.IS_ANY_OF:
            return chosen
        case Op.IS_NONE_OF:
            return f"NOT {chosen}"
        case _:
            assert_never(clause.op)


def _text(clause: OfText, binding: Binding) -> str:
    value = f"lower({whole(clause.field, binding)})"
    wanted = f"lower({binding.bind(clause.text)})"
    # Words in a row, one space around each. `\w` would know ASCII letters only.
    words = f"' ' || regexp_replace({value}, '[^\\p{{L}}\\p{{M}}\\p{{N}}_]+', ' ', 'g') || ' '"
    match clause.op:
        case Op.IS:
            found = f"{value} = {wanted}"
        case Op.CONTAINS_TEXT:
            found = f"contains({value}, {wanted})"
        case Op.CONTAINS_WORD | Op.CONTAINS_PHRASE | Op.NOT_CONTAINS_WORD:
            found = f"contains({words}, ' ' || {wanted} || ' ')"
        case Op.WORD_STARTS_WITH:
            found = f"contains({words}, ' ' || {wanted})"
        case Op.DOMAIN_IS:
            # Not `split_part(…) = …`: DuckDB 2.0 fails to rewrite it where every address is null.
            found = f"ends_with({value}, '@' || {wanted})"
        case _:
            assert_never(clause.op)
    found = held(found, clause.field)
    return f"NOT {found}" if clause.op is Op.NOT_CONTAINS_WORD else found


def _phone(clause: OfPhone, binding: Binding) -> str:
    number = COLUMNS["phone"]
    match clause.op:
        case Op.IS:
            return sure(f"{number} = {binding.bind(clause.values[0])}")
        case Op.COUNTRY_CODE_IS:
            begins = (f"starts_with({number}, {binding.bind(code)})" for code in clause.values)
            return sure(either(begins))
        case Op.COUNTRY_IS_ANY_OF:
            return sure(f"p.phone_country IN ({binding.bind_all(clause.values)})")
        case Op.IS_SHARED:
            return sure(f"{number} IN ({_SEVERAL_PROFILES})")
        case Op.IS_VALID_MOBILE:
            # Where numbers do not tell, as in North America, this one may well be mobile.
            return "(p.phone_state = 'valid' AND p.phone_mobile IS NOT FALSE)"
        case _:
            assert_never(clause.op)


def _number(clause: OfNumber, binding: Binding) -> str:
    value = cast(clause.field, "DOUBLE", binding)
    first = binding.bind(clause.first)
    match clause.op:
        case Op.DIFFERS:
            return f"{value} IS DISTINCT FROM {first}"
        case Op.BETWEEN:
            return sure(f"{value} BETWEEN {first} AND {binding.bind(clause.last)}")
        case Op.EQUALS | Op.GREATER | Op.AT_LEAST | Op.LESS | Op.AT_MOST:
            return sure(f"{value} {clause.op.value} {first}")
        case _:
            assert_never(clause.op)
