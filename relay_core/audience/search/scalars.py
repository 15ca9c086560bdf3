"""Checks of values of a fixed form: roles, true and false, dates, numbers, options."""

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

from relay_core.audience.conditions.tree import shown
from relay_core.audience.search.dates import Ago, NotADate, guessed, when
from relay_core.audience.search.diagnostics import Code, Edit, Finding
from relay_core.audience.search.keywords import ZENDESKS, Holds, Keyword
from relay_core.audience.search.reading import replaced, valued
from relay_core.audience.search.syntax import Operator, Property, Term

ROLES: Final = ("end-user", "agent", "admin")
_ROLES_MEANT: Final = {
    **dict.fromkeys(
        ("customer", "customers", "user", "users", "enduser", "end_user", "end user", "end-users",
         "end users", "requester", "client", "clients"),
        "end-user",
    ),
    **dict.fromkeys(("administrator", "administrators", "admins", "owner"), "admin"),
    **dict.fromkeys(("agents", "staff", "team member"), "agent"),
}  # fmt: skip
_TRUE: Final = frozenset({"yes", "1", "on", "checked", "y", "t"})
_FALSE: Final = frozenset({"no", "0", "off", "unchecked", "n", "f"})
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_THOUSANDS: Final = re.compile(r"-?\d{1,3}(?:[,'_ ]\d{3})+(?:\.\d+)?", re.ASCII)
_RANGE: Final = re.compile(r"(\d+(?:\.\d+)?)(?:-|\.\.\.?)(\d+(?:\.\d+)?)", re.ASCII)
_DAYS: Final = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.\.?(\d{4}-\d{2}-\d{2})", re.ASCII)
_LUCENE: Final = re.compile(
    r"[\[{]?(\d{4}-\d{2}-\d{2}) to (\d{4}-\d{2}-\d{2})[\]}]?", re.ASCII | re.IGNORECASE
)
_SORTABLE: Final = frozenset({"created", "updated", "created_at", "updated_at"})
_MOST_OPTIONS: Final = 12
"""As many as a sentence can list."""


def of_the_search(clause: Property) -> Iterator[Finding]:
    """Yield what is wrong with `type:`, `order_by:` or `sort:`."""
    name, value = clause.keyword.lower(), clause.value.strip().lower()
    if name == "type":
        yield from _type(clause, value)
        return
    known = _SORTABLE if name == "order_by" else ("asc", "desc")
    if value not in known:
        yield _bad_value(
            clause,
            f"Zendesk cannot order users this way ({shown(clause.value)}): leave it out, as the "
            "order of people does not matter here",
            replaced(clause, ""),
        )
        return
    yield Finding(
        Code.IGNORED_IN_EXPORT,
        clause.start,
        clause.end,
        "Zendesk's export has an order of its own, so this is not sent: leave it out.",
        replaced(clause, ""),
    )


def role(clause: Property) -> Iterator[Finding]:
    """Yield what is wrong with a role."""
    value = " ".join(clause.value.lower().split())
    if value in ROLES:
        return
    meant = _ROLES_MEANT.get(value)
    yield _bad_value(
        clause,
        f"Zendesk has no role {shown(clause.value)} and finds nobody: write one of "
        f"{', '.join(ROLES)}",
        valued(clause, meant) if meant else (),
    )


def flag(clause: Property) -> Iterator[Finding]:
    """Yield what is wrong with a value that is true or false."""
    value = clause.value.strip().lower()
    if value in {"true", "false"}:
        return
    meant = "true" if value in _TRUE else "false" if value in _FALSE else None
    yield _bad_value(
        clause,
        f"Zendesk finds nobody with {shown(clause.value)} here: write true or false",
        valued(clause, meant) if meant else (),
    )


def number(clause: Property) -> Iterator[Finding]:
    """Yield what is wrong with a number."""
    value = clause.value.strip()
    if _NUMBER.fullmatch(value):
        return
    edits: tuple[Edit, ...] = ()
    if _THOUSANDS.fullmatch(value):
        edits = valued(clause, re.sub(r"[,'_ ]", "", value))
    elif (ends := _RANGE.fullmatch(value)) and not clause.negated:
        edits = replaced(clause, _between(clause, ends[1], ends[2]))
    yield Finding(
        Code.BAD_NUMBER,
        clause.value_start,
        clause.end,
        f"{shown(value)} is no number for Zendesk, so nobody is found: write digits only, and a "
        "range as two clauses with >= and <=.",
        edits,
    )


