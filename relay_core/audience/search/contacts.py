"""Checks of e-mail addresses and phone numbers in a query."""

import re
from collections.abc import Iterator
from typing import Final

from relay_core.audience.conditions.tree import shown
from relay_core.audience.search.diagnostics import Code, Edit, Finding
from relay_core.audience.search.reading import valued
from relay_core.audience.search.syntax import Property, Term

_ADDRESS: Final = re.compile(r"[^\s@*]+@[^\s@*.]+(?:\.[^\s@*.]+)+")
_NUMBER: Final = re.compile(r"\+?[0-9][0-9\s().\-/]*", re.ASCII)
_STARRED: Final = re.compile(r"\*[0-9][0-9\s().\-/]*", re.ASCII)
_DIGITS: Final = re.compile(r"[0-9().\-/]+", re.ASCII)
_FEWEST_DIGITS: Final = 5
"""Fewer are an extension or a mistake; the shortest full numbers have seven."""


def email(clause: Property) -> Iterator[Finding]:
    """Yield what is wrong with an e-mail address that has no asterisk."""
    value = clause.value.strip()
    if clause.quoted:
        yield Finding(
            Code.QUOTED_EMAIL,
            clause.value_start,
            clause.end,
            "In quotes Zendesk also finds other addresses that begin the same: write the address "
            "without quotes.",
            valued(clause, value) if " " not in value else (),
        )
    if not _ADDRESS.fullmatch(value):
        domain = value.removeprefix("@")
        is_domain = "@" not in domain and "." in domain.strip(".")
        yield Finding(
            Code.PARTIAL_EMAIL,
            clause.value_start,
            clause.end,
            "Zendesk documents whole addresses after email: only: write the whole address, or the "
            "domain as a word by itself.",
            (Edit(clause.start, clause.end, f"{'-' * clause.negated}{domain}"),)
            if is_domain and " " not in domain
            else (),
        )


def starred_email(clause: Property) -> Finding:
    """Return what is wrong with an e-mail address that has an asterisk."""
    value = clause.value.strip()
    if value.endswith("*") and value.count("*") == 1:
        return Finding(
            Code.EMAIL_WILDCARD,
            clause.value_start,
            clause.end,
            "Zendesk finds nobody by part of an e-mail address and an asterisk: write the whole "
            "address, or a part of it as a word by itself.",
            _alone(clause, value.removesuffix("*")),
        )
    return Finding(
        Code.BAD_WILDCARD,
        clause.value_start,
        clause.end,
        "Zendesk finds nobody by an asterisk in an e-mail address: write the whole address, or the "
        "domain as a word by itself.",
        _alone(clause, value.removeprefix("*").removeprefix("@")),
    )


def is_leading_star(value: str) -> bool:
    """Return whether a value asks for every way in which a number can be stored."""
    return _STARRED.fullmatch(value) is not None


def phone(clause: Property, following: tuple[Term, ...]) -> Iterator[Finding]:
    """Yield what is wrong with a phone number that has no asterisk.

    Args:
        clause: The property.
        following: The plain words after it, where an unquoted number may go on.
    """
    more: list[Term] = []
    for term in following:
        if not _DIGITS.fullmatch(term.text):
            break
        more.append(term)
    value = "".join([clause.value, *(term.text for term in more)]).strip()
    end = more[-1].end if more else clause.end
    if not _NUMBER.fullmatch(value):
        decoded = value.replace("%2B", "+").replace("%2b", "+")
        yield Finding(
            Code.BAD_VALUE,
            clause.value_start,
            end,
            f"{shown(value)} is no phone number, and Zendesk finds nobody by it: write + and the "
            "country code, as in phone:+31612345678.",
            valued(clause, decoded) if decoded != value and not more else (),
        )
        return
    digits = re.sub(r"\D", "", value, flags=re.ASCII)
    if value.startswith("+") and not more:
        return
    if value.startswith("+"):
        meant = f"+{digits}"
    elif digits.startswith("00"):
        meant = f"+{digits[2:]}"
    else:
        meant = f"*{digits.lstrip('0')}"
    yield Finding(
        Code.NATIONAL_PHONE,
        clause.value_start,
        end,
        "Zendesk may not find a number that is not written as one word with + and its country "
        "code: write phone:+31612345678, or phone:*612345678 for any form that ends so.",
        (Edit(clause.value_start, end, meant),) if len(digits) >= _FEWEST_DIGITS else (),
    )


def _alone(clause: Property, text: str) -> tuple[Edit, ...]:
    """Return the edit that looks for a text as a word by itself."""
    if not re.fullmatch(r"[\w.@\-]*\w[\w.@\-]*", text) or text.startswith("-"):
        return ()
    return (Edit(clause.start, clause.end, f"{'-' * clause.negated}{text}"),)
