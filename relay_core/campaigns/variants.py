"""One name in several languages: which of them a person gets."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from relay_core.templates.kept.catalogue import ListedTemplate
from relay_core.templates.writing.languages import LANGUAGES
from relay_core.templates.writing.names import meta_name
from relay_core.templates.writing.template import Value

_OTHER_CODES: Final = {"no": "nb", "iw": "he", "in": "id"}
"""What Zendesk, or an older list, calls a language that Meta files under another code."""


@dataclass(frozen=True, slots=True)
class AskedValue:
    """A dynamic value of a campaign, and which of its languages ask for it."""

    value: Value
    languages: tuple[str, ...]


def language_for(
    locale: str | None, *, candidates: Iterable[str], order: Sequence[str], own: str
) -> str:
    """Return which of several languages a person is written to in.

    Their own, as their region writes it if possible; else without a region; else as another region
    writes it; else the first of the fallback order that can be sent; else the campaign's own.

    Args:
        locale: As Zendesk says it, e.g. `fr-CA`; None when it is not known.
        candidates: Languages that can be sent, by Meta's codes, `own` among them.
        order: The campaign's fallback order.
        own: Language of the campaign's own template.
    """
    rank = {language: place for place, language in enumerate(order)}
    ranked = sorted(candidates, key=lambda c: (rank.get(c, len(rank)), c))
    wanted = _parts(locale or "")
    close = [c for c in ranked if wanted and _parts(c)[0] == wanted[0]]
    exact = [c for c in close if _parts(c) == wanted]
    without_region = [c for c in close if len(_parts(c)) == 1]
    listed = [c for c in ranked if c in rank]
    return next(iter((*exact, *without_region, *close, *listed)), own)


def speaks(locale: str | None, language: str) -> bool:
    """Whether a language is a person's own, in whatever region."""
    return _parts(locale or "")[:1] == _parts(language)[:1]


def chooser(
    *, candidates: Iterable[str], order: Sequence[str], own: str
) -> Callable[[str | None], str]:
    """Return `language_for` as a function of the locale alone; each is worked out once."""
    available = tuple(candidates)
    known: dict[str | None, str] = {}

    def choose(locale: str | None) -> str:
        if locale not in known:
            known[locale] = language_for(locale, candidates=available, order=order, own=own)
        return known[locale]

    return choose


def variants_of(
    own: ListedTemplate, listed: Iterable[ListedTemplate]
) -> tuple[ListedTemplate, ...]:
    """Return a template in every language of its name, itself first; deleted ones are gone."""
    name = meta_name(own.template.name)
    others = (
        t
        for t in listed
        if t.id != own.id and t.deleted_at is None and meta_name(t.template.name) == name
    )
    return (own, *sorted(others, key=lambda t: t.template.language))


def asked_values(variants: Iterable[ListedTemplate]) -> tuple[AskedValue, ...]:
    """Return every value of these variants once, with the languages that ask for it."""
    values: dict[str, Value] = {}
    languages: dict[str, list[str]] = {}
    for variant in variants:
        for value in variant.template.values:
            values.setdefault(value.key, value)
            languages.setdefault(value.key, []).append(variant.template.language)
    return tuple(AskedValue(value, tuple(languages[key])) for key, value in values.items())


def language_name(code: str) -> str:
    """Return a language in English, or its code where it has no name here."""
    return LANGUAGES.get(code, code)


def _parts(code: str) -> tuple[str, ...]:
    """Return language and region of a code, comparable between Zendesk and Meta."""
    language, *rest = re.split("[-_]", code.strip().lower())
    return (_OTHER_CODES.get(language, language), *rest) if language else ()
