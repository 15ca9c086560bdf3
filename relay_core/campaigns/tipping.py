"""Whose SMS takes more parts than is usual, and the value that makes it so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median_low

from relay_core.campaigns.part_count import count_parts, is_gsm
from relay_core.campaigns.writing import Recipient
from relay_core.templates.messages.preview import sms_text
from relay_core.templates.writing.template import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualParts:
    """What to expect of the texts in one language."""

    language: str
    people: int
    parts: int
    """Of all their messages together."""
    example: int
    """Parts of the text with the template's own examples."""
    median: int
    """What half of the people do not exceed."""

    @property
    def usual(self) -> int:
        """Parts above which somebody tips over."""
        return min(self.example, self.median)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tipped:
    """Somebody whose text takes more parts than is usual."""

    person_id: int
    name: str
    language: str
    """Of the text."""
    parts: int
    usual: int
    value: str | None
    """Key of the value that makes it so; None when there is no value in the text."""
    said: str
    """What that value says."""
    characters: tuple[str, ...]
    """What in it moves the whole text to UCS-2; empty when it is just long."""


def usual_parts(
    recipients: Iterable[Recipient], *, templates: Mapping[str | None, Template]
) -> dict[str | None, UsualParts]:
    """Return what to expect, by the variant that people get (None: the campaign's own)."""
    parts: dict[str | None, list[int]] = {}
    for recipient in recipients:
        parts.setdefault(recipient.variant, []).append(count_parts(recipient.body))
    return {
        variant: UsualParts(
            language=templates[variant].language,
            people=len(counts),
            parts=sum(counts),
            example=count_parts(sms_text(templates[variant], templates[variant].examples)),
            median=median_low(counts),
        )
        for variant, counts in parts.items()
    }


def tipped(
    recipients: Iterable[Recipient],
    *,
    templates: Mapping[str | None, Template],
    usual: Mapping[str | None, UsualParts],
) -> list[Tipped]:
    """Return everybody whose text takes more parts than is usual, the most parts first."""
    examples = {variant: template.examples for variant, template in templates.items()}
    blamed: dict[tuple[object, ...], str | None] = {}
    found = []
    for recipient in recipients:
        parts = count_parts(recipient.body)
        expected = usual[recipient.variant].usual
        if parts <= expected:
            continue
        same = (recipient.variant, *recipient.bound.items())
        if same not in blamed:
            variant = recipient.variant
            blamed[same] = _responsible(recipient, templates[variant], examples[variant])
        value = blamed[same]
        said = recipient.bound.get(value, "") if value else ""
        found.append(
            Tipped(
                person_id=recipient.person_id,
                name=recipient.name,
                language=usual[recipient.variant].language,
                parts=parts,
                usual=expected,
                value=value,
                said=said,
                characters=tuple(
                    dict.fromkeys(c for c in said if not is_gsm(c) and c in recipient.body)
                ),
            )
        )
    return sorted(found, key=lambda each: (-each.parts, each.person_id))


def _responsible(
    recipient: Recipient, template: Template, examples: Mapping[str, str]
) -> str | None:
    """Return the value without which, its example in its place, the text is shortest."""
    if not recipient.bound:
        return None

    def without(key: str) -> tuple[int, int]:
        text = sms_text(template, {**recipient.bound, key: examples[key]})
        return count_parts(text), len(text)

    return min(recipient.bound, key=without)
