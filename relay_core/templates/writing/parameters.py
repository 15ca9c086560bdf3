"""What Meta calls the dynamic values of a template: numbers, or names."""

import re
from typing import Final

from relay_core.templates.writing.folding import fold, spelled_out
from relay_core.templates.writing.template import Template

_ACCEPTED: Final = re.compile(r"[a-z_][a-z0-9_]*")
_OTHER: Final = re.compile(r"[^a-z0-9_]+")


def meta_words(template: Template, keys: tuple[str, ...]) -> dict[str, str]:
    """Return what stands between Meta's braces for each of these keys.

    Each part counts its own values from 1. When an imported template names its parameters, a
    value that was added since gets a name of its own that Meta accepts.

    Args:
        template: Whose values they are.
        keys: The keys of one part, in Meta's numbering.
    """
    if not template.parameter_names:
        return {key: str(number) for number, key in enumerate(keys, start=1)}
    names = dict(template.parameter_names)
    for value in template.values:
        if value.key not in names:
            names[value.key] = _free(_accepted(value.key), set(names.values()))
    return {key: names[key] for key in keys}


def _accepted(key: str) -> str:
    if _ACCEPTED.fullmatch(key):
        return key
    name = _OTHER.sub("_", fold(key)).strip("_") or spelled_out(key)
    return name if _ACCEPTED.fullmatch(name) else f"value_{name}"


def _free(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free
