"""A template: one message, written once, with its dynamic values."""

from dataclasses import dataclass
from enum import StrEnum

from relay_core.templates.writing.placeholders import find, keys_in


class Category(StrEnum):
    """What Meta files a template under. Stored, so never rename one without a migration."""

    MARKETING = "MARKETING"
    UTILITY = "UTILITY"
    AUTHENTICATION = "AUTHENTICATION"  # only ever imported; stands for any other category too

    @property
    def creatable(self) -> bool:
        """Whether Relay can submit a template of this category."""
        return self is not Category.AUTHENTICATION


class MediaKind(StrEnum):
    """What a media header shows. Stored, in Meta's own words."""

    IMAGE = "IMAGE"
    VIDEO = "VIDEO"
    DOCUMENT = "DOCUMENT"


@dataclass(frozen=True, slots=True)
class TextHeader:
    """A line above the body; may hold one placeholder."""

    text: str


@dataclass(frozen=True, slots=True)
class MediaHeader:
    """A picture, film or file above the body, fetched by WhatsApp at each send."""

    kind: MediaKind
    url: str
    """Empty when an imported template came without an address; then it cannot be sent yet."""


@dataclass(frozen=True, slots=True)
class LinkButton:
    """Opens an address, which may end with one placeholder."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class PhoneButton:
    """Calls a number."""

    text: str
    number: str


@dataclass(frozen=True, slots=True)
class QuickReply:
    """Sends its own text back as an answer."""

    text: str


Header = TextHeader | MediaHeader
Button = LinkButton | PhoneButton | QuickReply


@dataclass(frozen=True, slots=True)
class Value:
    """A dynamic value of a template: what a campaign binds to a field or a text."""

    key: str
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A message to be written once and sent over every channel.

    A template is kept as it was written, faults included; `rules` says what is wrong with it.
    """

    name: str
    """As written; Meta and every message know it as `names.meta_name` says."""
    language: str
    """Meta's code, e.g. `en_US`."""
    category: Category
    body: str
    header: Header | None = None
    footer: str | None = None
    buttons: tuple[Button, ...] = ()
    parameter_names: tuple[tuple[str, str], ...] = ()
    """Pairs of key and Meta's name for it, when an imported template names its parameters."""
    body_order: tuple[str, ...] = ()
    """Keys in Meta's numbering, when an imported body does not number them as they appear."""
    left_out: tuple[str, ...] = ()
    """Parts of an imported template that Relay cannot express; with any, it cannot be sent."""

    @property
    def values(self) -> tuple[Value, ...]:
        """The dynamic values, each once, in reading order: header, body, link buttons."""
        examples: dict[str, str] = {}
        for text in self._texts_with_values():
            for placeholder in find(text):
                examples.setdefault(placeholder.key, placeholder.example)
        return tuple(Value(key, example) for key, example in examples.items())

    @property
    def examples(self) -> dict[str, str]:
        """The example of each value by its key, e.g. for a preview."""
        return {value.key: value.example for value in self.values}

    @property
    def body_keys(self) -> tuple[str, ...]:
        """Keys of the body in the order in which Meta numbers them."""
        present = keys_in(self.body)
        first = tuple(key for key in self.body_order if key in present)
        return first + tuple(key for key in present if key not in first)

    def _texts_with_values(self) -> tuple[str, ...]:
        header = (self.header.text,) if isinstance(self.header, TextHeader) else ()
        links = tuple(button.url for button in self.buttons if isinstance(button, LinkButton))
        return (*header, self.body, *links)
