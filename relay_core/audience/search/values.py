"""Checks of what follows an operator: wildcards, `none`, lists, and each kind of value."""

import re
from collections.abc import Iterator
from typing import Final, assert_never

from relay_core.audience.conditions.tree import shown
from relay_core.audience.search import contacts, scalars
from relay_core.audience.search.diagnostics import Code, Edit, Finding
from relay_core.audience.search.keywords import Holds, Keyword, Support
from relay_core.audience.search.marks import joined
from relay_core.audience.search.reading import NOT_CHOOSING, Reading, valued
from relay_core.audience.search.syntax import Operator, Property, Term

_NULLS: Final = frozenset({"null", "nil", "undefined"})
_LISTS: Final = (
    Holds.ROLE,
    Holds.EMAIL,
    Holds.PHONE,
    Holds.TAGS,
    Holds.ORGANIZATION,
    Holds.GROUP,
    Holds.IDENTIFIER,
    Holds.CHOICE,
    Holds.CHOICES,
    Holds.PERSON,
)
_SEVERAL_WORDS: Final = (
    Holds.PERSON,
    Holds.WORDS,
    Holds.TAGS,
    Holds.ORGANIZATION,
    Holds.GROUP,
    Holds.CHOICE,
    Holds.CHOICES,
    Holds.IDENTIFIER,
    Holds.WHATSAPP,
)
_FIXED: Final = (
    Holds.TYPE,
    Holds.SORTING,
    Holds.ROLE,
    Holds.FLAG,
    Holds.CHECKBOX,
    Holds.NUMBER,
    Holds.MOMENT,
    Holds.DATE,
)
"""Whose values have a form of their own, which is checked."""
_NEVER_EMPTY: Final = (Holds.TYPE, Holds.SORTING)
_OPERATOR_SIGNS: Final = ":<>="
_PATTERN: Final = re.compile(r"/.+/[a-z]*")


def values(reading: Reading) -> Iterator[Finding]:
    """Yield what is wrong with the values of a query's known keywords."""
    for number, clause in enumerate(reading.query.clauses):
        if not isinstance(clause, Property) or not clause.value.strip() or not clause.closed:
            continue
        keyword = reading.keyword(clause)
        if keyword is None or clause.value[0] in _OPERATOR_SIGNS:
            continue
        following = () if clause.quoted else reading.query.words_after(number)
        yield from _of(clause, keyword, following)


def _of(clause: Property, keyword: Keyword, following: tuple[Term, ...]) -> Iterator[Finding]:
    value = clause.value.strip()
    if clause.operator is not Operator.IS and not keyword.ranges:
        return
    if value.casefold() == "none" and keyword.holds not in _NEVER_EMPTY:
        yield from _none(clause, keyword)
    elif value.casefold() in _NULLS and keyword.holds not in _FIXED:
        yield _null(clause, keyword)
    elif _is_list(clause, keyword):
        yield _list(clause, keyword)
    elif _PATTERN.fullmatch(value) and not clause.quoted:
        yield _no_pattern(clause)
    elif "*" in value:
        yield from _star(clause, keyword)
    else:
        yield from _by_kind(clause, keyword, following)


def _by_kind(  # noqa: C901, PLR0912 - one case for each kind of value
    clause: Property, keyword: Keyword, following: tuple[Term, ...]
) -> Iterator[Finding]:
    match keyword.holds:
        case Holds.TYPE | Holds.SORTING:
            yield from scalars.of_the_search(clause)
        case Holds.ROLE:
            yield from scalars.role(clause)
        case Holds.FLAG | Holds.CHECKBOX:
            yield from scalars.flag(clause)
        case Holds.MOMENT | Holds.DATE:
            yield from scalars.date(clause, keyword, following)
        case Holds.NUMBER:
            yield from scalars.number(clause)
        case Holds.EMAIL:
            yield from contacts.email(clause)
        case Holds.PHONE:
            yield from contacts.phone(clause, following)
        case Holds.CHOICE:
            labelled = list(scalars.choice(clause, keyword, following))
            yield from labelled or _stray(clause, keyword, following)
        case Holds.WHATSAPP:
            yield _undocumented_value(clause, "how a WhatsApp identity is written")
            yield from _stray(clause, keyword, following)
        case Holds.CHOICES:
            yield _undocumented_value(clause, "whether fields with several choices are searched")
            yield from _stray(clause, keyword, following)
        case (
            Holds.PERSON
            | Holds.WORDS
            | Holds.TAGS
            | Holds.ORGANIZATION
            | Holds.GROUP
            | Holds.IDENTIFIER
        ):
            yield from _stray(clause, keyword, following)
        case Holds.LOOKUP:
            pass
        case _:
            assert_never(keyword.holds)


def _stray(clause: Property, keyword: Keyword, following: tuple[Term, ...]) -> Iterator[Finding]:
    if not following or keyword.holds not in _SEVERAL_WORDS:
        return
    last = following[-1]
    together = joined((clause, *following))
    yield Finding(
        Code.STRAY_WORD,
        following[0].start,
        last.end,
        f"The value of {keyword.name} ends at the space, and Zendesk looks for what follows "
        "anywhere in a profile: put the whole value in quotes, if this belongs to it.",
        (Edit(clause.value_start, last.end, together),),
    )


