"""A query said in plain English: what Zendesk will do with it, whatever was meant."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, assert_never

from relay_core.audience.conditions.tree import shown
from relay_core.audience.search.dates import Ago, NotADate, when
from relay_core.audience.search.keywords import Holds, Keyword
from relay_core.audience.search.reading import Reading
from relay_core.audience.search.syntax import Operator, Property, Term

_ANYWHERE: Final = (
    "anywhere in the profile (name, e-mail address, tags and other text, not the account's own "
    "fields)"
)
_COMPARED: Final = {
    Operator.IS: "",
    Operator.ABOVE: "more than ",
    Operator.AT_LEAST: "at least ",
    Operator.BELOW: "less than ",
    Operator.AT_MOST: "at most ",
}
_ON_DAYS: Final = {
    Operator.IS: "on {}",
    Operator.ABOVE: "after {} (not on that day)",
    Operator.AT_LEAST: "on {} or later",
    Operator.BELOW: "before {}",
    Operator.AT_MOST: "on {} or earlier",
}
_AT_INSTANTS: Final = {
    Operator.IS: "at {}",
    Operator.ABOVE: "after {}",
    Operator.AT_LEAST: "at or after {}",
    Operator.BELOW: "before {}",
    Operator.AT_MOST: "at or before {}",
}
_OF_MOMENTS: Final = {"created": "created", "updated": "last changed"}
_DOMAIN: Final = re.compile(r"[\w-]+(\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)
_TRUTH: Final = ("true", "false")
_NEVER_EMPTY: Final = (Holds.ROLE, Holds.FLAG, Holds.MOMENT)


@dataclass(frozen=True, slots=True)
class _Parts:
    """The clauses of a query by what Zendesk does with them."""

    wanted: tuple[tuple[Keyword, tuple[Property, ...]], ...]
    """Comparisons with a colon, those of one keyword together."""
    ranges: tuple[tuple[Keyword, Property], ...]
    words: tuple[Term, ...]
    excluded: tuple[tuple[Keyword, Property], ...]
    excluded_words: tuple[Term, ...]
    misread: tuple[Property, ...]
    """What looks like a keyword and becomes plain words."""


def explained(reading: Reading) -> str:
    """Return what Zendesk will do with a query, in sentences."""
    parts = _parts(reading)
    wanted = [_any(keyword, clauses) for keyword, clauses in parts.wanted]
    wanted += [_phrase(keyword, clause) for keyword, clause in parts.ranges]
    if words := [*_words(parts.words), *_misread(parts, negated=False)]:
        wanted.append(f"with {_and(words)} {_ANYWHERE}")
    excluded = [_phrase(keyword, clause) for keyword, clause in parts.excluded]
    without = [*(_words((term,))[0] for term in parts.excluded_words)]
    without += _misread(parts, negated=True)
    excluded += [f"with {' or '.join(without)} {_ANYWHERE}"] if without else []
    if not wanted and not excluded:
        return "Zendesk finds every user, as nothing is asked for."
    sentence = "Zendesk finds users" if wanted else "Zendesk finds all users"
    sentence += f" {_and(wanted)}" if wanted else ""
    sentence += f", except those {' and those '.join(excluded)}" if excluded else ""
    return " ".join([f"{sentence}.", *_notes(parts)])


def _parts(reading: Reading) -> _Parts:
    groups: dict[str, tuple[Keyword, list[Property]]] = {}
    known: list[tuple[Keyword, Property]] = []
    misread: list[Property] = []
    terms = [c for c in reading.query.clauses if isinstance(c, Term) and c.text.strip("-")]
    for clause in reading.query.properties:
        keyword = reading.keyword(clause)
        if keyword is None or _is_misread(keyword, clause):
            misread.append(clause)
        elif not reading.chooses(clause):
            continue
        elif clause.negated or clause.operator is not Operator.IS:
            known.append((keyword, clause))
        else:
            groups.setdefault(keyword.name, (keyword, []))[1].append(clause)
    return _Parts(
        wanted=tuple((keyword, tuple(clauses)) for keyword, clauses in groups.values()),
        ranges=tuple((k, clause) for k, clause in known if not clause.negated),
        words=tuple(term for term in terms if not term.negated),
        excluded=tuple((k, clause) for k, clause in known if clause.negated),
        excluded_words=tuple(term for term in terms if term.negated),
        misread=tuple(misread),
    )


def _is_misread(keyword: Keyword, clause: Property) -> bool:
    unsupported = clause.operator is not Operator.IS and not keyword.ranges
    return unsupported or not clause.value.strip() or keyword.holds is Holds.LOOKUP


def _notes(parts: _Parts) -> Iterator[str]:
    repeated = [keyword.name for keyword, clauses in parts.wanted if len(clauses) > 1]
    if repeated:
        yield f"A repeated keyword ({_and(repeated)}) means any of its values."
    if any(k.holds not in _NEVER_EMPTY and not _is_none(c) for k, c in parts.excluded):
        yield "People who have nothing in an excluded field stay in."
    if sum(1 for term in parts.words if _DOMAIN.fullmatch(term.text)) > 1:
        yield "Several e-mail domains find users of any of them."
    if parts.misread:
        texts = _and([shown(str(clause)) for clause in parts.misread])
        yield f"It does not understand {texts} and takes it for plain words."


def _any(keyword: Keyword, clauses: tuple[Property, ...]) -> str:
    phrases = list(dict.fromkeys(_phrase(keyword, clause) for clause in clauses))
    return f"either {' or '.join(phrases)}" if len(phrases) > 1 else phrases[0]


def _phrase(keyword: Keyword, clause: Property) -> str:  # noqa: C901, PLR0911, PLR0912 - one case for each kind of value
    value = clause.value.strip()
    if _is_none(clause):
        return f"with no {keyword.label}"
    if value == "*" and not clause.quoted:
        return f"with any {keyword.label}"
    match keyword.holds:
        case Holds.MOMENT:
            return f"{_OF_MOMENTS[keyword.name]} {_timed(clause)}"
        case Holds.DATE:
            return f"whose {keyword.label} is {_timed(clause)}"
        case Holds.FLAG if value.lower() in _TRUTH:
            state = keyword.name.removeprefix("is_")
            return f"who are {state}" if value.lower() == "true" else f"who are not {state}"
        case Holds.CHECKBOX if value.lower() in _TRUTH:
            return f"whose {keyword.label} is {'' if value.lower() == 'true' else 'not '}checked"
        case Holds.NUMBER:
            return f"whose {keyword.label} is {_COMPARED[clause.operator]}{value}"
        case Holds.TAGS:
            return _tagged(clause)
        case Holds.WORDS:
            return f"with {_word(clause)} in their {keyword.label}"
        case Holds.ORGANIZATION | Holds.GROUP:
            return f"in the {keyword.label} {shown(value)}"
        case Holds.EMAIL:
            return _addressed(clause)
        case Holds.PHONE if value.startswith("*"):
            return f"whose phone number ends with {shown(value[1:])}, however it is stored"
        case Holds.CHOICE | Holds.CHOICES:
            option = keyword.field.option(value) if keyword.field else None
            return f"whose {keyword.label} is {shown(option.label if option else value)}"
        case (
            Holds.PERSON
            | Holds.ROLE
            | Holds.PHONE
            | Holds.IDENTIFIER
            | Holds.WHATSAPP
            | Holds.TYPE
            | Holds.SORTING
            | Holds.LOOKUP
            | Holds.FLAG
            | Holds.CHECKBOX
        ):
            return f"whose {keyword.label} is {shown(value)}"
        case _:
            assert_never(keyword.holds)


def _tagged(clause: Property) -> str:
    if not clause.quoted and clause.value.endswith("*"):
        return f"with a tag that begins with {shown(clause.value.rstrip('*'))}"
    tags = clause.value.split()
    if len(tags) > 1:
        return f"with all of the tags {_and([shown(tag) for tag in tags])}"
    return f"with the tag {shown(clause.value.strip())}"


def _addressed(clause: Property) -> str:
    value = clause.value.strip()
    if "*" in value:
        return f"with the e-mail address {shown(value)}, which never finds anybody"
    same = " or begins the same" if clause.quoted else ""
    return f"whose e-mail address is {shown(value)}{same}"


def _words(terms: tuple[Term, ...]) -> list[str]:
    """Return what is looked for by terms, as parts of a sentence."""
    found = [f"the words {shown(' '.join(t.text.split()))} in a row" for t in terms if t.quoted]
    bare = [shown(term.text) for term in terms if not term.quoted]
    if len(bare) > 1:
        return [f"words that are or begin with {_and(bare)}", *found]
    return [f"a word that is or begins with {bare[0]}", *found] if bare else found


def _misread(parts: _Parts, *, negated: bool) -> list[str]:
    """Return the words of what only looks like a keyword, as parts of a sentence."""
    return [
        f"the words of {shown(str(clause).removeprefix('-'))}"
        for clause in parts.misread
        if clause.negated == negated
    ]


def _word(clause: Property) -> str:
    text = clause.value
    if clause.quoted and len(text.split()) > 1:
        return f"the words {shown(' '.join(text.split()))}"
    if text.endswith("*"):
        return f"a word that begins with {shown(text.rstrip('*'))}"
    return f"the word {shown(text.strip())}"


def _timed(clause: Property) -> str:
    value = clause.value.strip()
    try:
        read = when(value)
    except NotADate:
        return f"at {shown(value)}, which is no date"
    if isinstance(read, Ago):
        unit = read.duration.unit
        ago = f"{read.duration.amount} {unit.removesuffix('s') if _is_one(read) else unit}"
        if clause.operator in {Operator.ABOVE, Operator.AT_LEAST}:
            return f"within the last {ago}"
        return f"longer than {ago} ago"
    forms = _AT_INSTANTS if re.search("t", value, re.IGNORECASE) else _ON_DAYS
    return forms[clause.operator].format(value)


def _is_one(ago: Ago) -> bool:
    return ago.duration.amount == 1


def _is_none(clause: Property) -> bool:
    return clause.value.strip().casefold() == "none"


def _and(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
