"""What WhatsApp would refuse about the file of a header, once somebody has looked at it."""

import pytest

from relay_core.errors import OutsideUnavailable
from relay_core.gateways.media import MediaError, MediaFault, MediaLook
from relay_core.templates.rules.media import media_problems
from relay_core.templates.rules.problems import Severity
from relay_core.templates.writing.template import MediaHeader, MediaKind

URL = "https://acme.example/file"
MB = 1024 * 1024
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def problems(kind, *, content_type="image/jpeg", size=1000, final_url=URL, vouched=False):
    look = MediaLook(
        content_type=content_type, bytes=size, final_url=final_url, is_vouched_for=vouched
    )
    return media_problems(MediaHeader(MediaKind(kind), URL), look)


class TestAFile:
    @pytest.mark.parametrize(
        ("kind", "content_type", "size"),
        [
            ("IMAGE", "image/jpeg", 5 * MB),
            ("IMAGE", "image/jpg", 1),  # not registered, yet widespread
            ("IMAGE", "image/png", 1),
            ("VIDEO", "video/mp4", 16 * MB),
            ("VIDEO", "video/3gpp", 1),
            ("DOCUMENT", "application/pdf", 100 * MB),
            ("DOCUMENT", "text/plain", 1),
            ("DOCUMENT", WORD, 1),
            ("DOCUMENT", "application/msword", 1),
            ("DOCUMENT", "application/vnd.ms-excel", 1),
        ],
    )
    def test_is_fine(self, kind, content_type, size):
        assert problems(kind, content_type=content_type, size=size) == ()

    @pytest.mark.parametrize(
        ("kind", "content_type", "size", "code", "said"),
        [
            ("IMAGE", "image/webp", 1, "media_type", "JPEG or PNG"),
            ("IMAGE", "image/gif", 1, "media_type", "JPEG or PNG"),
            ("IMAGE", "application/pdf", 1, "media_type", "JPEG or PNG"),
            ("IMAGE", "text/html", 1, "media_type", "web page"),
            ("VIDEO", "video/quicktime", 1, "media_type", "MP4 or 3GP"),
            ("VIDEO", "image/jpeg", 1, "media_type", "MP4 or 3GP"),
            ("DOCUMENT", "application/zip", 1, "media_type", "PDF"),
            ("DOCUMENT", "text/html", 1, "media_type", "web page"),
            ("IMAGE", "image/jpeg", 5 * MB + 1, "media_size", "5 MB"),
            ("VIDEO", "video/mp4", 17 * MB, "media_size", "17.0 MB"),
            ("DOCUMENT", "application/pdf", 101 * MB, "media_size", "100 MB"),
            ("IMAGE", "image/jpeg", 0, "media_size", "empty"),
        ],
    )
    def test_is_refused(self, kind, content_type, size, code, said):
        (problem,) = problems(kind, content_type=content_type, size=size)

        assert (problem.code.value, problem.where) == (code, "header")
        assert (problem.start, problem.end) == (0, len(URL))
        assert problem.severity is Severity.ERROR
        assert said in problem.message

    @pytest.mark.parametrize(
        ("look", "code"),
        [
            ({"content_type": None}, "media_unchecked"),
            ({"content_type": "application/octet-stream"}, "media_unchecked"),
            ({"size": None}, "media_unchecked"),
            ({"final_url": "http://acme.example/file"}, "media_insecure"),
        ],
    )
    def test_is_doubted(self, look, code):
        (problem,) = problems("IMAGE", **look)

        assert (problem.code.value, problem.severity) == (code, Severity.WARNING)

    def test_of_a_rehearsal_needs_no_secure_connection(self):
        assert problems("IMAGE", final_url="http://127.0.0.1:8801/a.jpg", vouched=True) == ()


class TestAFileThatCouldNotBeLookedAt:
    @pytest.mark.parametrize("fault", MediaFault)
    def test_is_refused_with_what_to_do(self, fault):
        header = MediaHeader(MediaKind.IMAGE, URL)

        (problem,) = media_problems(header, MediaError(fault, advice="Do this."))

        warns = fault is MediaFault.NO_HEAD
        assert problem.severity is (Severity.WARNING if warns else Severity.ERROR)
        assert problem.message == "Do this."
        assert problem.where == "header"

    def test_is_refused_whatever_the_reason(self):
        (problem,) = media_problems(
            MediaHeader(MediaKind.IMAGE, URL), OutsideUnavailable("x", advice="Try again.")
        )

        assert problem.code.value == "media_unreachable"
