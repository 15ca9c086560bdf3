"""Meta's rules for WhatsApp templates, as far as they are evident from outside.

Some break at creation with an error (`creation_error`), others only in review
(`review_objection`).

Source: developers.facebook.com/docs/whatsapp/business-management-api/message-templates
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeGuard

VARIABLE: Final = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")

UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u4e00-\u9fff]")
"""Thai, Lao, Japanese and Chinese write no spaces, so there a word count says nothing."""

LONGEST_NAME: Final = 512
LONGEST_BODY: Final = 1024
LONGEST_HEADER: Final = 60
LONGEST_FOOTER: Final = 60
LONGEST_BUTTON: Final = 25
MOST_BUTTONS: Final = 10
MOST_URL_BUTTONS: Final = 2

CATEGORIES: Final = frozenset({"MARKETING", "UTILITY"})
"""AUTHENTICATION is refused: it needs a fixed text and a one-time-password button."""

HEADER_FORMATS: Final = frozenset({"TEXT", "IMAGE", "VIDEO", "DOCUMENT"})
COMPONENT_TYPES: Final = frozenset({"HEADER", "BODY", "FOOTER", "BUTTONS"})
BUTTON_TYPES: Final = frozenset({"QUICK_REPLY", "URL", "PHONE_NUMBER", "COPY_CODE"})

_LANGUAGE_CODES: Final = (
    "af sq ar ar_EG ar_AE ar_LB ar_MA ar_QA ar_SA az be_BY bn bn_IN bg ca zh_CN zh_HK zh_TW hr "
    "cs da prs_AF nl nl_BE en en_GB en_US en_AE en_AU en_CA en_GH en_IE en_IN en_JM en_MY en_NZ "
    "en_QA en_SG en_UG en_ZA et fil fi fr fr_BE fr_CA fr_CH fr_CI fr_MA ka de de_AT de_CH el gu "
    "ha he hi hu id ga it ja kn kk rw_RW ko ky_KG lo lv lt mk ms ml mr nb fa pl pt_BR pt_PT pa "
    "ro ru sr sk sl es es_AR es_CL es_CO es_ES es_MX es_PE es_VE sw sv ta te th tr uk ur uz vi "
    "zu "
)

LANGUAGES: Final = frozenset(_LANGUAGE_CODES.split())
"""Case matters: `pt_BR` is one, `pt_br` is not."""

Component = Mapping[str, Any]


def variables(text: str) -> list[str]:
    """Return the names of a text's variables, each once, in order of first use."""
    return list(dict.fromkeys(VARIABLE.findall(text)))


def component(components: Sequence[Component], kind: str) -> Component | None:
    """Return the first component of this type, whatever the case it is written in."""
    return next((each for each in components if str(each.get("type")).upper() == kind), None)


def creation_error(draft: Mapping[str, Any]) -> str | None:
    """Return why this draft is not even taken for review, or None when it is."""
    name = draft.get("name")
    if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9_]+", name):
        return "name may only hold lowercase letters, digits and underscores"
    if len(name) > LONGEST_NAME:
        return f"name is longer than {LONGEST_NAME} characters"
    if str(draft.get("category")) not in CATEGORIES:
        return f"category must be one of {', '.join(sorted(CATEGORIES))}"
    if str(draft.get("language")) not in LANGUAGES:
        return "language is not supported"
    components = draft.get("components")
    if not _is_list_of_objects(components):
        return "components must be a list of objects"
    return _composition_error(components) or _length_error(components)


def review_objection(components: Sequence[Component]) -> str | None:
    """Return why a reviewer rejects this content as INVALID_FORMAT, or None."""
    body = component(components, "BODY") or {}
    header = component(components, "HEADER") or {}
    return (
        _body_objection(_text(body))
        or _example_objection(body, "body_text")
        or _example_objection(header, "header_text")
        or _button_objection(components)
    )


