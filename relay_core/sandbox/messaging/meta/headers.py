"""What Meta checks of a header when a template is created: its text, or its sample file."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from relay_core.sandbox.media.shelf import MEGABYTE, SHELF, Quirk
from relay_core.sandbox.messaging.meta.refusals import MetaError
from relay_core.sandbox.messaging.meta.shapes import (
    EMOJI,
    VARIABLE,
    Component,
    component,
    header_format,
    text_of,
    variables,
)

LONGEST_HEADER: Final = 60
FORMATTING: Final = re.compile(r"[\r\n*]|~[^~]+~|(?<!\w)_[^_]+_(?!\w)|```")

TOO_LONG: Final = 2388040
HEADER_AMISS: Final = 2388047

SAMPLE_HOST: Final = "media.sandbox.example"
"""A name for this world's own `/media/`, whatever its address."""

MEDIA_TYPES: Final = MappingProxyType(
    {
        "IMAGE": frozenset({"image/jpeg", "image/png"}),
        "VIDEO": frozenset({"video/mp4", "video/3gpp"}),
        "DOCUMENT": frozenset({"application/pdf", "text/plain"}),
    }
)
"""What may lie on the shelf for each format; Meta takes the usual office files as well."""

LARGEST_BYTES: Final = MappingProxyType(
    {"IMAGE": 5 * MEGABYTE, "VIDEO": 16 * MEGABYTE, "DOCUMENT": 100 * MEGABYTE}
)


def header_error(components: Sequence[Component]) -> MetaError | None:
    """Return what is wrong with the header of a draft, or None."""
    header = component(components, "HEADER")
    if header is None:
        return None
    kind = header_format(components)
    if kind == "TEXT":
        return _text_error(text_of(header))
    if kind not in MEDIA_TYPES:
        return MetaError(text="unknown header format", subcode=HEADER_AMISS)
    sample = _sample(header)
    if not sample:
        return MetaError(text="A header with media needs a sample.", subcode=HEADER_AMISS)
    objection = _objection(sample, kind)
    return MetaError(text=objection, subcode=HEADER_AMISS) if objection else None


def _text_error(text: str) -> MetaError | None:
    if not text.strip():
        return MetaError(text="a TEXT header needs a text", subcode=HEADER_AMISS)
    if len(text) > LONGEST_HEADER:
        return MetaError(
            text=f"HEADER is longer than {LONGEST_HEADER} characters", subcode=TOO_LONG
        )
    if len(variables(text)) > 1:
        return MetaError(text="a header takes at most one variable", subcode=HEADER_AMISS)
    fixed = VARIABLE.sub("", text)
    if FORMATTING.search(fixed) or EMOJI.search(fixed):
        return MetaError(
            text="A header takes no line break, emoji, asterisk or formatting.",
            subcode=HEADER_AMISS,
        )
    return None


def _sample(header: Component) -> str:
    example = header.get("example")
    handles = example.get("header_handle") if isinstance(example, Mapping) else None
    return str(handles[0]) if isinstance(handles, list) and handles else ""


def _objection(sample: str, kind: str) -> str | None:
    """Return why Meta cannot use a sample, or None.

    Nothing outside is ever asked. A file of this world is judged by what it is; an address that
    Meta could not reach is refused; every other address, and an upload handle, is believed.
    """
    if sample.startswith("4::"):
        return None
    try:
        address = urlsplit(sample)
        host = address.hostname or ""
    except ValueError:
        host = ""
    if not host or address.scheme not in {"http", "https"}:
        return "The sample of the header is no web address and no upload handle."
    if address.path.startswith("/media/") and (host == SAMPLE_HOST or _is_loopback(host)):
        return _file_objection(address.path.removeprefix("/media/"), kind)
    if _is_out_of_reach(host):
        return "The sample of the header could not be fetched: its host cannot be reached."
    return None


def _file_objection(name: str, kind: str) -> str | None:
    file = SHELF.get(name)
    if file is None or file.quirk is Quirk.SLOW:
        return "The sample of the header could not be fetched: there is no such file."
    if file.quirk is Quirk.MOVED:
        return "The sample of the header could not be fetched: it has moved."
    if file.content_type not in MEDIA_TYPES[kind]:
        return f"The sample of the header is {file.content_type}, which is no {kind}."
    if file.size_bytes > LARGEST_BYTES[kind]:
        most = LARGEST_BYTES[kind] // MEGABYTE
        return f"The sample of the header is larger than {most} MB."
    return None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_out_of_reach(host: str) -> bool:
    """Tell whether nobody outside can reach a host: no public address, or a name for nobody.

    Source: RFC 2606 sets `.invalid` aside for names that do not exist.
    """
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host or host.endswith((".invalid", ".local"))
