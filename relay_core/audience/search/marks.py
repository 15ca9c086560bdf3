"""Checks of quotes, spaces, minus signs and parentheses."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from relay_core.audience.search.diagnostics import Code, Edit, Finding
from relay_core.audience.search.reading import Reading, quoted, replaced
from relay_core.audience.search.syntax import Clause, Property, Query, Term, is_word

_SMART: Final = re.compile("[“”„‟«»″\uff02]")
_INVISIBLE: Final = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_ODD_SPACE: Final = re.compile(rf"[^\S \t\r\n]|[{_INVISIBLE}]")
_SINGLE: Final = {"'": "'", "\u2018": "\u2019"}
_NEXT_PROPERTY: Final = re.compile(r"\s+-?[^\W\d]\w*[:<>]")


def marks(reading: Reading) -> Iterator[Finding]:
    """Yield what is wrong with the marks of a query."""
    yield from _odd_spaces(reading)
    yield from _smart_quotes(reading.query)
    yield from _single_quotes(reading.query)
    yield from _touching_quotes(reading)
    yield from _minuses(reading)
    yield from _parentheses(reading.query)
    last = reading.query.clauses[-1] if reading.query.clauses else None
    if last and not last.closed:
        yield _unbalanced(last, reading.query)


def smart_quote_edits(query: Query) -> tuple[Edit, ...]:
    """Return the edits that make plain quotes of a word processor's; not within plain quotes."""
    return tuple(
        Edit(clause.start + found.start(), clause.start + found.end(), '"')
        for clause in query.clauses
        if not clause.quoted
        for found in _SMART.finditer(str(clause))
    )


def odd_space_edits(text: str) -> tuple[Edit, ...]:
    """Return the edits that make plain spaces of all others and remove invisible characters."""
    return tuple(
        Edit(found.start(), found.end(), "" if found[0] in _INVISIBLE else " ")
        for found in _ODD_SPACE.finditer(text)
    )


def content(clause: Clause) -> str:
    """Return what a clause holds: the text of a term, the value of a property."""
    return clause.value if isinstance(clause, Property) else clause.text


def content_start(clause: Clause) -> int:
    """Return where the content of a clause, or its quote, begins."""
    return clause.value_start if isinstance(clause, Property) else clause.start + clause.negated


def _odd_spaces(reading: Reading) -> Iterator[Finding]:
    if edits := odd_space_edits(reading.text):
        yield Finding(
            Code.ODD_SPACE,
            edits[0].start,
            edits[-1].end,
            "There is a space here that is not a plain one, and Zendesk may read what stands on "
            "both sides as one word: type plain spaces.",
            edits,
        )


def _smart_quotes(query: Query) -> Iterator[Finding]:
    if edits := smart_quote_edits(query):
        yield Finding(
            Code.SMART_QUOTES,
            edits[0].start,
            edits[-1].end,
            "Zendesk does not take “ and ” for quotes and looks for each word by itself: use the "
            'straight quote ".',
            edits,
        )


def _single_quotes(query: Query) -> Iterator[Finding]:
    opened: tuple[int, str] | None = None
    for clause in query.clauses:
        written = content(clause)
        if clause.quoted or not written:
            continue
        if opened is None and written[0] in _SINGLE:
            opened = content_start(clause), _SINGLE[written[0]]
        if opened and written[-1] == opened[1] and clause.end - 1 > opened[0]:
            yield Finding(
                Code.SINGLE_QUOTES,
                opened[0],
                clause.end,
                "Zendesk does not take ' for a quote and looks for each word by itself: use the "
                'double quote ".',
                (Edit(opened[0], opened[0] + 1, '"'), Edit(clause.end - 1, clause.end, '"')),
            )
            opened = None


def _touching_quotes(reading: Reading) -> Iterator[Finding]:
    query = reading.query
    for number, (before, after) in enumerate(pairwise(query.clauses), start=1):
        apart = query.spaces[number]
        if apart or not after.closed or reading.text[after.start] == "&":
            continue
        quote = before.end - 1 if before.quoted else after.start
        yield Finding(
            Code.QUOTE_INSIDE_WORD,
            before.start,
            after.end,
            "A quote touches a word here, and Zendesk does not say where the value then ends: put "
            "the quotes around the whole value, or a space between the two.",
            (Edit(quote + before.quoted, quote + before.quoted, " "),),
        )


def _unbalanced(last: Clause, query: Query) -> Finding:
    place = last.end - 1 - len(content(last))
    edits = _balanced(last, query, place)
    return Finding(
        Code.UNBALANCED_QUOTE,
        min(place, *(edit.start for edit in edits)),
        last.end,
        "This quote is never closed, so Zendesk decides by itself where the value ends: close it, "
        "or remove it.",
        edits,
    )


def _balanced(last: Clause, query: Query, place: int) -> tuple[Edit, ...]:
    """Return the edits that close a quote, or open the one that was meant."""
    written = content(last)
    if not written.strip():
        for number in range(len(query.clauses) - 2, -1, -1):
            clause = query.clauses[number]
            if isinstance(clause, Property) and not clause.quoted and clause.value:
                opening = Edit(clause.value_start, clause.value_start, '"')
                return (opening, Edit(place, last.end, '"'))
            if not is_word(clause):
                break
        return (Edit(last.start, last.end, ""),)
    following = _NEXT_PROPERTY.search(written)
    closing = place + 1 + (following.start() if following else len(written.rstrip()))
    return (Edit(closing, closing, '"'),)


def _minuses(reading: Reading) -> Iterator[Finding]:
    query = reading.query
    for number, clause in enumerate(query.clauses):
        if not isinstance(clause, Term) or not clause.negated or clause.quoted:
            continue
        if clause.text.strip("-"):
            if clause.text.startswith("-"):
                yield _minus(clause, replaced(clause, "-" + clause.text.lstrip("-")))
            continue
        following = query.after(number)
        if following and not following.negated and not clause.text:
            yield _minus(clause, (Edit(clause.end, following.start, ""),))
        else:
            yield _minus(clause, replaced(clause, ""))


def _minus(clause: Term, edits: tuple[Edit, ...]) -> Finding:
    return Finding(
        Code.DANGLING_MINUS,
        clause.start,
        clause.end,
        "This minus excludes nothing, and Zendesk looks for what follows instead: write one minus "
        "right before the word or keyword.",
        edits,
    )


def _parentheses(query: Query) -> Iterator[Finding]:
    edits: list[Edit] = []
    keyword = ""
    for clause in query.clauses:
        if clause.quoted:
            continue
        written, start = content(clause), content_start(clause)
        opens = len(written) - len(written.lstrip("("))
        closes = len(written) - len(written.rstrip(")"))
        closes = max(0, min(closes, written.count(")") - written.count("(", opens)))
        if opens:
            edits.append(Edit(start, start + opens, ""))
            keyword = (
                f"{clause.keyword}{clause.operator}" if isinstance(clause, Property) else keyword
            )
        elif keyword and is_word(clause):
            edits.append(Edit(start, start, keyword))
        if closes:
            edits.append(Edit(clause.end - closes, clause.end, ""))
            keyword = ""
    places = [edit for edit in edits if not edit.text]
    if places:
        yield Finding(
            Code.PARENTHESES,
            places[0].start,
            places[-1].end,
            "Zendesk has no parentheses and reads them as part of the words: repeat a keyword for "
            "any of several values, or put the text in quotes if you look for parentheses.",
            tuple(edits),
        )


def joined(clauses: tuple[Clause, ...]) -> str:
    """Return the contents of several clauses as one value."""
    return quoted(" ".join(content(clause) for clause in clauses))
