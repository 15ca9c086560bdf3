"""One condition as Zendesk's search says it, or why it cannot be said there.

What is said never finds too few: it finds exactly whom the condition matches, or more people, of
whom Relay then checks each. Wherever the documents are silent or contradict each other, and an
answer could be too small, nothing is said.

Source: Zendesk Support search reference; Searching users, groups, and organizations.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from relay_core.audience.conditions.clauses import (
    Clause,
    DayOp,
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
from relay_core.audience.conditions.operators import Kind, Op
from relay_core.audience.conditions.times import instants, shifted, shifted_day
from relay_core.audience.zendesk.pieces import (
    NONE,
    Piece,
    instant_text,
    keyword_of,
    number_text,
    plain,
    plain_words,
    quoted,
)

_BLANKS: Final = frozenset({"tags", "organization", "email", "phone", "external_id"})
"""Fields of Zendesk's own for which `none` is documented, as it is for every custom field."""
_DOMAIN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*)\.[A-Za-z]{2,}")


_OTHER_SIDE: Final[Mapping[DayOp, DayOp]] = {
    Op.BEFORE: Op.ON_OR_AFTER,
    Op.ON_OR_AFTER: Op.BEFORE,
    Op.ON_OR_BEFORE: Op.AFTER,
    Op.AFTER: Op.ON_OR_BEFORE,
}


