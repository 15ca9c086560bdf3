"""What can be wrong with a template or a value, where, and what to write instead."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How sure it is that a problem stops the message."""

    ERROR = "error"  # it will be refused
    WARNING = "warning"  # it may be refused, or is probably not meant
    HINT = "hint"  # it would do better otherwise; nothing is wrong


class ProblemCode(StrEnum):
    """What is wrong; stable, so that programs can rely on it."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NAME_FORM = "name_form"
    UNKNOWN_LANGUAGE = "unknown_language"
    CATEGORY = "category"
    LEFT_OUT = "left_out"
    BRACES = "braces"
    MISSING_EXAMPLE = "missing_example"
    NUMBERED_EXAMPLE = "numbered_example"
    STARTS_WITH_VALUE = "starts_with_value"
    ENDS_WITH_VALUE = "ends_with_value"
    ADJACENT_VALUES = "adjacent_values"
    TOO_MANY_VALUES = "too_many_values"
    VALUE_NOT_ALLOWED = "value_not_allowed"
    VALUE_NOT_LAST = "value_not_last"
    SHORTHAND = "shorthand"
    LINE_BREAK = "line_break"
    TAB = "tab"
    SPACES = "spaces"
    CONTROL_CHARACTER = "control_character"
    FORMATTING = "formatting"
    EMOJI = "emoji"
    ADDRESS = "address"
    PHONE_NUMBER = "phone_number"
    TOO_MANY_BUTTONS = "too_many_buttons"
    MIXED_BUTTONS = "mixed_buttons"
    SAME_LABEL = "same_label"
    MEDIA_NOT_FOUND = "media_not_found"
    MEDIA_REFUSED = "media_refused"
    MEDIA_UNREACHABLE = "media_unreachable"
    MEDIA_PRIVATE = "media_private"
    MEDIA_TYPE = "media_type"
    MEDIA_SIZE = "media_size"
    MEDIA_INSECURE = "media_insecure"
    MEDIA_UNCHECKED = "media_unchecked"
    CALL_TO_ACTION = "call_to_action"
    INVITATION = "invitation"
    OPT_OUT = "opt_out"
    LONG_TEXT = "long_text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, for a person to read and a page to point at."""

    code: ProblemCode
    message: str
    where: str
    """The part: `name`, `body`, `buttons[0].url`, …; for a value its key."""
    start: int
    """Index in the part as it was written."""
    end: int
    suggestion: str | None = None
    """What to write in place of the characters from `start` to `end`, if there is a sure fix."""
    severity: Severity = Severity.ERROR


def has_errors(problems: tuple[Problem, ...]) -> bool:
    """Tell whether any of these stops the message."""
    return any(problem.severity is Severity.ERROR for problem in problems)
