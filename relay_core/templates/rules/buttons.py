"""Meta's rules for the buttons of a template."""

import re
from collections.abc import Iterator
from typing import Final, assert_never
from urllib.parse import urlsplit

from relay_core.people.phone import PhoneState, read_phone
from relay_core.templates.rules.placing import brace_problems, no_value_problems
from relay_core.templates.rules.problems import Problem, ProblemCode, Severity
from relay_core.templates.rules.texts import (
    character_problems,
    emoji_problems,
    formatting_problems,
    length_problems,
    line_break_problems,
    meta_length,
)
from relay_core.templates.writing.links import fixed_part, is_web_address, url_safe
from relay_core.templates.writing.placeholders import brace_faults, find
from relay_core.templates.writing.shorthand import find_shorthand
from relay_core.templates.writing.template import Button, LinkButton, PhoneButton, QuickReply

MOST_BUTTONS: Final = 10
MOST_LINKS: Final = 2
MOST_PHONES: Final = 1
LONGEST_LABEL: Final = 25
LONGEST_URL: Final = 2000
LONGEST_NUMBER: Final = 20
"""Characters, as for the label and the address. Source: Meta, message templates."""

_NUMBER: Final = re.compile(r"\+?[0-9][0-9 ().-]*")


def button_problems(buttons: tuple[Button, ...]) -> Iterator[Problem]:
    """Report everything Meta would refuse about these buttons, and mixing, which Relay refuses."""
    yield from _count_problems(buttons)
    labels: set[str] = set()
    for index, button in enumerate(buttons):
        where = f"buttons[{index}].text"
        yield from _label_problems(button.text, where=where)
        if button.text.strip().lower() in labels:
            yield Problem(
                code=ProblemCode.SAME_LABEL,
                message="Another button says the same; give each its own text.",
                where=where,
                start=0,
                end=len(button.text),
            )
        labels.add(button.text.strip().lower())
        match button:
            case LinkButton():
                yield from _url_problems(button.url, where=f"buttons[{index}].url")
            case PhoneButton():
                yield from _number_problems(button.number, where=f"buttons[{index}].phone")
            case QuickReply():
                pass
            case _:
                assert_never(button)


def _count_problems(buttons: tuple[Button, ...]) -> Iterator[Problem]:
    def whole(code: ProblemCode, message: str) -> Problem:
        return Problem(code=code, message=message, where="buttons", start=0, end=0)

    links = sum(isinstance(button, LinkButton) for button in buttons)
    phones = sum(isinstance(button, PhoneButton) for button in buttons)
    replies = sum(isinstance(button, QuickReply) for button in buttons)
    counts = ((len(buttons), MOST_BUTTONS, "buttons"), (links, MOST_LINKS, "links"))
    for count, most, what in (*counts, (phones, MOST_PHONES, "phone call")):
        if count > most:
            yield whole(
                ProblemCode.TOO_MANY_BUTTONS, f"At most {most} {what}; remove {count - most}."
            )
    if replies and links + phones:
        yield whole(
            ProblemCode.MIXED_BUTTONS,
            "Use either quick replies or links and phone calls, not both.",
        )


def _label_problems(label: str, *, where: str) -> Iterator[Problem]:
    yield from length_problems(label, where=where, longest=LONGEST_LABEL)
    yield from brace_problems(label, where=where)
    yield from no_value_problems(label, where=where)
    yield from line_break_problems(label, where=where)
    yield from character_problems(label, where=where)
    yield from emoji_problems(label, where=where)
    yield from formatting_problems(label, where=where)


def _url_problems(url: str, *, where: str) -> Iterator[Problem]:
    yield from brace_problems(url, where=where)
    yield from _shorthand_problems(url, where=where)
    placeholders = find(url)
    if len(placeholders) > 1:
        yield Problem(
            code=ProblemCode.TOO_MANY_VALUES,
            message="A link holds at most one dynamic value.",
            where=where,
            start=placeholders[0].start,
            end=placeholders[-1].end,
        )
    elif placeholders and placeholders[0].end != len(url):
        yield Problem(
            code=ProblemCode.VALUE_NOT_LAST,
            message="The dynamic value of a link must be its last part.",
            where=where,
            start=placeholders[0].start,
            end=placeholders[0].end,
        )
    fixed = fixed_part(url)
    if not is_web_address(fixed):
        yield Problem(
            code=ProblemCode.ADDRESS,
            message="A link begins with https:// and the name of a site, without spaces.",
            where=where,
            start=0,
            end=len(fixed),
        )
    elif (escaped := url_safe(fixed)) != fixed and not (brace_faults(url) or find_shorthand(url)):
        yield Problem(
            code=ProblemCode.ADDRESS,
            message="Only plain letters, digits and signs are safe in a link; others are escaped.",
            where=where,
            start=0,
            end=len(fixed),
            suggestion=escaped if escaped.startswith(_site(fixed)) else None,
            severity=Severity.WARNING,
        )
    if (extra := meta_length(url) - LONGEST_URL) > 0:
        yield Problem(
            code=ProblemCode.TOO_LONG,
            message=f"At most {LONGEST_URL} characters; this is {extra} too many.",
            where=where,
            start=max(0, len(url) - extra),
            end=len(url),
        )


def _shorthand_problems(url: str, *, where: str) -> Iterator[Problem]:
    """Report commands of Sunshine Conversations, which text messages would carry with the link."""
    for found in find_shorthand(url):
        command = url[found.start : found.end]
        yield Problem(
            code=ProblemCode.SHORTHAND,
            message=f"Sunshine Conversations takes {command} for a command; escape it.",
            where=where,
            start=found.start,
            end=found.end,
            suggestion=f"%25{command[1:]}" if command[0] == "%" else f"&%28{command[2:]}",
        )


def _number_problems(number: str, *, where: str) -> Iterator[Problem]:
    if len(number) > LONGEST_NUMBER:
        yield Problem(
            code=ProblemCode.TOO_LONG,
            message=f"At most {LONGEST_NUMBER} characters.",
            where=where,
            start=LONGEST_NUMBER,
            end=len(number),
        )
    if not _NUMBER.fullmatch(number):
        yield Problem(
            code=ProblemCode.PHONE_NUMBER,
            message="Write a phone number with its country, for instance +33123456789.",
            where=where,
            start=0,
            end=len(number),
        )
    elif not number.startswith("+"):
        yield Problem(
            code=ProblemCode.PHONE_NUMBER,
            message="Begin the number with + and its country, so that it works everywhere.",
            where=where,
            start=0,
            end=len(number),
            severity=Severity.WARNING,
        )
    elif len(number) <= LONGEST_NUMBER and not _is_given_out(number):
        yield Problem(
            code=ProblemCode.PHONE_NUMBER,
            message="No country gives out numbers like this one; check it.",
            where=where,
            start=0,
            end=len(number),
            severity=Severity.WARNING,
        )


def _is_given_out(number: str) -> bool:
    return read_phone(number, region="ZZ").state is PhoneState.VALID


def _site(url: str) -> str:
    """Return the beginning that escaping must not touch: names of sites have their own way."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
