"""What Meta would refuse about a template, said before it is submitted.

Source: Meta's documentation of message templates, and reports of providers where it is silent;
each rule that rests on reports says so.
"""

from collections.abc import Iterator
from typing import Final, assert_never

from relay_core.templates.rules.buttons import button_problems
from relay_core.templates.rules.problems import Problem, ProblemCode, Severity
from relay_core.templates.rules.texts import (
    adjacent_problems,
    brace_problems,
    character_problems,
    density_problems,
    edge_problems,
    length_problems,
    line_break_problems,
    no_value_problems,
)
from relay_core.templates.writing.formatting import plain
from relay_core.templates.writing.languages import LANGUAGES
from relay_core.templates.writing.links import is_web_address
from relay_core.templates.writing.names import LONGEST_NAME, is_meta_name, meta_name
from relay_core.templates.writing.placeholders import find
from relay_core.templates.writing.template import Header, MediaHeader, Template, TextHeader

LONGEST_HEADER: Final = 60
LONGEST_BODY: Final = 1024
LONGEST_FOOTER: Final = 60
"""Characters, as for header and body."""
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
    yield from _header_problems(template.header)
    yield from _body_problems(template.body)
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
            message="Choose Marketing or Utility; Relay creates no other category.",
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


def _header_problems(header: Header | None) -> Iterator[Problem]:
    match header:
        case None:
            return
        case TextHeader(text):
            yield from length_problems(text, where="header", longest=LONGEST_HEADER)
            yield from brace_problems(text, where="header")
            yield from line_break_problems(text, where="header")
            yield from character_problems(text, where="header")
            yield from _formatting_problems(text, where="header")
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


def _body_problems(body: str) -> Iterator[Problem]:
    yield from length_problems(body, where="body", longest=LONGEST_BODY)
    yield from brace_problems(body, where="body")
    yield from edge_problems(body, where="body")
    yield from adjacent_problems(body, where="body")
    yield from density_problems(body, where="body")
    yield from character_problems(body, where="body")


def _footer_problems(footer: str) -> Iterator[Problem]:
    yield from length_problems(footer, where="footer", longest=LONGEST_FOOTER)
    yield from brace_problems(footer, where="footer")
    yield from no_value_problems(footer, where="footer")
    yield from line_break_problems(footer, where="footer")
    yield from character_problems(footer, where="footer")
    yield from _formatting_problems(footer, where="footer")


def _formatting_problems(text: str, *, where: str) -> Iterator[Problem]:
    if (bare := plain(text)) != text:
        yield Problem(
            code=ProblemCode.FORMATTING,
            message="Formatting marks are shown as they are here; only the body can be formatted.",
            where=where,
            start=0,
            end=len(text),
            suggestion=bare,
            severity=Severity.WARNING,
        )
