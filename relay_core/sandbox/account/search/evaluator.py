"""A parsed search as one test of records: which clauses widen, narrow and exclude."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from relay_core.sandbox.account.search.assumptions import UnknownKeyword
from relay_core.sandbox.account.search.documents import Kind
from relay_core.sandbox.account.search.fields import field_test
from relay_core.sandbox.account.search.keywords import (
    ALIASES,
    Surroundings,
    Test,
    keyword_test,
    nobody,
)
from relay_core.sandbox.account.search.syntax import Clause, Operator, Property, Term, words

ORDERS: Final = {
    "created": "created_at",
    "created_at": "created_at",
    "updated": "updated_at",
    "updated_at": "updated_at",
}

_DOMAIN: Final = re.compile(r"[\w-]+(\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Search:
    """What a query asks for."""

    test: Test
    kinds: frozenset[Kind]
    names_type: bool
    order_by: str | None
    is_descending: bool


def understand(clauses: Sequence[Clause], around: Surroundings, unknown: UnknownKeyword) -> Search:
    """Turn clauses into a search.

    Values of one keyword widen it, everything else narrows: other keywords, ranges, exclusions
    and words.
    """
    all_of: list[Test] = []
    any_of: dict[str, list[Test]] = defaultdict(list)
    for clause in clauses:
        match clause:
            case Term():
                _add_term(clause, all_of, any_of)
            case Property(keyword="type" | "order_by" | "sort"):
                pass
            case Property():
                _add_property(clause, around, unknown, all_of, any_of)
    all_of.extend(_either(tests) for tests in any_of.values())
    types = [each for each in clauses if isinstance(each, Property) and each.keyword == "type"]
    return Search(
        test=_both(all_of),
        kinds=_kinds(types),
        names_type=bool(types),
        order_by=ORDERS.get(_setting(clauses, "order_by")),
        is_descending=_setting(clauses, "sort") != "asc",
    )


def _add_term(term: Term, all_of: list[Test], any_of: dict[str, list[Test]]) -> None:
    if (test := _term_test(term)) is None:
        return
    if term.is_negated:
        all_of.append(_not(test))
    elif _DOMAIN.fullmatch(term.text) and not term.is_quoted:
        any_of["domain"].append(test)
    else:
        all_of.append(test)


def _add_property(
    clause: Property,
    around: Surroundings,
    unknown: UnknownKeyword,
    all_of: list[Test],
    any_of: dict[str, list[Test]],
) -> None:
    test = keyword_test(clause, around) or field_test(clause, around)
    keyword = ALIASES.get(clause.keyword, clause.keyword)
    if test is None:
        test = _unknown_test(clause, unknown)
        keyword = f"{keyword}:{clause.value}"
    if clause.is_negated:
        all_of.append(_not(test))
    elif clause.operator is Operator.IS:
        any_of[keyword].append(test)
    else:
        all_of.append(test)


def _term_test(term: Term) -> Test | None:
    wanted = words(term.text)
    if not wanted:
        return None
    phrase = f" {' '.join(wanted)}"
    if term.is_quoted:
        phrase += " "
    return lambda document: phrase in document.profile()


def _unknown_test(clause: Property, unknown: UnknownKeyword) -> Test:
    match unknown:
        case UnknownKeyword.NOTHING:
            return nobody
        case UnknownKeyword.WORDS:
            beginnings = [f" {word}" for word in words(f"{clause.keyword} {clause.value}")]
            return lambda document: all(each in document.profile() for each in beginnings)


def _not(test: Test) -> Test:
    return lambda document: not test(document)


def _either(tests: Sequence[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]
    return lambda document: any(test(document) for test in tests)


def _both(tests: Sequence[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]
    return lambda document: all(test(document) for test in tests)


def _kinds(types: Sequence[Property]) -> frozenset[Kind]:
    wanted = {each.value.lower() for each in types if not each.is_negated}
    unwanted = {each.value.lower() for each in types if each.is_negated}
    return frozenset(
        kind for kind in Kind if (not wanted or kind in wanted) and kind not in unwanted
    )


def _setting(clauses: Sequence[Clause], keyword: str) -> str:
    found = [
        each.value.lower()
        for each in clauses
        if isinstance(each, Property) and each.keyword == keyword
    ]
    return found[-1] if found else ""
