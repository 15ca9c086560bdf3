"""Conditions in plain words, for whoever has to decide whether these are the right people."""

from typing import Final, assert_never

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
from relay_core.audience.conditions.limits import NO_LIMITS, limits_of
from relay_core.audience.conditions.operators import Kind, Op
from relay_core.audience.english.phrases import (
    amount_said,
    choices_said,
    joined,
    point_said,
    stretch_said,
)
from relay_core.audience.english.relays_own import (
    chance_said,
    flag_said,
    happened_said,
    limits_said,
    list_said,
    sent_said,
)

_SUBJECTS: Final = {
    "tags": "tags",
    "role": "role",
    "organization": "organization",
    "created": "profile was created",
    "updated": "profile was last changed",
    "last_login": "last sign-in was",
    "locale": "language",
    "time_zone": "time zone",
    "name": "name",
    "email": "e-mail address",
    "phone": "phone number",
    "external_id": "external id",
    "verified": "profile",
    "suspended": "profile",
    "notes": "notes",
    "details": "details",
    "whatsapp": "WhatsApp identity",
    "relay.last_message": "last message from Relay was",
    "relay.last_failure": "last failed message was",
    "relay.last_reply": "last reply was",
}
_FLAGS: Final = {"verified": "verified", "suspended": "suspended"}
_COMPARED: Final = {
    Op.EQUALS: "is",
    Op.GREATER: "is more than",
    Op.AT_LEAST: "is at least",
    Op.LESS: "is less than",
    Op.AT_MOST: "is at most",
}
_DAYS: Final = {
    Op.BEFORE: "before",
    Op.ON_OR_BEFORE: "on or before",
    Op.ON: "on",
    Op.ON_OR_AFTER: "on or after",
    Op.AFTER: "after",
}


def sentence(tree: ClauseTree) -> str:
    """Return the whole tree as one sentence."""
    tree, limits = limits_of(tree)
    parts = []
    if tree.all:
        parts.append(joined([said(clause) for clause in tree.all], "and"))
    if len(tree.any) == 1:
        parts.append(said(tree.any[0]))
    elif tree.any:
        parts.append(f"either {joined([said(clause) for clause in tree.any], 'or')}")
    people = f"People {'; and '.join(parts)}" if parts else "Everybody"
    if tree.none:
        people += f"; but not those {joined([said(clause) for clause in tree.none], 'or')}"
    if limits != NO_LIMITS:
        people += f"; of these, {limits_said(limits)}"
    return f"{people}."


def said(clause: Clause) -> str:  # noqa: C901, PLR0911, PLR0912 - one case for each clause
    """Return one condition so that it can follow "people"."""
    match clause:
        case Emptiness() if clause.field.kind is Kind.EVENT:
            return happened_said(clause)
        case Emptiness():
            return f"whose {_emptiness(clause)}"
        case OfList():
            return f"whose {_list(clause)}"
        case OfChoice():
            return f"whose {_choice(clause)}"
        case OnDays():
            return f"whose {_days(clause)}"
        case WithinDuration():
            return f"whose {_duration(clause)}"
        case OfText():
            return f"whose {_text(clause)}"
        case OfPhone():
            return f"whose {_phone(clause)}"
        case OfNumber():
            return f"whose {_number(clause)}"
        case IsTrue():
            return _truth(clause)
        case WasSent():
            return sent_said(clause)
        case InSegment() | OnUpload():
            return list_said(clause)
        case Sampled() | Limited():
            return chance_said(clause)
        case _:
            assert_never(clause)


def _truth(clause: IsTrue) -> str:
    if clause.field.is_relays:
        return flag_said(clause)
    word = _FLAGS.get(clause.field.key, "checked")
    return f"whose {_subject(clause.field)} is {'' if clause.wanted else 'not '}{word}"


def _emptiness(clause: Emptiness) -> str:
    if clause.field.kind is Kind.MOMENT:
        moment = clause.field.label.lower()
        return f"{moment} is {'not known' if clause.empty else 'known'}"
    return f"{_subject(clause.field)} {_be(clause.field)} {'' if clause.empty else 'not '}empty"


def _list(clause: OfList) -> str:
    subject = _subject(clause.field)
    any_of = choices_said(clause.field, clause.values, "or")
    match clause.op:
        case Op.HAS_ANY_OF:
            return f"{subject} include {any_of}"
        case Op.HAS_ALL_OF:
            return f"{subject} include {choices_said(clause.field, clause.values, 'and')}"
        case Op.HAS_NONE_OF:
            return f"{subject} do not include {any_of}{_or_empty(clause.field)}"
        case Op.STARTS_WITH:
            return f"{subject} include one that starts with {any_of}"
        case _:
            assert_never(clause.op)