@dataclass(frozen=True, slots=True)
class Said:
    """Pieces of one keyword that together find everybody the condition matches."""

    pieces: tuple[Piece, ...]
    doubt: str | None = None
    """Why somebody else may be found too; None when nobody else is."""

    @property
    def text(self) -> str:
        """The pieces as they are typed."""
        return " ".join(map(str, self.pieces))

    @property
    def keyword(self) -> str:
        """What all pieces are about; nothing for a word that stands alone."""
        return self.pieces[0].keyword

    @property
    def is_exact(self) -> bool:
        """Whether nobody else is found."""
        return self.doubt is None


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Zendesk cannot be asked; the words of why follow the name of a field."""

    why: str


_UNKNOWN: Final = Unsaid("Zendesk's search does not know it")
_NO_WORDS: Final = Unsaid("Zendesk's search has no words for this comparison")
_NOT_SAFE: Final = Unsaid("Zendesk's search would read this value in another way")
_AS_TYPED: Final = Unsaid("Zendesk's search finds a number only as it was typed")
_RELAYS: Final = Unsaid("only Relay knows it")
_LOOSE: Final = "Zendesk finds other forms of a word, and words in another order"
_ADDRESSES: Final = "Zendesk also looks at second addresses and at other parts of the profile"
_ANY_CASE: Final = "Zendesk does not mind capital letters"


def asking_for(clause: Clause, *, now: datetime, zone: ZoneInfo) -> Said | Unsaid:
    """Return how everybody is asked for whom a condition matches.

    Args:
        clause: The condition.
        now: The moment that relative times count from (aware); it enters the text, so that each
            page of an export speaks of the same people.
        zone: The account's time zone, in which a day begins and ends.
    """
    if clause.field.is_relays:
        return _RELAYS
    keyword = keyword_of(clause.field)
    return _UNKNOWN if keyword is None else _asked(clause, keyword, now=now, zone=zone)


def asking_without(clause: Clause, *, now: datetime, zone: ZoneInfo) -> Said | Unsaid:
    """Return how everybody is asked for whom a condition does not match."""
    other = _opposite(clause)
    return _NO_WORDS if other is None else asking_for(other, now=now, zone=zone)


def _asked(clause: Clause, keyword: str, *, now: datetime, zone: ZoneInfo) -> Said | Unsaid:  # noqa: C901, PLR0911 - one case for each clause
    match clause:
        case Emptiness():
            known = clause.field.key in _BLANKS or clause.field.custom_key
            return Said((Piece(keyword, ":", NONE),)) if clause.empty and known else _NO_WORDS
        case OfList():
            return _list(clause, keyword)
        case OfChoice():
            return _choice(clause, keyword)
        case OnDays():
            return _days(clause, keyword, zone=zone)
        case WithinDuration():
            return _duration(clause, keyword, now=now, zone=zone)
        case OfText():
            return _text(clause, keyword)
        case OfPhone():
            return _AS_TYPED if clause.op is Op.IS else _NO_WORDS
        case OfNumber():
            return _number(clause, keyword)
        case IsTrue():
            # What was never set is neither true nor false, so `false` would lose it.
            return Said((Piece(keyword, ":", "true", excludes=not clause.wanted),))
        case WasSent() | InSegment() | OnUpload() | Sampled() | Limited():
            return _RELAYS
        case _:
            assert_never(clause)


def _list(clause: OfList, keyword: str) -> Said | Unsaid:
    if clause.op is Op.STARTS_WITH:
        return _NO_WORDS
    if not all(map(plain, clause.values)):
        return _NOT_SAFE
    match clause.op:
        case Op.HAS_ANY_OF:
            return Said(tuple(Piece(keyword, ":", value) for value in clause.values))
        case Op.HAS_NONE_OF:
            return Said(tuple(Piece(keyword, ":", v, excludes=True) for v in clause.values))
        case Op.HAS_ALL_OF:
            return Said((Piece(keyword, ":", quoted(clause.values)),))
        case _:
            assert_never(clause.op)


def _choice(clause: OfChoice, keyword: str) -> Said | Unsaid:
    if not all(map(plain, clause.values)):
        return _NOT_SAFE
    doubt = None if all(v == v.lower() for v in clause.values) else _ANY_CASE
    match clause.op:
        case Op.IS_ANY_OF:
            return Said(tuple(Piece(keyword, ":", value) for value in clause.values), doubt)
        case Op.IS_NONE_OF if doubt:
            return _NOT_SAFE
        case Op.IS_NONE_OF:
            return Said(tuple(Piece(keyword, ":", v, excludes=True) for v in clause.values))
        case _:
            assert_never(clause.op)


def _days(clause: OnDays, keyword: str, *, zone: ZoneInfo) -> Said | Unsaid:
    if clause.field.kind is Kind.MOMENT:
        begin = instant_text(instants(clause.first, zone=zone)[0], zone=zone)
        end = instant_text(instants(clause.last, zone=zone)[1], zone=zone)
    else:
        begin, end = str(clause.first), str(clause.last + timedelta(days=1))
    match clause.op:
        case Op.BEFORE:
            return _stretch(keyword, before=begin)
        case Op.ON_OR_BEFORE:
            return _stretch(keyword, before=end)
        case Op.ON_OR_AFTER:
            return _stretch(keyword, since=begin)
        case Op.AFTER:
            return _stretch(keyword, since=end)
        case Op.ON | Op.BETWEEN:
            return _stretch(keyword, since=begin, before=end)
        case Op.NOT_BETWEEN:
            return _NO_WORDS
        case _:
            assert_never(clause.op)


def _duration(
    clause: WithinDuration, keyword: str, *, now: datetime, zone: ZoneInfo
) -> Said | Unsaid:
    def away(sign: int, *, past: bool = False) -> str:
        """Return where a duration ends, or, past it, the first second or day that follows."""
        if clause.field.kind is Kind.MOMENT:
            moment = shifted(now, clause.duration, sign=sign, zone=zone) if sign else now
            return instant_text(moment + timedelta(microseconds=past), zone=zone)
        today: date = now.astimezone(zone).date()
        day = shifted_day(today, clause.duration, sign=sign) if sign else today
        return str(day + timedelta(days=past))

    match clause.op:
        case Op.MORE_THAN_AGO:
            return _stretch(keyword, before=away(-1))
        case Op.IN_LAST:
            return _stretch(keyword, since=away(-1), before=away(0, past=True))
        case Op.IN_NEXT:
            return _stretch(keyword, since=away(0), before=away(1, past=True))
        case Op.ANNIVERSARY_IN_NEXT:
            return _NO_WORDS
        case _:
            assert_never(clause.op)


def _stretch(keyword: str, *, since: str | None = None, before: str | None = None) -> Said:
    ends = ((">=", since), ("<", before))
    return Said(tuple(Piece(keyword, sign, value) for sign, value in ends if value))


def _text(clause: OfText, keyword: str) -> Said | Unsaid:  # noqa: PLR0911 - one return for each way to look
    words = plain_words(clause.text)
    match clause.op:
        case Op.NOT_CONTAINS_WORD | Op.CONTAINS_TEXT:
            # Without a word means without its other forms too, which is too few.
            return _NO_WORDS
        case Op.DOMAIN_IS if _DOMAIN.fullmatch(clause.text):
            return Said((Piece("", "", clause.text),), _ADDRESSES)
        case Op.IS if clause.field.kind is Kind.EMAIL and plain(clause.text, ascii_only=True):
            return Said((Piece(keyword, ":", clause.text),), _ADDRESSES)
        case Op.IS if clause.field.kind is Kind.ID and plain(clause.text, ascii_only=True):
            return Said((Piece(keyword, ":", clause.text),))
        case Op.IS if clause.field.kind is not Kind.TEXT:
            return _NOT_SAFE
        case Op.DOMAIN_IS:
            return _NOT_SAFE
        case Op.IS | Op.CONTAINS_WORD | Op.CONTAINS_PHRASE | Op.WORD_STARTS_WITH if words is None:
            return _NOT_SAFE
        case Op.WORD_STARTS_WITH:
            return Said((Piece(keyword, ":", f"{words[0]}*"),), _LOOSE)
        case Op.IS | Op.CONTAINS_WORD | Op.CONTAINS_PHRASE:
            return Said((Piece(keyword, ":", quoted(words)),), _LOOSE)
        case _:
            assert_never(clause.op)


def _number(clause: OfNumber, keyword: str) -> Said | Unsaid:
    first, last = number_text(clause.first), number_text(clause.last)
    if first is None or last is None:
        return _NOT_SAFE
    match clause.op:
        case Op.EQUALS | Op.DIFFERS:
            return Said((Piece(keyword, ":", first, excludes=clause.op is Op.DIFFERS),))
        case Op.BETWEEN:
            return Said((Piece(keyword, ">=", first), Piece(keyword, "<=", last)))
        case Op.GREATER | Op.AT_LEAST | Op.LESS | Op.AT_MOST:
            return Said((Piece(keyword, clause.op.value, first),))
        case _:
            assert_never(clause.op)


def _opposite(clause: Clause) -> Clause | None:  # noqa: C901, PLR0911 - one case for each pair
    """Return the condition that matches everybody else, if there is one."""
    match clause:
        case Emptiness():
            return Emptiness(clause.field, not clause.empty)
        case OfList(op=Op.HAS_ANY_OF) | OfList(op=Op.HAS_ALL_OF, values=(_,)):
            return OfList(clause.field, Op.HAS_NONE_OF, clause.values)
        case OfList(op=Op.HAS_NONE_OF):
            return OfList(clause.field, Op.HAS_ANY_OF, clause.values)
        case OfChoice(op=Op.IS_ANY_OF):
            return OfChoice(clause.field, Op.IS_NONE_OF, clause.values)
        case OfChoice(op=Op.IS_NONE_OF):
            return OfChoice(clause.field, Op.IS_ANY_OF, clause.values)
        case OnDays(op=Op.NOT_BETWEEN):
            return OnDays(clause.field, Op.BETWEEN, clause.first, clause.last)
        case OnDays() if clause.field.kind is Kind.MOMENT and clause.op in _OTHER_SIDE:
            # Only where nobody's field is empty: who has none stands on neither side.
            return OnDays(clause.field, _OTHER_SIDE[clause.op], clause.first, clause.last)
        case OfText(op=Op.NOT_CONTAINS_WORD):
            return OfText(clause.field, Op.CONTAINS_WORD, clause.text)
        case OfNumber(op=Op.EQUALS):
            return OfNumber(clause.field, Op.DIFFERS, clause.first, clause.last)
        case OfNumber(op=Op.DIFFERS):
            return OfNumber(clause.field, Op.EQUALS, clause.first, clause.last)
        case IsTrue():
            return IsTrue(clause.field, not clause.wanted)
        case _:
            return None