def _composition_error(components: Sequence[Component]) -> str | None:
    kinds = [str(each.get("type")).upper() for each in components]
    header, body, footer, buttons = (
        component(components, kind) or {} for kind in ("HEADER", "BODY", "FOOTER", "BUTTONS")
    )
    rules = (
        (set(kinds) <= COMPONENT_TYPES, "unknown component type"),
        (len(set(kinds)) == len(kinds), "a component type may appear only once"),
        (bool(_text(body).strip()), "a BODY component with a text is required"),
        (
            str(header.get("format", "TEXT")).upper() in HEADER_FORMATS,
            "unknown header format",
        ),
        (len(variables(_text(header))) <= 1, "a header takes at most one variable"),
        (not variables(_text(footer)), "a footer takes no variable"),
        (_is_list_of_objects(buttons.get("buttons", [])), "buttons must be a list of objects"),
    )
    return next((sentence for is_kept, sentence in rules if not is_kept), None)


def _length_error(components: Sequence[Component]) -> str | None:
    for kind, longest in (
        ("HEADER", LONGEST_HEADER),
        ("BODY", LONGEST_BODY),
        ("FOOTER", LONGEST_FOOTER),
    ):
        if len(_text(component(components, kind) or {})) > longest:
            return f"{kind} is longer than {longest} characters"
    buttons = buttons_of(components)
    if len(buttons) > MOST_BUTTONS:
        return f"more than {MOST_BUTTONS} buttons"
    kinds = [str(each.get("type")).upper() for each in buttons]
    if unknown := set(kinds) - BUTTON_TYPES:
        return f"unknown button type {', '.join(sorted(unknown))}"
    if kinds.count("URL") > MOST_URL_BUTTONS or kinds.count("PHONE_NUMBER") > 1:
        return "too many buttons of one type"
    if any(len(str(each.get("text", ""))) > LONGEST_BUTTON for each in buttons):
        return f"a button text is longer than {LONGEST_BUTTON} characters"
    return None


def buttons_of(components: Sequence[Component]) -> list[Component]:
    """Return the buttons of a template, in their order."""
    part = component(components, "BUTTONS")
    return list(part.get("buttons") or []) if part else []


def _text(part: Component) -> str:
    return str(part.get("text") or "")


def _is_list_of_objects(value: object) -> TypeGuard[list[Component]]:
    return isinstance(value, list) and all(isinstance(each, Mapping) for each in value)


def _body_objection(text: str) -> str | None:
    stripped = text.strip()
    if re.match(VARIABLE, stripped) or re.search(VARIABLE.pattern + r"$", stripped):
        return "Variables can't be at the start or end of the template."
    if re.search(VARIABLE.pattern + r"\s*" + VARIABLE.pattern, stripped):
        return "Two variables can't stand next to each other."
    names = variables(stripped)
    if all(name.isdigit() for name in names):
        if sorted(map(int, names)) != list(range(1, len(names) + 1)):
            return "Variables must be numbered from 1 without a gap."
    elif not all(re.fullmatch(r"[a-z_][a-z0-9_]*", name) for name in names):
        return "Named variables take lowercase letters, digits and underscores."
    fixed_words = re.findall(r"\w+", VARIABLE.sub(" ", stripped))
    if names and not UNSPACED.search(stripped) and len(fixed_words) < 2 * len(names) + 1:
        return "The template has too many variables for its length."
    return None


def _example_objection(part: Component, key: str) -> str | None:
    names = variables(_text(part))
    if not names:
        return None
    example = part.get("example")
    if not isinstance(example, Mapping):
        return "Every variable needs an example."
    if isinstance(named := example.get(f"{key}_named_params"), list):
        given = len(named)
    else:
        values = example.get(key) or []
        given = len(values[0] if values and isinstance(values[0], list) else values)
    return None if given == len(names) else "Every variable needs an example."


def _button_objection(components: Sequence[Component]) -> str | None:
    for button in buttons_of(components):
        url = str(button.get("url", ""))
        if not variables(url):
            continue
        if not re.fullmatch(r"[^{}]+\{\{1\}\}", url):
            return "A button's URL takes one variable, {{1}}, at its end."
        if not button.get("example"):
            return "Every variable needs an example."
    return None
