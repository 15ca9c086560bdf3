"""Templates that already exist on an integration, read from Meta's components.

Reading is tolerant, because the lists of Sunshine Conversations come from several generations
of its interface: letter case and key spelling vary and examples may be missing.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from relay_core.errors import TemplateError
from relay_core.templates.writing.documents import category_named
from relay_core.templates.writing.links import is_web_address, readable
from relay_core.templates.writing.placeholders import key_of
from relay_core.templates.writing.template import (
    Button,
    Category,
    Header,
    LinkButton,
    MediaHeader,
    MediaKind,
    PhoneButton,
    QuickReply,
    Template,
    TextHeader,
)

_VARIABLE: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_NOT_IN_EXAMPLES: Final = re.compile(r"[{}\s]+")


@dataclass(frozen=True, slots=True)
class Imported:
    """A template as read, and what a person should know about the reading."""

    template: Template
    notes: tuple[str, ...]


def from_listed(item: Mapping[str, Any]) -> Imported:
    """Read one entry of an integration's list of message templates.

    Raises:
        TemplateError: The entry has no name or language.
    """
    name, language = item.get("name"), item.get("language")
    if not (isinstance(name, str) and name and isinstance(language, str) and language):
        raise TemplateError(
            "a listed template has no name or language",
            advice="One template of the integration cannot be read; delete it or ask Zendesk.",
        )
    return from_components(
        _objects(item.get("components")),
        name=name,
        language=language,
        category=str(item.get("category") or ""),
    )


def from_components(
    components: Sequence[Mapping[str, Any]], *, name: str, language: str, category: str
) -> Imported:
    """Read a template from Meta's components.

    Numbered and named parameters become placeholders with their example; one without an example
    becomes `value_1` and so on. Parts that Relay cannot express end up in `left_out`.
    """
    reading = _Reading()
    if (known := category_named(category)) is Category.AUTHENTICATION:
        reading.notes.append(f"Relay cannot create templates of category {category or 'none'}.")
    for component in components:
        reading.read(component)
    if not reading.body:
        reading.leave_out("body without text")
    template = Template(
        name=name,
        language=language,
        category=known,
        body=reading.body,
        header=reading.header,
        footer=reading.footer,
        buttons=tuple(reading.buttons),
        parameter_names=tuple(reading.parameter_names.items()),
        body_order=reading.body_order,
        left_out=tuple(reading.left_out),
    )
    return Imported(template, tuple(reading.notes))


@dataclass(slots=True)
class _Reading:
    """What has been read of one template so far."""

    body: str = ""
    header: Header | None = None
    footer: str | None = None
    buttons: list[Button] = field(default_factory=list)
    parameter_names: dict[str, str] = field(default_factory=dict)
    body_order: tuple[str, ...] = ()
    left_out: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _keys: set[str] = field(default_factory=set)

    def read(self, component: Mapping[str, Any]) -> None:
        match str(component.get("type", "")).upper():
            case "HEADER":
                self._read_header(component)
            case "BODY":
                self._read_body(component)
            case "FOOTER":
                self.footer = str(component.get("text") or "") or None
            case "BUTTONS":
                for button in _objects(component.get("buttons")):
                    self._read_button(button)
            case other:
                self.leave_out(other or "part without a type")

    def leave_out(self, part: str) -> None:
        self.left_out.append(part)
        self.notes.append(f"Relay cannot send this part: {part}. Use another template to send.")

    def _read_header(self, component: Mapping[str, Any]) -> None:
        kind = str(component.get("format") or "TEXT").upper()
        example = _object(component.get("example"))
        if kind == "TEXT":
            text = str(component.get("text") or "")
            examples = _numbered(example.get("header_text")) | _named(
                example.get("header_text_named_params")
            )
            self.header = TextHeader(self._with_examples(text, examples)[0])
        elif kind in MediaKind.__members__:
            handle = next(iter(_numbered(example.get("header_handle")).values()), "")
            url = handle if is_web_address(handle) else ""
            if not url:
                self.notes.append("The header's file has no address; give one before sending.")
            self.header = MediaHeader(MediaKind(kind), url)
        else:
            self.leave_out(f"{kind} header")

    def _read_body(self, component: Mapping[str, Any]) -> None:
        example = _object(component.get("example"))
        examples = _numbered(example.get("body_text")) | _named(
            example.get("body_text_named_params")
        )
        self.body, keys = self._with_examples(str(component.get("text") or ""), examples)
        if all(name.isdecimal() for name in keys):
            numbering = tuple(keys[name] for name in sorted(keys, key=int))
            self.body_order = numbering if numbering != tuple(keys.values()) else ()

    def _read_button(self, button: Mapping[str, Any]) -> None:
        text = str(button.get("text") or "")
        match str(button.get("type", "")).upper():
            case "URL":
                url = str(button.get("url") or "")
                before = _VARIABLE.split(url)[0]
                examples = {
                    number: readable(example.removeprefix(before))
                    for number, example in _numbered(button.get("example")).items()
                    if example.startswith(before) or not is_web_address(example)
                }
                self.buttons.append(LinkButton(text, self._with_examples(url, examples)[0]))
            case "PHONE_NUMBER":
                number = button.get("phone_number") or button.get("phoneNumber") or ""
                self.buttons.append(PhoneButton(text, str(number)))
            case "QUICK_REPLY":
                self.buttons.append(QuickReply(text))
            case other:
                self.leave_out(f"{other or 'unknown'} button")

    def _with_examples(self, text: str, examples: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        """Put examples in the place of Meta's names; also return each name's key."""
        names = dict.fromkeys(_VARIABLE.findall(text))
        if all(name.isdecimal() for name in names):
            in_order = sorted(names, key=int)
        else:
            in_order = list(names)
        keys: dict[str, str] = {}
        shown: dict[str, str] = {}
        for name in in_order:
            example = _NOT_IN_EXAMPLES.sub(" ", examples.get(name, "")).strip()
            shown[name] = self._distinct(example, taken_here=set(keys.values()))
            keys[name] = key_of(shown[name])
            if not name.isdecimal():
                self.parameter_names[keys[name]] = name
        self._keys.update(keys.values())
        filled = _VARIABLE.sub(lambda match: "{{" + shown[match[1]] + "}}", text)
        return filled, {name: keys[name] for name in names}

    def _distinct(self, example: str, *, taken_here: set[str]) -> str:
        """Keep two parameters of one part apart; between parts, one example is one value."""
        if example and key_of(example) not in taken_here:
            return example
        stem, taken = (
            (f"{example} ", taken_here) if example else ("value_", self._keys | taken_here)
        )
        number = 2 if example else 1
        while key_of(f"{stem}{number}") in taken:
            number += 1
        self.notes.append(
            f"Two values have the example “{example}”; one is shown as “{stem}{number}”."
            if example
            else f"A value came without an example; it is shown as “{stem}{number}”."
        )
        return f"{stem}{number}"


def _object(found: object) -> Mapping[str, Any]:
    return found if isinstance(found, Mapping) else {}


def _objects(found: object) -> list[Mapping[str, Any]]:
    return [entry for entry in _list(found) if isinstance(entry, Mapping)]


def _list(found: object) -> Sequence[object]:
    return found if isinstance(found, list | tuple) else ()


def _numbered(found: object) -> dict[str, str]:
    """Read `"a"`, `["a", "b"]` or `[["a", "b"]]` as examples by number."""
    entries = _list(found) or (found,)
    if inner := _list(entries[0]):
        entries = inner
    return {str(n): str(entry) for n, entry in enumerate(entries, start=1) if entry}


def _named(found: object) -> dict[str, str]:
    return {
        str(entry.get("param_name") or ""): str(entry.get("example") or "")
        for entry in _objects(found)
    }
