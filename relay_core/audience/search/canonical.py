"""A query in one form: the same clauses in the same order, said as Zendesk documents them."""

import re
from typing import Final

from relay_core.audience.search.diagnostics import rewritten
from relay_core.audience.search.keywords import Holds, Vocabulary
from relay_core.audience.search.marks import odd_space_edits, smart_quote_edits
from relay_core.audience.search.reading import NOT_CHOOSING, Reading, read
from relay_core.audience.search.syntax import Clause, Property, parse

_PLAIN: Final = re.compile(r"\w+")
_WITHOUT_CASE: Final = (Holds.ROLE, Holds.TAGS, Holds.FLAG, Holds.CHECKBOX)


def canonical(text: str, *, vocabulary: Vocabulary) -> str:
    """Return the canonical form of a query; applied again, it changes nothing.

    Spaces and quotes are plain ones, keywords are documented ones in lower case, a word stands
    without quotes where they change nothing, and what only says that users are searched, or how
    they are ordered, is left out. A mistake stays: only a person can say what was meant.
    """
    text = rewritten(text, odd_space_edits(text))
    while edits := smart_quote_edits(parse(text)):
        text = rewritten(text, edits)
    reading = read(text, vocabulary=vocabulary)
    printed = (_printed(clause, reading) for clause in reading.query.clauses)
    return " ".join(part for part in printed if part)


def _printed(clause: Clause, reading: Reading) -> str:
    sign = "-" if clause.negated else ""
    if not isinstance(clause, Property):
        return f'{sign}"{_tidy(clause.text)}"' if clause.quoted else str(clause)
    keyword = reading.keyword(clause)
    if keyword is None:
        value = f'"{_tidy(clause.value)}"' if clause.quoted else clause.value
        return f"{sign}{clause.keyword.lower()}{clause.operator}{value}"
    if keyword.holds is Holds.TYPE and clause.value.strip().lower() == "user" and not sign:
        return ""
    if keyword.holds in NOT_CHOOSING and keyword.holds is not Holds.TYPE:
        return ""
    value = _tidy(clause.value) if clause.quoted else clause.value
    if keyword.holds in _WITHOUT_CASE and value.isascii():
        value = value.lower()
    none = value.casefold() == "none"
    plain = none or (_PLAIN.fullmatch(value) is not None and keyword.holds is not Holds.EMAIL)
    if clause.quoted and not plain:
        value = f'"{value}"'
    return f"{sign}{keyword.name}{clause.operator}{'none' if none else value}"


def _tidy(text: str) -> str:
    return " ".join(text.split())
