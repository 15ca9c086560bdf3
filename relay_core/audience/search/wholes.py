"""Checks of a query as a whole: who is missing from it, what it repeats, how long it is."""

import re
from collections.abc import Iterator
from typing import Final

from relay_core.audience.search.diagnostics import Code, Edit, Finding
from relay_core.audience.search.keywords import Holds, Keyword
from relay_core.audience.search.marks import joined
from relay_core.audience.search.reading import Reading, replaced
from relay_core.audience.search.syntax import Operator, Property, is_word

MOST_WORDS: Final = 64
"""As many words as Zendesk takes in one query. Source: Zendesk Support search reference."""
LONGEST: Final = 10_000
"""Characters. A longer text is no query, and is not looked at in detail."""
_WORD: Final = re.compile(r"\w")


def wholes(reading: Reading) -> Iterator[Finding]:
    """Yield what can only be said of all clauses together."""
    yield from _length(reading)
    chosen = [clause for clause in reading.query.clauses if reading.chooses(clause)]
    if not any(_WORD.search(str(clause)) for clause in chosen):
        yield Finding(
            Code.EMPTY_QUERY,
            0,
            len(reading.text),
            "This query chooses nobody in particular, and Zendesk would find everybody: say whom, "
            "as in role:end-user.",
        )
        return
    yield from _implied(reading)
    groups: dict[str, list[tuple[Keyword, Property]]] = {}
    for clause in reading.query.properties:
        if (keyword := reading.keyword(clause)) and reading.chooses(clause) and clause.value:
            groups.setdefault(keyword.name, []).append((keyword, clause))
    for group in groups.values():
        yield from _group(reading, group[0][0], [each for _, each in group if not each.negated])
    yield from _user_beside_type(reading)


def word_count(text: str) -> int:
    """Return how many words a query has, as spaces separate them."""
    return len(text.split())


def too_long(text: str) -> Finding:
    """Return what is said of a text that is too long to be looked at."""
    return Finding(
        Code.TOO_MANY_WORDS,
        0,
        len(text),
        f"Zendesk takes at most {MOST_WORDS} words in a query: split it, or upload a list of "
        "people instead.",
    )


def _length(reading: Reading) -> Iterator[Finding]:
    kept = sum(word_count(str(c)) for c in reading.query.clauses if reading.chooses(c))
    if kept > MOST_WORDS:
        yield too_long(reading.text)


def _implied(reading: Reading) -> Iterator[Finding]:
    clauses = reading.query.clauses
    held = {keyword.holds for clause in clauses if (keyword := reading.keyword(clause))}
    start, end = clauses[0].start, clauses[-1].end
    if Holds.ROLE not in held:
        yield Finding(
            Code.NO_ROLE,
            start,
            end,
            "Zendesk finds team members too, whom Relay then leaves out: add role:end-user.",
            (Edit(end, end, " role:end-user"),),
        )
    if not any(k.name == "is_suspended" for c in clauses if (k := reading.keyword(c))):
        yield Finding(
            Code.SUSPENDED_INCLUDED,
            start,
            end,
            "Zendesk finds suspended users too, whom Relay then leaves out: add "
            "-is_suspended:true.",
            (Edit(end, end, " -is_suspended:true"),),
        )


def _group(reading: Reading, keyword: Keyword, clauses: list[Property]) -> Iterator[Finding]:
    alike = [clause for clause in clauses if clause.operator is Operator.IS]
    if keyword.holds is Holds.GROUP:
        for clause in clauses:
            yield Finding(
                Code.TEAM_ONLY,
                clause.start,
                clause.end,
                "Only team members belong to a group, and they are never messaged: use "
                "organization or tags for end users.",
            )
    if len(alike) < len(clauses) and alike:
        yield Finding(
            Code.UNDOCUMENTED_COMPOSITION,
            clauses[0].start,
            clauses[-1].end,
            f"Zendesk does not document {keyword.name} both with a colon and with a comparison: "
            "use one of them, or check who is found.",
        )
    if len(alike) > 1:
        yield _repeated(reading, keyword, alike)


def _repeated(reading: Reading, keyword: Keyword, clauses: list[Property]) -> Finding:
    second, last = clauses[1], clauses[-1]
    sets = [c for c in clauses if c.quoted and " " in c.value.strip()]
    if keyword.holds is Holds.TAGS and sets:
        return Finding(
            Code.UNDOCUMENTED_COMPOSITION,
            second.start,
            last.end,
            "Zendesk documents tags in quotes as all of them, but not several such sets: check "
            "who is found, or use “any of” in the builder.",
        )
    edits: tuple[Edit, ...] = ()
    advice = "use the builder if all of them must hold"
    between = reading.query.before(reading.query.clauses.index(second))
    if keyword.holds is Holds.TAGS and not is_word(between):
        together = joined(tuple(clauses))
        first = clauses[0]
        edits = (
            Edit(first.value_start, first.end, together),
            *(Edit(clause.start, clause.end, "") for clause in clauses[1:]),
        )
        advice = f"write tags:{together} if all of them must be there"
    return Finding(
        Code.REPEATED_KEYWORD,
        second.start,
        last.end,
        f"Zendesk reads a repeated {keyword.name} as any of its values: {advice}.",
        edits,
    )


def _user_beside_type(reading: Reading) -> Iterator[Finding]:
    properties = list(reading.query.properties)
    types = [clause for clause in properties if clause.keyword.lower() == "type"]
    for clause in properties:
        if types and clause.keyword.lower() == "user":
            yield Finding(
                Code.UNDOCUMENTED_COMPOSITION,
                clause.start,
                clause.end,
                "Zendesk documents user: as a search of its own, not beside type: leave type: out.",
                tuple(edit for each in types for edit in replaced(each, "")),
            )