def date(clause: Property, keyword: Keyword, following: tuple[Term, ...]) -> Iterator[Finding]:
    """Yield what is wrong with a day, an instant or an age."""
    value = clause.value.strip()
    try:
        read = when(value)
    except NotADate as mistake:
        yield _bad_date(clause, following, str(mistake))
        return
    if isinstance(read, Ago):
        yield from _age(clause, keyword)
    elif "T" in value.upper() and keyword.holds is Holds.DATE:
        yield Finding(
            Code.BAD_DATE,
            clause.value_start,
            clause.end,
            f"{keyword.label} holds whole days, and Zendesk does not document times for it: leave "
            "the time out.",
            valued(clause, value[:10]),
        )


def choice(clause: Property, keyword: Keyword, following: tuple[Term, ...]) -> Iterator[Finding]:
    """Yield what is wrong with an option of a drop-down field."""
    field = keyword.field
    if field is None or not field.options:
        return
    labels = {option.label.casefold(): option.value for option in field.options}
    ends: list[Property | Term] = [clause, *following]
    texts = accumulate(
        (each.value if isinstance(each, Property) else each.text for each in ends),
        lambda one, more: f"{one} {more}",
    )
    labelled = [
        (end, labels[text])
        for end, text in zip(ends, (t.strip().casefold() for t in texts), strict=True)
        if text in labels
    ]
    is_option = field.option(clause.value.strip()) is not None
    if labelled and not (is_option and labelled[-1][0] is clause):
        end, tag = labelled[-1]
        yield Finding(
            Code.LABEL_INSTEAD_OF_TAG,
            clause.value_start,
            end.end,
            f"Zendesk looks for the tag of an option, not for what people read: write "
            f"{keyword.name}:{tag}.",
            (Edit(clause.value_start, end.end, tag if " " not in tag else f'"{tag}"'),),
        )
    elif not is_option:
        known = ", ".join(option.value for option in field.options[:_MOST_OPTIONS])
        yield _bad_value(
            clause,
            f"{keyword.label} has no option {shown(clause.value)}, so Zendesk finds nobody: write "
            f"one of {known}",
            (),
        )


def _type(clause: Property, value: str) -> Iterator[Finding]:
    if value == "user" and not clause.negated:
        return
    first = re.match(r"([^\W\d]\w*)[:<>]", value)
    edits = replaced(clause, "")
    if first and first[1] in ZENDESKS:
        edits = replaced(clause, clause.value)
    yield _bad_value(
        clause,
        "An audience is made of users, and Zendesk would search something else: leave type: out",
        edits,
    )


def _age(clause: Property, keyword: Keyword) -> Iterator[Finding]:
    if clause.operator is Operator.IS:
        yield Finding(
            Code.BAD_DATE,
            clause.value_start,
            clause.end,
            f"Zendesk compares an age with > (within) or < (longer ago), not with a colon: write "
            f"{keyword.name}>{clause.value.strip()} for the time since then.",
            (Edit(clause.operator_start, clause.value_start, ">"),),
        )
    elif keyword.holds is Holds.DATE:
        yield Finding(
            Code.RELATIVE_CUSTOM_DATE,
            clause.value_start,
            clause.end,
            f"Zendesk documents ages such as {shown(clause.value)} for created and updated only: "
            "write a day, or use the builder.",
        )


def _bad_date(clause: Property, following: tuple[Term, ...], why: str) -> Finding:
    value = clause.value.strip()
    end = clause.end
    edits: tuple[Edit, ...] = ()
    if days := _DAYS.fullmatch(value):
        edits = replaced(clause, _between(clause, days[1], days[2]))
    elif len(following) > 1 and (
        range_ := _LUCENE.fullmatch(" ".join([value, *(term.text for term in following[:2])]))
    ):
        end = following[1].end
        edits = (Edit(clause.start, end, _between(clause, range_[1], range_[2])),)
    elif meant := guessed(value):
        is_age = meant[4:5] != "-"
        if not (is_age and clause.operator is Operator.IS):
            edits = valued(clause, meant)
    return Finding(
        Code.BAD_DATE,
        clause.value_start,
        end,
        f"{shown(value)} is no date for Zendesk, which then finds nobody or somebody else: {why}.",
        edits,
    )


def _between(clause: Property, first: str, last: str) -> str:
    return f"{clause.keyword}>={first} {clause.keyword}<={last}"


def _bad_value(clause: Property, sentence: str, edits: tuple[Edit, ...]) -> Finding:
    return Finding(Code.BAD_VALUE, clause.value_start, clause.end, f"{sentence}.", edits)
