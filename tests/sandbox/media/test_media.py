"""The files that templates point at, and the ways in which some of them disappoint."""

import io
import time
from collections.abc import Iterator

import httpx
import pytest
from PIL import Image

from relay_core.sandbox.media.shelf import MEGABYTE
from tests.sandbox.stage import stage


@pytest.fixture(scope="module")
def anybody() -> Iterator[httpx.Client]:
    """Give a client without any key: Meta has none either."""
    with stage() as running, httpx.Client(base_url=running.client.base_url) as client:
        yield client


class TestASample:
    @pytest.mark.parametrize(
        ("name", "content_type", "beginning"),
        [
            ("sample.jpg", "image/jpeg", b"\xff\xd8\xff"),
            ("sample.png", "image/png", b"\x89PNG"),
            ("sample.mp4", "video/mp4", b"\0\0\0\x1cftyp"),
            ("sample.pdf", "application/pdf", b"%PDF-1.4"),
        ],
    )
    def test_says_before_what_it_then_is(self, anybody, name, content_type, beginning) -> None:
        told = anybody.head(f"/media/{name}")
        given = anybody.get(f"/media/{name}")

        assert (told.status_code, told.content) == (200, b"")
        assert told.headers["Content-Type"] == given.headers["Content-Type"] == content_type
        assert int(told.headers["Content-Length"]) == len(given.content) < MEGABYTE
        assert given.content.startswith(beginning)

    @pytest.mark.parametrize(("name", "kind"), [("sample.jpg", "JPEG"), ("sample.png", "PNG")])
    def test_is_a_picture_that_others_can_open(self, anybody, name, kind) -> None:
        with Image.open(io.BytesIO(anybody.get(f"/media/{name}").content)) as picture:
            picture.load()

            assert (picture.format, picture.size) == (kind, (320, 160))
            assert len(set(picture.convert("L").tobytes())) > 10

    def test_is_a_document_whose_table_points_at_its_objects(self, anybody) -> None:
        document = anybody.get("/media/sample.pdf").content

        table = int(document.rsplit(b"startxref\n", 1)[1].split()[0])
        places = [int(line[:10]) for line in document[table:].splitlines()[3:9]]

        assert document[table:].startswith(b"xref\n0 7\n")
        assert all(
            document[place:].startswith(b"%d 0 obj" % number)
            for number, place in enumerate(places, start=1)
        )

    def test_is_a_film_of_whole_boxes(self, anybody) -> None:
        film = anybody.get("/media/sample.mp4").content

        kinds = []
        while film:
            size = int.from_bytes(film[:4])
            kinds.append(film[4:8])
            film = film[size:]

        assert kinds == [b"ftyp", b"moov", b"mdat"]


class TestADisappointment:
    def test_is_a_file_of_another_type(self, anybody) -> None:
        told = anybody.head("/media/wrong-type.jpg")

        assert told.headers["Content-Type"].startswith("text/html")

    @pytest.mark.parametrize(
        ("name", "megabytes"), [("too-large.jpg", 6), ("too-large.mp4", 17), ("too-large.pdf", 101)]
    )
    def test_is_a_file_that_claims_to_be_too_large(self, anybody, name, megabytes) -> None:
        told = anybody.head(f"/media/{name}")

        assert int(told.headers["Content-Length"]) == megabytes * MEGABYTE

    def test_is_a_file_that_is_not_there(self, anybody) -> None:
        assert anybody.head("/media/none.jpg").status_code == 404

    def test_is_a_file_that_cannot_be_asked_about(self, anybody) -> None:
        told = anybody.head("/media/no-head.jpg")
        given = anybody.get("/media/no-head.jpg")

        assert (told.status_code, told.headers["Allow"]) == (405, "GET")
        assert given.headers["Content-Type"] == "image/jpeg"

    @pytest.mark.parametrize(
        ("name", "target"),
        [
            ("moved.jpg", "/media/sample.jpg"),
            ("loop.jpg", "/media/loop.jpg"),
            ("to-private.jpg", "http://10.0.0.1/sample.jpg"),
            ("to-metadata.jpg", "http://169.254.169.254/latest/meta-data/"),
            ("to-loopback.jpg", "http://127.0.0.1:1/sample.jpg"),
        ],
    )
    def test_is_a_file_that_is_elsewhere(self, anybody, name, target) -> None:
        told = anybody.head(f"/media/{name}")

        assert (told.status_code, told.headers["Location"]) == (302, target)

    def test_is_a_file_that_nobody_waits_for(self) -> None:
        with stage() as running:
            began = time.monotonic()
            with pytest.raises(httpx.ReadTimeout):
                running.client.head("/media/slow.jpg", timeout=0.2)
            waited_s = time.monotonic() - began

        assert 0.2 <= waited_s < 2
