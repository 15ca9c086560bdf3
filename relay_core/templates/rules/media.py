"""WhatsApp's rules for the file of a media header, once somebody has looked at it.

Source: Meta, WhatsApp Cloud API, "Supported media types".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from relay_core.errors import GatewayError
from relay_core.gateways.media import MediaError, MediaFault, MediaLook
from relay_core.templates.rules.problems import Problem, ProblemCode, Severity
from relay_core.templates.writing.template import MediaHeader, MediaKind

_MEGABYTE: Final = 1024 * 1024
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What WhatsApp takes for one kind of header."""

    types: frozenset[str]
    """Content types."""
    names: str
    """The same for people."""
    most_mb: int


ACCEPTED: Final[Mapping[MediaKind, Accepted]] = {
    MediaKind.IMAGE: Accepted(
        types=frozenset({"image/jpeg", "image/png"}), names="JPEG or PNG", most_mb=5
    ),
    MediaKind.VIDEO: Accepted(
        types=frozenset({"video/mp4", "video/3gpp"}), names="MP4 or 3GP", most_mb=16
    ),
    MediaKind.DOCUMENT: Accepted(
        types=frozenset(
            {
                "application/pdf",
                "text/plain",
                "application/msword",
                f"{_OFFICE}.wordprocessingml.document",
                "application/vnd.ms-powerpoint",
                f"{_OFFICE}.presentationml.presentation",
                "application/vnd.ms-excel",
                f"{_OFFICE}.spreadsheetml.sheet",
            }
        ),
        names="PDF, Word, PowerPoint, Excel or plain text",
        most_mb=100,
    ),
}
_UNTOLD: Final = frozenset({None, "application/octet-stream", "binary/octet-stream"})
"""What sites say of files they know nothing about."""
_SAME: Final = {"image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "video/3gp": "video/3gpp"}
"""Names that are not registered, yet widespread."""
_CODES: Final = {
    MediaFault.ADDRESS: ProblemCode.ADDRESS,
    MediaFault.PRIVATE: ProblemCode.MEDIA_PRIVATE,
    MediaFault.UNKNOWN_HOST: ProblemCode.MEDIA_UNREACHABLE,
    MediaFault.UNREACHABLE: ProblemCode.MEDIA_UNREACHABLE,
    MediaFault.CERTIFICATE: ProblemCode.MEDIA_UNREACHABLE,
    MediaFault.REDIRECTS: ProblemCode.MEDIA_UNREACHABLE,
    MediaFault.NOT_FOUND: ProblemCode.MEDIA_NOT_FOUND,
    MediaFault.REFUSED: ProblemCode.MEDIA_REFUSED,
    MediaFault.BROKEN: ProblemCode.MEDIA_UNREACHABLE,
    MediaFault.NO_HEAD: ProblemCode.MEDIA_UNCHECKED,
}


def media_problems(header: MediaHeader, found: MediaLook | GatewayError) -> tuple[Problem, ...]:
    """Return what is wrong with a header's file.

    Args:
        header: As it was written.
        found: What its site said of the file, or why nobody could look.
    """
    return tuple(_problems(header, found))


def _problems(header: MediaHeader, found: MediaLook | GatewayError) -> Iterator[Problem]:
    match found:
        case MediaError(fault=MediaFault() as fault):
            warns = fault is MediaFault.NO_HEAD
            yield _problem(header, _CODES[fault], found.advice, warns=warns)
        case GatewayError():
            yield _problem(header, ProblemCode.MEDIA_UNREACHABLE, found.advice)
        case MediaLook():
            yield from _type_problems(header, found)
            yield from _size_problems(header, found)
            if found.final_url.startswith("http:") and not found.is_vouched_for:
                yield _problem(
                    header,
                    ProblemCode.MEDIA_INSECURE,
                    "WhatsApp may not fetch from an address that begins with http:; use https:.",
                    warns=True,
                )


def _type_problems(header: MediaHeader, look: MediaLook) -> Iterator[Problem]:
    accepted = ACCEPTED[header.kind]
    said = look.content_type
    if said in _UNTOLD:
        yield _problem(
            header,
            ProblemCode.MEDIA_UNCHECKED,
            f"The site does not say which type of file this is. WhatsApp accepts {accepted.names}; "
            "have the site send the type.",
            warns=True,
        )
    elif said == "text/html":
        yield _problem(
            header,
            ProblemCode.MEDIA_TYPE,
            "This is a web page, not a file. Give the address of the file itself, which downloads "
            "it without asking.",
        )
    elif said is not None and _SAME.get(said, said) not in accepted.types:
        yield _problem(
            header,
            ProblemCode.MEDIA_TYPE,
            f"This file is {said}. As {_article(header.kind)} WhatsApp accepts {accepted.names}.",
        )


def _size_problems(header: MediaHeader, look: MediaLook) -> Iterator[Problem]:
    most_mb = ACCEPTED[header.kind].most_mb
    match look.bytes:
        case None:
            yield _problem(
                header,
                ProblemCode.MEDIA_UNCHECKED,
                f"The site does not say how large the file is. WhatsApp accepts {most_mb} MB.",
                warns=True,
            )
        case 0:
            yield _problem(
                header, ProblemCode.MEDIA_SIZE, "This file is empty. Upload it to its site again."
            )
        case size if size > most_mb * _MEGABYTE:
            yield _problem(
                header,
                ProblemCode.MEDIA_SIZE,
                f"This file has {size / _MEGABYTE:.1f} MB; WhatsApp accepts {most_mb} MB. "
                "Make it smaller.",
            )
        case _:
            return


def _article(kind: MediaKind) -> str:
    return {"IMAGE": "an image", "VIDEO": "a video", "DOCUMENT": "a document"}[kind.value]


def _problem(
    header: MediaHeader, code: ProblemCode, message: str, *, warns: bool = False
) -> Problem:
    return Problem(
        code=code,
        message=message,
        where="header",
        start=0,
        end=len(header.url),
        severity=Severity.WARNING if warns else Severity.ERROR,
    )
