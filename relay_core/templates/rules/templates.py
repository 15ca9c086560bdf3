"""What Meta would refuse about a template, said before it is submitted.

Source: Meta's documentation of message templates, and reports of providers where it is silent;
each rule that rests on reports says so.
"""

import re
from collections.abc import Iterator
from typing import Final, assert_never

from relay_core.templates.rules.buttons import button_problems
from relay_core.templates.rules.emoji import find_emoji
from relay_core.templates.rules.placing import (
    adjacent_problems,
    brace_problems,
    density_problems,
    edge_problems,
    no_value_problems,
)
from relay_core.templates.rules.problems import Problem, ProblemCode, Severity
from relay_core.templates.rules.texts import (
    blank_line_problems,
    character_problems,
    emoji_problems,
    formatting_problems,
    length_problems,
    line_break_problems,
)
from relay_core.templates.writing.formatting import plain
from relay_core.templates.writing.languages import LANGUAGES
from relay_core.templates.writing.links import is_web_address
from relay_core.templates.writing.names import LONGEST_NAME, is_meta_name, meta_name
from relay_core.templates.writing.parameters import meta_words
from relay_core.templates.writing.placeholders import find, keys_in
from relay_core.templates.writing.template import MediaHeader, Template, TextHeader

LONGEST_HEADER: Final = 60
LONGEST_BODY: Final = 1024
LONGEST_FOOTER: Final = 60
"""Characters, as for header and body."""
MOST_EMOJI: Final = 10
"""In a body."""
_SMS_TOO: Final = frozenset(
    {
        ProblemCode.EMPTY,
        ProblemCode.BRACES,
        ProblemCode.MISSING_EXAMPLE,
        ProblemCode.SHORTHAND,
        ProblemCode.LEFT_OUT,
    }
)
"""What stops a text message as well; everything else is a rule of Meta's."""


def problems_on(template: Template, *, whatsapp: bool) -> tuple[Problem, ...]:
    """Return what is wrong with a template for the channels it is meant for.

    Args:
        template: As it was written.
        whatsapp: Whether Meta must approve it; otherwise only what stops a text message counts.
    """
    return tuple(p for p in template_problems(template) if whatsapp or p.code in _SMS_TOO)


def template_problems(template: Template) -> tuple[Problem, ...]:
    """Return every problem of a template for WhatsApp, part by part as a person reads it."""
    return tuple(_problems(template))


def _problems(template: Template) -> Iterator[Problem]:
    yield from _name_problems(template.name)
    yield from _filing_problems(template)
    yield from _header_problems(template)
    yield from _body_problems(template)
    if template.footer is not None:
        yield from _footer_problems(template.footer)
    yield from button_problems(template.buttons)
    for part in template.left_out:
        yield Problem(
            code=ProblemCode.LEFT_OUT,
            message=f"Relay cannot send this part: {part}.",
            where="template",
            start=0,
            end=0,
        )


def _name_problems(name: str) -> Iterator[Problem]:
    if not name.strip():
        yield Problem(
            code=ProblemCode.EMPTY,
            message="Give the template a name.",
            where="name",
            start=0,
            end=len(name),
        )
    elif not is_meta_name(name):
        yield Problem(
            code=ProblemCode.NAME_FORM,
            message=f"Meta stores at most {LONGEST_NAME} small letters, digits and underscores; "
            f"the name becomes {meta_name(name)}.",
            where="name",
            start=0,
            end=len(name),
            suggestion=meta_name(name),
            severity=Severity.WARNING,
        )


def _filing_problems(template: Template) -> Iterator[Problem]:
    if not template.category.creatable:
        yield Problem(
            code=ProblemCode.CATEGORY,
            message="Choose Marketing or Utility. Relay creates no Authentication templates: Meta "
            "fixes their words, and each carries a one-time password that is made as it is sent.",
            where="category",
            start=0,
            end=len(template.category),
        )
    if template.language not in LANGUAGES:
        alike = [
            code
            for code in LANGUAGES
            if code.lower() == template.language.strip().replace("-", "_").lower()
        ]
        yield Problem(
            code=ProblemCode.UNKNOWN_LANGUAGE,
            message="Meta does not know this language code.",
            where="language",
            start=0,
            end=len(template.language),
            suggestion=alike[0] if alike else None,
        )


def _header_problems(template: Template) -> Iterator[Problem]:
    header = template.header
    match header:
        case None:
            return
        case TextHeader(text):
            words = meta_words(template, keys_in(text))
            yield from length_problems(text, where="header", longest=LONGEST_HEADER, words=words)
            yield from brace_problems(text, where="header")
            yield from line_break_problems(text, where="header")
            yield from character_problems(text, where="header")
            yield from _header_sign_problems(text)
            if len(found := find(text)) > 1:
                yield Problem(
                    code=ProblemCode.TOO_MANY_VALUES,
                    message="A header holds at most one dynamic value.",
                    where="header",
                    start=found[1].start,
                    end=found[-1].end,
                )
        case MediaHeader(_, url):
            if not is_web_address(url) or "{" in url:
                yield Problem(
                    code=ProblemCode.ADDRESS,
                    message="Give the address of the file, beginning with https:// and without "
                    "dynamic values.",
                    where="header",
                    start=0,
                    end=len(url),
                )
        case _:
            assert_never(header)


def _header_sign_problems(text: str) -> Iterator[Problem]:
    """Report what Meta refuses in a header: formatting marks, asterisks even alone, and emoji.

    Source: the message of Meta's error subcode 2388072.
    """
    yield from emoji_problems(text, where="header")
    yield from formatting_problems(text, where="header")
    if plain(text) == text:
        for match in re.finditer(r"\*+", text):
            yield Problem(
                code=ProblemCode.FORMATTING,
                message="WhatsApp accepts no asterisk in a header.",
                where="header",
                start=match.start(),
                end=match.end(),
                suggestion="",
            )


def _body_problems(template: Template) -> Iterator[Problem]:
    body, words = template.body, meta_words(template, template.body_keys)
    yield from length_problems(body, where="body", longest=LONGEST_BODY, words=words)
    yield from brace_problems(body, where="body")
    yield from edge_problems(body, where="body")
    yield from adjacent_problems(body, where="body")
    yield from density_problems(body, where="body")
    yield from character_problems(body, where="body")
    yield from blank_line_problems(body, where="body")
    yield from _many_emoji_problems(body)


def _many_emoji_problems(body: str) -> Iterator[Problem]:
    """Report more emoji than providers say Meta lets pass."""
    found = find_emoji(body)
    if len(found) > MOST_EMOJI:
        yield Problem(
            code=ProblemCode.EMOJI,
            message=f"Meta may refuse more than {MOST_EMOJI} emoji; remove "
            f"{len(found) - MOST_EMOJI}.",
            where="body",
            start=found[MOST_EMOJI][0],
            end=found[-1][1],
            severity=Severity.WARNING,
        )


def _footer_problems(footer: str) -> Iterator[Problem]:
    yield from length_problems(footer, where="footer", longest=LONGEST_FOOTER)
    yield from brace_problems(footer, where="footer")
    yield from no_value_problems(footer, where="footer")
    yield from line_break_problems(footer, where="footer")
    yield from character_problems(footer, where="footer")
    yield from emoji_problems(footer, where="footer")
    yield from formatting_problems(footer, where="footer", severity=Severity.WARNING)
