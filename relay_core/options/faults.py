"""What is wrong with settings, in the words of whoever has to correct them."""

import re
import tomllib
from collections.abc import Mapping
from typing import Final

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsError

from relay_core.options.sources import SECRETS_FILE

_UNREADABLE: Final = re.compile(r'field "(\w+)"')
"""Where pydantic names the setting whose text is not JSON."""


def faults_of(error: ValueError | OSError, *, fields: Mapping[str, FieldInfo]) -> list[str]:
    """Return everything that kept settings from being read, without any value of theirs.

    Args:
        error: What reading them ended with.
        fields: The settings that there are.
    """
    match error:
        case ValidationError():
            return [_said(each, fields) for each in error.errors(include_input=False)]
        case tomllib.TOMLDecodeError():
            return [f"{SECRETS_FILE} is not valid TOML ({error})"]
        case SettingsError():
            name = _UNREADABLE.search(str(error))
            return [
                f'RELAY_{name[1].upper()} is not JSON; a list is written ["one", "two"]'
                if name
                else str(error)
            ]
        case UnicodeDecodeError():
            return [f"{SECRETS_FILE} is not UTF-8 text"]
        case _:  # a file that cannot be read
            return [str(error)]


def _said(fault: ErrorDetails, fields: Mapping[str, FieldInfo]) -> str:
    """Return what is wrong with one setting, or with several together, as a person reads it."""
    place = "_".join(map(str, fault["loc"]))
    said = fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "string_pattern_mismatch":
        said = f"this is not it: {fields[place].description}"
    return f"RELAY_{place.upper()}: {said}" if place else said
