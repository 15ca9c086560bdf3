"""What Meta checks the moment a template is created; the rest is left to its review.

Source: developers.facebook.com/docs/whatsapp/business-management-api/message-templates
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from relay_core.sandbox.messaging.meta.buttons import button_error
from relay_core.sandbox.messaging.meta.headers import header_error
from relay_core.sandbox.messaging.meta.languages import LANGUAGES
from relay_core.sandbox.messaging.meta.refusals import MetaError
from relay_core.sandbox.messaging.meta.shapes import (
    EMOJI,
    VARIABLE,
    Component,
    component,
    is_list_of_objects,
    text_of,
    variables,
)

UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u4e00-\u9fff]")
"""Thai, Lao, Japanese and Chinese write no spaces, so there a word count says nothing."""

LONGEST_NAME: Final = 512
LONGEST_BODY: Final = 1024
LONGEST_FOOTER: Final = 60

CATEGORIES: Final = frozenset({"MARKETING", "UTILITY"})
"""AUTHENTICATION is refused: it needs a fixed text and a one-time-password button."""

COMPONENT_TYPES: Final = frozenset({"HEADER", "BODY", "FOOTER", "BUTTONS"})

TOO_LONG: Final = 2388040
BODY_AMISS: Final = 2388047
FOOTER_AMISS: Final = 2388073
TOO_MANY_VARIABLES: Final = 2388293
VARIABLE_AT_EDGE: Final = 2388299


def creation_error(draft: Mapping[str, Any]) -> MetaError | None:
    """Return why this draft is not even taken for review, or None when it is."""
    components = draft.get("components")
    if error := _filing_error(draft):
        return error
    if not is_list_of_objects(components):
        return MetaError(text="components must be a list of objects")
    return (
        _composition_error(components)
        or _naming_error(components, draft.get("parameter_format"))
        or header_error(components)
        or _body_error(text_of(component(components, "BODY")))
        or _footer_error(text_of(component(components, "FOOTER")))
        or button_error(components)
    )


def _naming_error(components: Sequence[Component], style: object) -> MetaError | None:
    """Return what is wrong where variables have names, which a draft has to announce."""
    texts = [text_of(component(components, kind)) for kind in ("HEADER", "BODY")]
    named = any(not name.isdigit() for text in texts for name in variables(text))
    if named and style != "NAMED":
        return MetaError(text="variables are named, but parameter_format is not NAMED")
    return None


def _filing_error(draft: Mapping[str, Any]) -> MetaError | None:
    name, category, language = (draft.get(each) for each in ("name", "category", "language"))
    if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9_]+", name):
        return MetaError(text="name may only hold lowercase letters, digits and underscores")
    if len(name) > LONGEST_NAME:
        return MetaError(text=f"name is longer than {LONGEST_NAME} characters", subcode=TOO_LONG)
    if category == "AUTHENTICATION":
        return MetaError(text="an AUTHENTICATION template takes Meta's fixed text only")
    if str(category) not in CATEGORIES:
        return MetaError(text=f"category must be one of {', '.join(sorted(CATEGORIES))}")
    if str(language) not in LANGUAGES:
        return MetaError(text="language is not supported")
    return None


def _composition_error(components: Sequence[Component]) -> MetaError | None:
    kinds = [str(each.get("type")).upper() for each in components]
    if not set(kinds) <= COMPONENT_TYPES:
        return MetaError(text="unknown component type")
    if len(set(kinds)) != len(kinds):
        return MetaError(text="a component type may appear only once")
    return None


def _body_error(text: str) -> MetaError | None:
    stripped = text.strip()
    if not stripped:
        return MetaError(text="a BODY component with a text is required", subcode=BODY_AMISS)
    if len(text) > LONGEST_BODY:
        return MetaError(text=f"BODY is longer than {LONGEST_BODY} characters", subcode=TOO_LONG)
    if re.match(VARIABLE, stripped) or re.search(VARIABLE.pattern + r"$", stripped):
        return MetaError(
            text="Variables can't be at the start or end of the template.",
            subcode=VARIABLE_AT_EDGE,
        )
    names = variables(stripped)
    fixed_words = re.findall(r"\w+", VARIABLE.sub(" ", stripped))
    if names and not UNSPACED.search(stripped) and len(fixed_words) < 2 * len(names) + 1:
        return MetaError(
            text="The template has too many variables for its length.",
            subcode=TOO_MANY_VARIABLES,
        )
    return None


def _footer_error(text: str) -> MetaError | None:
    if len(text) > LONGEST_FOOTER:
        return MetaError(
            text=f"FOOTER is longer than {LONGEST_FOOTER} characters", subcode=TOO_LONG
        )
    if variables(text):
        return MetaError(text="a footer takes no variable", subcode=FOOTER_AMISS)
    if re.search(r"[\r\n]", text) or EMOJI.search(text):
        return MetaError(text="a footer takes no line break and no emoji", subcode=FOOTER_AMISS)
    return None
