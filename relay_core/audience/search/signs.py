"""Checks of operators that Zendesk does not have, or that stand where it does not see them."""

import re
from typing import Final

from relay_core.audience.conditions.tree import shown
from relay_core.audience.search.diagnostics import Code, Edit, Finding
from relay_core.audience.search.reading import Reading, replaced
from relay_core.audience.search.syntax import Property, Term, is_word

_OPERATORS: Final = {
    ":>=": ">=",
    ":=>": ">=",
    "=>": ">=",
    ":<=": "<=",
    ":=<": "<=",
    "=<": "<=",
    ":>": ">",
    ":<": "<",
    "!=": "!",
    "<>": "!",
    ":!=": "!",
    "!:": "!",
    ":=": ":",
    "==": ":",
    "=~": ":",
    "~=": ":",
    "::": ":",
    "\uff1a": ":",
    "=": ":",
    ":": ":",
    "<": "<",
    ">": ">",
    "<=": "<=",
    ">=": ">=",
}
"""What people write for an operator, and the operator; ! excludes what has the value."""
_OPERATOR: Final = "|".join(
    re.escape(each) for each in sorted(_OPERATORS, key=lambda each: (-len(each), each))
)
_LEADING: Final = re.compile(rf"({_OPERATOR})(.*)", re.DOTALL)
_WITHIN: Final = re.compile(rf"([^\W\d][\w.]*)({_OPERATOR})(.*)", re.DOTALL)
_EXCLAIMED: Final = re.compile("[!\u2013\u2014\u2212]+-?(?=[^\\W\\d])")
"""An exclamation mark, or a dash of a word processor, in the place of a minus."""
_PARAMETERS: Final = frozenset({"query", "q", "search"})


def misplaced_operator(reading: Reading, number: int, term: Term) -> Finding | None:
    """Return what is wrong with a bare word that holds an operator."""
    if exclaimed := _EXCLAIMED.match(term.text):
        end = term.start + term.negated + exclaimed.end()
        return _bad_operator(
            term.start,
            term.end,
            f"Zendesk does not exclude with {shown(exclaimed[0])}: write a minus instead",
            (Edit(term.start, end, "-"),),
        )
    if leading := _LEADING.fullmatch(term.text):
        return _apart(reading, number, term, leading)
    if within := _WITHIN.fullmatch(term.text):
        return _within(term, within)
    return None


def misread_operator(clause: Property) -> tuple[Finding, ...]:
    """Return what is wrong with an operator that goes on in the value."""
    whole = f"{clause.operator}{clause.value}"
    found = _LEADING.fullmatch(whole)
    written = found[1] if found and found[1] != clause.operator else _run(whole)
    if clause.quoted or written == clause.operator:
        return ()
    value = whole.removeprefix(written)
    meant = _OPERATORS.get(written)
    sign = "-" if clause.negated != (meant == "!") else ""
    meant = ":" if meant == "!" else meant
    finding = _bad_operator(
        clause.operator_start,
        clause.operator_start + len(written),
        f"Zendesk has no operator {shown(written)}: there are : < > <= and >= only, and a minus "
        "in front to exclude",
        replaced(clause, f"{sign}{clause.keyword}{meant}{value}") if meant and value else (),
    )
    return (finding,)


def _run(text: str) -> str:
    """Return the signs of operators that a text begins with."""
    return text[: len(text) - len(text.lstrip(":<>="))]


def _apart(reading: Reading, number: int, term: Term, found: re.Match[str]) -> Finding:
    """Return the finding for an operator that does not touch its keyword."""
    query = reading.query
    name = query.before(number)
    meant, rest = _OPERATORS[found[1]], found[2]
    value = None if rest else query.after(number)
    start, end = term.start, term.end
    edits: tuple[Edit, ...] = ()
    if name is not None and is_word(name) and (rest or isinstance(value, Term)):
        start = name.start
        if value is not None:
            end = value.end
            rest = reading.text[value.start : value.end]
        sign, meant = ("-", ":") if meant == "!" else ("", meant)
        edits = (Edit(start, end, f"{sign}{name.text}{meant}{rest}"),)
    return _bad_operator(
        start,
        end,
        "With a space beside the operator, Zendesk looks for each part as a word: write keyword, "
        "operator and value without spaces",
        edits,
    )


def _within(term: Term, found: re.Match[str]) -> Finding:
    name, written, value = found.groups()
    edits: tuple[Edit, ...] = ()
    if name.lower() in _PARAMETERS and value:
        edits = replaced(term, value)
    elif value:
        meant = _OPERATORS[written]
        negated = term.negated != (meant == "!")
        meant = ":" if meant == "!" else meant
        edits = replaced(term, f"{'-' if negated else ''}{name}{meant}{value}")
    return _bad_operator(
        term.start,
        term.end,
        f"Zendesk has no operator {shown(written)} and looks for plain words: there are : < > <= "
        "and >= only, and a minus in front to exclude",
        edits,
    )


def _bad_operator(start: int, end: int, sentence: str, edits: tuple[Edit, ...]) -> Finding:
    return Finding(Code.BAD_OPERATOR, start, end, f"{sentence}.", edits)
