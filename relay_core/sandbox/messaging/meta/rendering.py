"""Fill a template as WhatsApp does, or refuse with the code that Meta would give."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from relay_core.sandbox.messaging.messages import Refusal, TemplateContent
from relay_core.sandbox.messaging.meta.rules import LONGEST_BODY
from relay_core.sandbox.messaging.meta.shapes import (
    VARIABLE,
    buttons_of,
    component,
    phone_of,
    variables,
)
from relay_core.sandbox.messaging.meta.templates import Template, TemplateStatus

UNTIDY_VALUE: Final = re.compile(r"[\n\r\t]| {5,}")
"""What Meta lets no parameter hold: a line break, a tab, more than four spaces in a row."""

Parameters = Sequence[Mapping[str, Any]]


def render(template: Template | None, content: TemplateContent) -> str | Refusal:
    """Return what the phone shows, parts on lines of their own, or why Meta sends nothing."""
    if template is None:
        return Refusal(code=132001, title="Template name does not exist in the translation")
    if refusal := _status_refusal(template.status):
        return refusal
    lines: list[str] = []
    for part in (
        _header_line(template, content),
        _body_line(template, content),
        _footer_line(template),
        *_button_lines(template, content),
    ):
        if isinstance(part, Refusal):
            return part
        if part:
            lines.append(part)
    return "\n".join(lines)


def _status_refusal(status: TemplateStatus) -> Refusal | None:
    match status:
        case TemplateStatus.APPROVED:
            return None
        case TemplateStatus.PAUSED:
            return Refusal(code=132015, title="Template is paused")
        case TemplateStatus.DISABLED:
            return Refusal(code=132016, title="Template is disabled")
        case _:
            return Refusal(code=132001, title="Template name does not exist in the translation")


def _header_line(template: Template, content: TemplateContent) -> str | Refusal:
    header = component(template.components, "HEADER")
    if header is None:
        if component(content.components, "HEADER"):
            return _wrong_count("header", given=1, wanted=0)
        return ""
    given = _parameters(content, "HEADER")
    kind = str(header.get("format", "TEXT")).upper()
    if kind == "TEXT":
        return _filled(str(header.get("text", "")), given, where="header")
    found = str(given[0].get("type", "")).upper() if given else "UNKNOWN"
    medium = given[0].get(kind.lower()) if given else None
    if (
        found != kind
        or not isinstance(medium, Mapping)
        or not (medium.get("link") or medium.get("id"))
    ):
        return Refusal(
            code=132012,
            title="Parameter format does not match format in the created template: "
            f"header: expected {kind}, received {found}",
        )
    return f"[{kind.lower()}: {medium.get('link') or medium.get('id')}]"


def _body_line(template: Template, content: TemplateContent) -> str | Refusal:
    body = component(template.components, "BODY") or {}
    filled = _filled(str(body.get("text", "")), _parameters(content, "BODY"), where="body")
    if isinstance(filled, str) and len(filled) > LONGEST_BODY:
        return Refusal(code=132005, title="Translated text too long")
    return filled


def _footer_line(template: Template) -> str:
    footer = component(template.components, "FOOTER") or {}
    return str(footer.get("text", ""))


def _button_lines(template: Template, content: TemplateContent) -> list[str | Refusal]:
    buttons = buttons_of(template.components)
    given = {
        str(each.get("index")): each
        for each in content.components
        if str(each.get("type")).upper() == "BUTTON"
    }
    if strange := set(given) - {str(index) for index in range(len(buttons))}:
        return [
            Refusal(
                code=132018,
                title=f"There is no button at index {', '.join(sorted(strange))} in the template",
            )
        ]
    return [
        _button_line(button, given.get(str(index)), index=index)
        for index, button in enumerate(buttons)
    ]


def _button_line(
    button: Mapping[str, Any], given: Mapping[str, Any] | None, *, index: int
) -> str | Refusal:
    text = str(button.get("text", ""))
    url = str(button.get("url", ""))
    if not url:
        phone = phone_of(button)
        return f"[{text}: {phone}]" if phone else f"[{text}]"
    if variables(url) and given is None:
        return Refusal(
            code=131008,
            title="Required parameter is missing: buttons: "
            f"Button at index {index} of type Url requires a parameter",
        )
    parameters = list(given.get("parameters") or []) if given else []
    filled = _filled(url, parameters, where="buttons")
    return filled if isinstance(filled, Refusal) else f"[{text}: {filled}]"


def _filled(text: str, parameters: Parameters, *, where: str) -> str | Refusal:
    names = variables(text)
    if len(parameters) != len(names):
        return _wrong_count(where, given=len(parameters), wanted=len(names))
    values: dict[str, str] = {}
    for position, parameter in enumerate(parameters, start=1):
        name = str(parameter.get("parameter_name") or position)
        value = _value(parameter)
        if name not in names:
            return Refusal(code=132012, title=f"Parameter name {name} is not in the template")
        if not value:
            return Refusal(code=131008, title="Required parameter is missing")
        if UNTIDY_VALUE.search(value):
            return Refusal(
                code=132018,
                title="Parameters cannot have new-line or tab characters or more than 4 "
                "consecutive spaces",
            )
        values[name] = value
    if len(values) != len(names):
        return _wrong_count(where, given=len(values), wanted=len(names))
    return VARIABLE.sub(lambda found: values[found[1]], text)


def _value(parameter: Mapping[str, Any]) -> str:
    match parameter.get("type"):
        case "text":
            return str(parameter.get("text") or "")
        case "currency" | "date_time" as kind:
            amount = parameter.get(kind)
            return str(amount.get("fallback_value") or "") if isinstance(amount, Mapping) else ""
        case _:
            return ""


def _wrong_count(where: str, *, given: int, wanted: int) -> Refusal:
    return Refusal(
        code=132000,
        title="Number of parameters does not match the expected number of params: "
        f"{where}: number of localizable_params ({given}) does not match "
        f"the expected number of params ({wanted})",
    )


def _parameters(content: TemplateContent, kind: str) -> Parameters:
    part = component(content.components, kind)
    return list(part.get("parameters") or []) if part else []
