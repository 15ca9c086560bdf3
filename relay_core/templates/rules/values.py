"""What is wrong with the values of one person, said before the message is sent."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from relay_core.templates.rules.buttons import LONGEST_URL
from relay_core.templates.rules.problems import Problem, ProblemCode
from relay_core.templates.rules.templates import LONGEST_BODY, LONGEST_HEADER
from relay_core.templates.rules.texts import (
    line_break_problems,
    shorthand_problems,
    space_problems,
    tab_problems,
)
from relay_core.templates.writing.links import filled_url
from relay_core.templates.writing.placeholders import find, replaced
from relay_core.templates.writing.template import LinkButton, Template, TextHeader

_REFUSED_SPACE: Final = re.compile(r"\s*[\t\r\n\v\f\x85\u2028\u2029]\s*|[ \u00a0]{5,}")


def value_problems(value: str, *, key: str) -> tuple[Problem, ...]:
    """Return what WhatsApp would refuse about one value.

    Source: Meta's parameter format (no line break, no tab, at most four spaces in a row), and
    the shorthand of Sunshine Conversations.
    """
    return tuple(_value_problems(value, key))


def tidied(value: str) -> str:
    """Return the value with the whitespace that WhatsApp refuses turned into single spaces."""
    return _REFUSED_SPACE.sub(" ", value).strip()


def message_problems(template: Template, values: Mapping[str, str]) -> tuple[Problem, ...]:
    """Return what would stop the message of one person: bad or missing values, texts too long."""
    known = {value.key: values.get(value.key, "") for value in template.values}
    problems = [problem for key in known for problem in _value_problems(known[key], key)]
    texts = [("body", replaced(template.body, known), LONGEST_BODY)]
    if isinstance(template.header, TextHeader) and find(template.header.text):
        texts.append(("header", replaced(template.header.text, known), LONGEST_HEADER))
    texts += [
        (f"buttons[{index}].url", filled_url(button.url, known), LONGEST_URL)
        for index, button in enumerate(template.buttons)
        if isinstance(button, LinkButton)
    ]
    problems += [
        Problem(
            code=ProblemCode.TOO_LONG,
            message=f"With these values the text has {len(text)} characters; WhatsApp accepts "
            f"{longest}.",
            where=where,
            start=longest,
            end=len(text),
        )
        for where, text, longest in texts
        if len(text) > longest
    ]
    if all(problem.code is not ProblemCode.SHORTHAND for problem in problems):
        # A value can also complete a command that the words before it begin: 5% and ((x.
        problems += [p for where, text, _ in texts for p in shorthand_problems(text, where=where)]
    return tuple(problems)


def _value_problems(value: str, key: str) -> Iterator[Problem]:
    if not value.strip():
        yield Problem(
            code=ProblemCode.EMPTY,
            message=f"The value {key} is empty.",
            where=key,
            start=0,
            end=len(value),
        )
        return
    yield from line_break_problems(value, where=key)
    yield from tab_problems(value, where=key)
    yield from space_problems(value, where=key)
    yield from shorthand_problems(value, where=key)