def _choice(clause: OfChoice) -> str:
    subject = _subject(clause.field)
    names = choices_said(clause.field, clause.values, "or")
    match clause.op:
        case Op.IS_ANY_OF:
            return f"{subject} is {names}"
        case Op.IS_NONE_OF:
            return f"{subject} is not {names}{_or_empty(clause.field)}"
        case _:
            assert_never(clause.op)


def _days(clause: OnDays) -> str:
    when = _timed(clause.field)
    match clause.op:
        case Op.BETWEEN:
            return f"{when} from {point_said(clause.first)} to {point_said(clause.last)}"
        case Op.NOT_BETWEEN:
            stretch = f"from {point_said(clause.first)} to {point_said(clause.last)}"
            return f"{when} not {stretch}{_or_empty(clause.field)}"
        case Op.BEFORE | Op.ON_OR_BEFORE | Op.ON | Op.ON_OR_AFTER | Op.AFTER:
            return f"{when} {_DAYS[clause.op]} {point_said(clause.first)}"
        case _:
            assert_never(clause.op)


def _duration(clause: WithinDuration) -> str:
    when, stretch = _timed(clause.field), stretch_said(clause.duration)
    match clause.op:
        case Op.IN_LAST:
            return f"{when} in the last {stretch}"
        case Op.MORE_THAN_AGO:
            return f"{when} more than {amount_said(clause.duration)} ago"
        case Op.IN_NEXT:
            return f"{when} in the next {stretch}"
        case Op.ANNIVERSARY_IN_NEXT:
            return f"anniversary of “{clause.field.label}” is in the next {stretch}"
        case _:
            assert_never(clause.op)


def _text(clause: OfText) -> str:  # noqa: PLR0911 - one return for each operator
    subject = _subject(clause.field)
    are = _be(clause.field)
    plural = "" if are == "are" else "s"
    does = "do" if are == "are" else "does"
    quoted = f"“{clause.text}”"
    match clause.op:
        case Op.IS:
            return f"{subject} {are} {quoted}"
        case Op.CONTAINS_WORD:
            return f"{subject} contain{plural} the word {quoted}"
        case Op.NOT_CONTAINS_WORD:
            return f"{subject} {does} not contain the word {quoted}{_or_empty(clause.field)}"
        case Op.CONTAINS_PHRASE:
            return f"{subject} contain{plural} the phrase {quoted}"
        case Op.WORD_STARTS_WITH:
            return f"{subject} contain{plural} a word that starts with {quoted}"
        case Op.CONTAINS_TEXT:
            return f"{subject} contain{plural} the text {quoted}"
        case Op.DOMAIN_IS:
            return f"{subject} is at {clause.text}"
        case _:
            assert_never(clause.op)


def _phone(clause: OfPhone) -> str:
    subject = _subject(clause.field)
    match clause.op:
        case Op.IS:
            return f"{subject} is {clause.values[0]}"
        case Op.COUNTRY_CODE_IS:
            return f"{subject} starts with {joined(clause.values, 'or')}"
        case Op.COUNTRY_IS_ANY_OF:
            return f"{subject} belongs to {joined(clause.values, 'or')}"
        case Op.IS_SHARED:
            return f"{subject} stands on several profiles"
        case Op.IS_VALID_MOBILE:
            return f"{subject} is valid and can be a mobile one"
        case _:
            assert_never(clause.op)


def _number(clause: OfNumber) -> str:
    subject = _subject(clause.field)
    match clause.op:
        case Op.DIFFERS:
            return f"{subject} is not {clause.first:g}{_or_empty(clause.field)}"
        case Op.BETWEEN:
            return f"{subject} is from {clause.first:g} to {clause.last:g}"
        case Op.EQUALS | Op.GREATER | Op.AT_LEAST | Op.LESS | Op.AT_MOST:
            return f"{subject} {_COMPARED[clause.op]} {clause.first:g}"
        case _:
            assert_never(clause.op)


def _subject(field: Field) -> str:
    return _SUBJECTS.get(field.key, f"“{field.label}”")


def _be(field: Field) -> str:
    return "are" if field.key in {"tags", "notes", "details"} else "is"


def _or_empty(field: Field) -> str:
    """Return the reminder that a negative condition keeps people of whom nothing is known."""
    match field.kind:
        case Kind.MOMENT:
            return " (or is not known)"
        case Kind.EVENT:
            return " (or there was none)"
        case _:
            return f" (or {_be(field)} empty)"


def _timed(field: Field) -> str:
    return _SUBJECTS.get(field.key, f"“{field.label}” is")
