"""What lies under `/media/`, by name: what a file is, and how it disappoints."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from relay_core.sandbox.media.documents import mp4, pdf
from relay_core.sandbox.media.pictures import jpeg, png

MEGABYTE: Final = 1024 * 1024


class Quirk(StrEnum):
    """How a file is handed out."""

    NONE = "none"
    NO_HEAD = "no_head"  # HEAD is answered 405
    SLOW = "slow"  # the answer comes after longer than anybody waits
    MOVED = "moved"  # the answer is a redirect


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFile:
    """One file that the stand-in serves."""

    content_type: str
    content: bytes
    claimed_bytes: int | None = None
    """What HEAD says of its size, when that is not the truth."""

    quirk: Quirk = Quirk.NONE
    moved_to: str = ""

    @property
    def size_bytes(self) -> int:
        """Return how large somebody takes it to be who asks before fetching it."""
        return len(self.content) if self.claimed_bytes is None else self.claimed_bytes


_JPEG: Final = jpeg()
_MP4: Final = mp4()
_PDF: Final = pdf()


def _moved(to: str) -> MediaFile:
    return MediaFile(content_type="image/jpeg", content=b"", quirk=Quirk.MOVED, moved_to=to)


SHELF: Final = MappingProxyType(
    {
        "sample.jpg": MediaFile(content_type="image/jpeg", content=_JPEG),
        "sample.png": MediaFile(content_type="image/png", content=png()),
        "sample.mp4": MediaFile(content_type="video/mp4", content=_MP4),
        "sample.pdf": MediaFile(content_type="application/pdf", content=_PDF),
        "wrong-type.jpg": MediaFile(
            content_type="text/html", content=b"<!doctype html><title>No picture</title>"
        ),
        "too-large.jpg": MediaFile(
            content_type="image/jpeg", content=_JPEG, claimed_bytes=6 * MEGABYTE
        ),
        "too-large.mp4": MediaFile(
            content_type="video/mp4", content=_MP4, claimed_bytes=17 * MEGABYTE
        ),
        "too-large.pdf": MediaFile(
            content_type="application/pdf", content=_PDF, claimed_bytes=101 * MEGABYTE
        ),
        "no-head.jpg": MediaFile(content_type="image/jpeg", content=_JPEG, quirk=Quirk.NO_HEAD),
        "slow.jpg": MediaFile(content_type="image/jpeg", content=_JPEG, quirk=Quirk.SLOW),
        "moved.jpg": _moved("/media/sample.jpg"),
        "loop.jpg": _moved("/media/loop.jpg"),
        "to-private.jpg": _moved("http://10.0.0.1/sample.jpg"),
        "to-metadata.jpg": _moved("http://169.254.169.254/latest/meta-data/"),
        "to-loopback.jpg": _moved("http://127.0.0.1:1/sample.jpg"),
    }
)
