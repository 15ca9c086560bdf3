"""How the content of a template is written: components, texts, variables, buttons."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeGuard

VARIABLE: Final = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")

EMOJI: Final = re.compile(r"[\U0001f300-\U0001faff]")
"""The planes of pictures; Meta takes them in a body, not in a header, footer or button."""

Component = Mapping[str, Any]


def variables(text: str) -> list[str]:
    """Return the names of a text's variables, each once, in order of first use."""
    return list(dict.fromkeys(VARIABLE.findall(text)))


def component(components: Sequence[Component], kind: str) -> Component | None:
    """Return the first component of this type, whatever the case it is written in."""
    return next((each for each in components if str(each.get("type")).upper() == kind), None)


def text_of(part: Component | None) -> str:
    """Return the text of a component; empty when there is none."""
    return str(part.get("text") or "") if part else ""


def header_format(components: Sequence[Component]) -> str:
    """Return what a header is made of, `TEXT` unless it says something else."""
    header = component(components, "HEADER") or {}
    return str(header.get("format", "TEXT")).upper()


def buttons_of(components: Sequence[Component]) -> list[Component]:
    """Return the buttons of a template, in their order."""
    part = component(components, "BUTTONS")
    return list(part.get("buttons") or []) if part else []


def button_kind(button: Component) -> str:
    """Return the type of a button in upper case."""
    return str(button.get("type")).upper()


def phone_of(button: Component) -> str:
    """Return the number of a button, under Meta's name for it or in camel case."""
    return str(button.get("phone_number") or button.get("phoneNumber") or "")


def is_list_of_objects(value: object) -> TypeGuard[list[Component]]:
    """Tell whether components or buttons have their shape at all."""
    return isinstance(value, list) and all(isinstance(each, Mapping) for each in value)