def _none(clause: Property, keyword: Keyword) -> Iterator[Finding]:
    if clause.operator is not Operator.IS:
        yield Finding(
            Code.OPERATOR_NOT_SUPPORTED,
            clause.operator_start,
            clause.value_start,
            f"Nothing is larger or smaller than none: write {keyword.name}:none for people who "
            "have nothing there.",
            (Edit(clause.operator_start, clause.value_start, ":"),),
        )
    elif keyword.none is Support.NONE:
        yield Finding(
            Code.BAD_VALUE,
            clause.value_start,
            clause.end,
            f"Everybody has a {keyword.label}, so Zendesk finds nobody with {keyword.name}:none: "
            "leave it out.",
        )
    elif keyword.none is Support.UNDOCUMENTED:
        yield Finding(
            Code.UNDOCUMENTED_NONE,
            clause.value_start,
            clause.end,
            f"Zendesk does not document none for {keyword.name} and may look for the word: check "
            "who is found, or use “is empty” in the builder.",
        )
    elif clause.negated:
        yield Finding(
            Code.UNDOCUMENTED_COMPOSITION,
            clause.start,
            clause.end,
            f"Zendesk documents {keyword.name}:none but not its exclusion: check who is found, or "
            "use “is not empty” in the builder.",
        )


def _null(clause: Property, keyword: Keyword) -> Finding:
    documented = keyword.none is Support.DOCUMENTED
    advice = (
        f"write {keyword.name}:none for people who have nothing there"
        if documented
        else "use “is empty” in the builder for people who have nothing there"
    )
    return Finding(
        Code.NULL_WORD,
        clause.value_start,
        clause.end,
        f"{shown(clause.value)} is an ordinary word for Zendesk: {advice}.",
        valued(clause, "none") if documented else (),
    )


def _is_list(clause: Property, keyword: Keyword) -> bool:
    value = clause.value.strip()
    listed = "," in value.strip(",") or ";" in value.strip(";")
    return listed and not clause.quoted and keyword.holds in _LISTS


def _list(clause: Property, keyword: Keyword) -> Finding:
    parts = [part for part in re.split(r"[,;]", clause.value) if part]
    sign = "-" if clause.negated else ""
    clauses = " ".join(f"{sign}{clause.keyword}:{part}" for part in parts)
    return Finding(
        Code.COMMA_LIST,
        clause.value_start,
        clause.end,
        f"Zendesk takes this for one value with commas in it: repeat {keyword.name}: for any of "
        "several values.",
        (Edit(clause.start, clause.end, clauses),),
    )


def _no_pattern(clause: Property) -> Finding:
    return Finding(
        Code.BAD_VALUE,
        clause.value_start,
        clause.end,
        "Zendesk knows no regular expressions and looks for the words in it: write words, with an "
        "asterisk at the end for words that begin so.",
    )


def _star(clause: Property, keyword: Keyword) -> Iterator[Finding]:
    value = clause.value.strip()
    at_end = value.endswith("*") and value.count("*") == 1
    if keyword.holds is Holds.EMAIL:
        yield contacts.starred_email(clause)
    elif keyword.holds is Holds.PHONE and contacts.is_leading_star(value):
        return
    elif value == "*" and not clause.quoted and keyword.holds not in NOT_CHOOSING:
        yield Finding(
            Code.UNDOCUMENTED_COMPOSITION,
            clause.start,
            clause.end,
            f"Zendesk documents a lone asterisk for fields of tickets only: check who is found, or "
            f"use “is {'' if clause.negated else 'not '}empty” in the builder.",
        )
    elif clause.quoted:
        yield _quoted_star(clause)
    elif not at_end or keyword.star is Support.NONE:
        yield _bad_star(clause, keyword, at_end=at_end)
    elif keyword.star is Support.UNDOCUMENTED:
        yield Finding(
            Code.UNDOCUMENTED_WILDCARD,
            clause.value_start,
            clause.end,
            f"Zendesk shows no asterisk after {keyword.name}: check who is found before you rely "
            "on it.",
        )


def _quoted_star(clause: Property) -> Finding:
    bare = clause.value.strip()
    meant = bare if " " not in bare and bare.endswith("*") else ""
    return Finding(
        Code.QUOTED_WILDCARD,
        clause.value_start,
        clause.end,
        "Zendesk does not document an asterisk within quotes, and takes it for punctuation: write "
        "one word with an asterisk and no quotes.",
        valued(clause, meant) if meant else (),
    )


def _bad_star(clause: Property, keyword: Keyword, *, at_end: bool) -> Finding:
    bare = clause.value.replace("*", "")
    if keyword.star is Support.NONE and at_end:
        said = f"Zendesk takes no asterisk after {keyword.name} and finds nobody: write the whole "
        said += "value"
        edits = valued(clause, bare) if bare else ()
    else:
        said = "Zendesk takes an asterisk only at the end of a value: write the beginning of the "
        said += "word, then the asterisk"
        edits = ()
    return Finding(Code.BAD_WILDCARD, clause.value_start, clause.end, f"{said}.", edits)


def _undocumented_value(clause: Property, what: str) -> Finding:
    return Finding(
        Code.UNDOCUMENTED_VALUE,
        clause.value_start,
        clause.end,
        f"Zendesk does not document {what}: check who is found before you rely on it.",
    )
