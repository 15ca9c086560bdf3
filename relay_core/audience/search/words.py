"""Checks of bare words: those that other search languages would read as more than words."""

import re
from collections.abc import Iterator
from typing import Final

from relay_core.audience.conditions.tree import shown
from relay_core.audience.search.diagnostics import Code, Edit, Finding
from relay_core.audience.search.keywords import Holds, Support
from relay_core.audience.search.marks import content, joined
from relay_core.audience.search.reading import Reading, replaced
from relay_core.audience.search.signs import misplaced_operator, misread_operator
from relay_core.audience.search.syntax import Clause, Property, Term

_BOOLEAN: Final = frozenset({"AND", "OR", "NOT"})
_JOINERS: Final = frozenset({"&&", "||", "|"})
_JOINED: Final = re.compile(r"&&?-?[^\W\d][\w.]*[:<>]")
_FOREIGN_END: Final = re.compile(r"(?<=\w)(?:~\d*|\^\d[\d.]*)$")
_NO_JOINING: Final = (
    "Zendesk does not join clauses with & or |: put a space between clauses that must all hold, "
    "and repeat a keyword for any of several values."
)


def bare_words(reading: Reading) -> Iterator[Finding]:
    """Yield what is wrong with words that stand by themselves, and with signs between them."""
    for number, clause in enumerate(reading.query.clauses):
        if isinstance(clause, Property):
            yield from misread_operator(clause) or _foreign_value(clause)
        elif clause.quoted:
            yield from _star_in_quotes(clause)
        elif not clause.text.strip("-"):
            continue
        elif clause.text.upper() in _BOOLEAN:
            yield from _boolean(reading, number, clause)
        elif found := _foreign_word(reading, number, clause) or misplaced_operator(
            reading, number, clause
        ):
            yield found
        elif "*" in clause.text:
            yield _star(clause)
        elif reading.vocabulary.find(clause.text):
            yield _keyword(reading, clause)


def _boolean(reading: Reading, number: int, word: Term) -> Iterator[Finding]:
    query, name = reading.query, word.text.upper()
    before, after = query.before(number), query.after(number)
    between = isinstance(after, Property) and (name == "NOT" or isinstance(before, Property))
    if word.text != name and not between:
        return
    edits: tuple[Edit, ...] = ()
    if name == "NOT":
        if after and not after.negated:
            edits = (Edit(word.start, after.start, "-"),)
        advice = "exclude with a minus right before the word or keyword"
    else:
        edits = _joining(reading, word, before, after, every=name == "AND")
        advice = (
            "clauses side by side must all hold, and several tags are asked for together as in "
            'tags:"a b"'
            if name == "AND"
            else "repeat a keyword for any of several values, and use “any of” in the builder "
            "across keywords"
        )
    yield Finding(
        Code.BOOLEAN_WORD,
        word.start,
        word.end,
        f"Zendesk looks for {shown(word.text)} as a word: leave it out; {advice}.",
        edits,
    )


def _joining(
    reading: Reading, word: Term, before: Clause | None, after: Clause | None, *, every: bool
) -> tuple[Edit, ...]:
    """Return the edits that say what was meant with the clauses on both sides of a word."""
    if before is None or after is None:
        return replaced(word, "")
    removed = (Edit(before.end, after.start, " "),)
    first, second = reading.keyword(before), reading.keyword(after)
    same = first is not None and first == second and before.negated == after.negated
    if not every:
        return removed if same else ()
    if not same or first is None or (before.negated and after.negated):
        return removed
    if first.holds is Holds.TAGS and not before.negated:
        return (Edit(before.start, after.end, f"{first.name}:{joined((before, after))}"),)
    return removed if first.ranges else ()


def _foreign_word(reading: Reading, number: int, term: Term) -> Finding | None:
    """Return what is wrong with a word that holds signs of other languages."""
    text, start = term.text, term.start + term.negated
    if text in _JOINERS or _JOINED.search(text):
        return _foreign(reading, number, term)
    if text[0] == "+" and not text[1:2].isdigit() and len(text) > 1:
        return _foreign_sign(term, (Edit(start, start + 1, ""),))
    if ending := _FOREIGN_END.search(text):
        return _foreign_sign(term, (Edit(start + ending.start(), start + ending.end(), ""),))
    return None


def _foreign_value(clause: Property) -> Iterator[Finding]:
    """Yield what is wrong with a value that holds signs of other languages."""
    if clause.quoted:
        return
    start = clause.value_start
    if joining := _JOINED.search(clause.value):
        start += joining.start()
        spaced = re.sub(r"&+", " ", clause.value[joining.start() :])
        edits = (Edit(start, clause.end, spaced),)
        yield Finding(Code.FOREIGN_OPERATOR, start, clause.end, _NO_JOINING, edits)
    elif end := _FOREIGN_END.search(clause.value):
        yield _foreign_sign(clause, (Edit(start + end.start(), start + end.end(), ""),))


def _foreign(reading: Reading, number: int, term: Term) -> Finding:
    query = reading.query
    every = "|" not in term.text
    if _JOINED.search(term.text):
        edits = replaced(term, re.sub(r"&+", " ", f"{'-' * term.negated}{term.text}"))
    else:
        edits = _joining(reading, term, query.before(number), query.after(number), every=every)
    return Finding(
        Code.FOREIGN_OPERATOR,
        term.start,
        term.end,
        _NO_JOINING,
        edits,
    )


def _foreign_sign(clause: Clause, edits: tuple[Edit, ...]) -> Finding:
    sign = content(clause)[0] if isinstance(clause, Term) and content(clause)[0] == "+" else ""
    return Finding(
        Code.FOREIGN_OPERATOR,
        edits[0].start,
        edits[0].end,
        f"The sign {shown(sign or ('~' if '~' in content(clause) else '^'))} has no meaning in "
        "Zendesk's search and may keep it from finding anybody: leave it out.",
        edits,
    )


def _star(term: Term) -> Finding:
    bare = term.text.replace("*", "")
    sign = "-" if term.negated else ""
    number = bare.removeprefix("+")
    if term.text.startswith("*") and number.isdecimal():
        meant = f"{sign}phone:*{number}"
    else:
        meant = f"{sign}{bare}" if bare and term.text == f"{bare}*" else ""
    return Finding(
        Code.UNQUALIFIED_WILDCARD,
        term.start,
        term.end,
        "Zendesk takes an asterisk only after a keyword, as in name:jan*: leave it out here, where "
        "a word finds words that begin with it anyway.",
        replaced(term, meant) if meant else (),
    )


def _star_in_quotes(term: Term) -> Iterator[Finding]:
    if "*" in term.text:
        yield Finding(
            Code.QUOTED_WILDCARD,
            term.start,
            term.end,
            "Zendesk does not document an asterisk within quotes, and takes it for punctuation: "
            "leave it out.",
            tuple(
                Edit(term.start + found.start(), term.start + found.end(), "")
                for found in re.finditer(r"\*", str(term))
            ),
        )


def _keyword(reading: Reading, term: Term) -> Finding:
    keyword = reading.vocabulary.find(term.text)
    edits: tuple[Edit, ...] = ()
    if term.negated and keyword and keyword.none is Support.DOCUMENTED:
        edits = replaced(term, f"{keyword.name}:none")
    return Finding(
        Code.KEYWORD_AS_WORD,
        term.start,
        term.end,
        f"Zendesk looks for {shown(term.text)} as a word here, not as a keyword: write it with an "
        "operator and a value, and with the value none for people who have nothing there.",
        edits,
    )
