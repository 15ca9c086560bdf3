"""What a reviewer at Meta finds in a template that was taken, as far as it is evident.

The same content always meets the same end. `TAG_CONTENT_MISMATCH` needs somebody who reads, so it
comes by hand only.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from relay_core.sandbox.messaging.meta.shapes import (
    VARIABLE,
    Component,
    buttons_of,
    component,
    text_of,
    variables,
)
from relay_core.sandbox.messaging.meta.wording import ABUSE, PROMOTION, SCAM


class Reason(StrEnum):
    """Meta's reasons for a rejection."""

    ABUSIVE_CONTENT = "ABUSIVE_CONTENT"  # insults or threats
    INCORRECT_CATEGORY = "INCORRECT_CATEGORY"  # UTILITY that only sells
    INVALID_FORMAT = "INVALID_FORMAT"  # variables or examples are amiss
    PROMOTIONAL = "PROMOTIONAL"  # UTILITY that sells beside its matter
    SCAM = "SCAM"  # prizes, secrets, hidden links
    TAG_CONTENT_MISMATCH = "TAG_CONTENT_MISMATCH"  # another language than the chosen one
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a template is rejected."""

    reason: Reason
    text: str

    def __str__(self) -> str:
        """Say it as the list of templates does."""
        return f"{self.reason}: {self.text}"


def review_objection(components: Sequence[Component], *, category: str) -> Objection | None:
    """Return why a reviewer rejects this content, or None."""
    if text := _format_objection(components):
        return Objection(Reason.INVALID_FORMAT, text)
    words = "\n".join(_texts(components))
    if ABUSE.search(words):
        return Objection(Reason.ABUSIVE_CONTENT, "The template insults or threatens.")
    if SCAM.search(words):
        return Objection(Reason.SCAM, "The template looks like a fraud.")
    if category == "UTILITY" and PROMOTION.search(words):
        if variables(text_of(component(components, "BODY"))):
            return Objection(Reason.PROMOTIONAL, "The template also promotes something.")
        return Objection(Reason.INCORRECT_CATEGORY, "The template is MARKETING, not UTILITY.")
    return None


def _texts(components: Sequence[Component]) -> list[str]:
    texts = [text_of(component(components, kind)) for kind in ("HEADER", "BODY", "FOOTER")]
    for button in buttons_of(components):
        texts += [str(button.get("text", "")), str(button.get("url", ""))]
    return texts


def _format_objection(components: Sequence[Component]) -> str | None:
    body = component(components, "BODY") or {}
    header = component(components, "HEADER") or {}
    return (
        _body_objection(text_of(body).strip())
        or _example_objection(body, "body_text")
        or _example_objection(header, "header_text")
        or _link_objection(components)
    )


def _body_objection(text: str) -> str | None:
    if re.search(VARIABLE.pattern + r"\s*" + VARIABLE.pattern, text):
        return "Two variables can't stand next to each other."
    if re.search(r"\{\{|\}\}", VARIABLE.sub("", text)):
        return "A variable's braces are not complete."
    names = variables(text)
    if all(name.isdigit() for name in names):
        if sorted(map(int, names)) != list(range(1, len(names) + 1)):
            return "Variables must be numbered from 1 without a gap."
    elif not all(re.fullmatch(r"[a-z_][a-z0-9_]*", name) for name in names):
        return "Named variables take lowercase letters, digits and underscores."
    return None


def _example_objection(part: Component, key: str) -> str | None:
    names = variables(text_of(part))
    if not names:
        return None
    if _examples_given(part.get("example"), key) == len(names):
        return None
    return "Every variable needs an example."


def _examples_given(example: object, key: str) -> int:
    if not isinstance(example, Mapping):
        return 0
    given = example.get(f"{key}_named_params", example.get(key))
    if isinstance(given, list) and given and isinstance(given[0], list):
        given = given[0]
    return len(given) if isinstance(given, list) else 0


def _link_objection(components: Sequence[Component]) -> str | None:
    for button in buttons_of(components):
        url = str(button.get("url", ""))
        if not variables(url):
            continue
        if not re.fullmatch(r"[^{}]+\{\{1\}\}", url):
            return "A button's URL takes one variable, {{1}}, at its end."
        if not button.get("example"):
            return "Every variable needs an example."
    return None
