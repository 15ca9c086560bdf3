"""The log: events and ids, never people."""

import io
import json

import pytest

from relay_core.log import configure_log, log


@pytest.fixture
def written():
    stream = io.StringIO()
    configure_log(stream=stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


class FullDisk(io.StringIO):
    """A file on it."""

    def write(self, _text, /):
        raise OSError(28, "No space left on device")


def closed():
    stream = io.StringIO()
    stream.close()
    return stream


class TestTheLog:
    @pytest.mark.parametrize("stream", [FullDisk(), closed()], ids=["full disk", "closed"])
    def test_that_cannot_be_written_stops_nobody(self, stream):
        configure_log(stream=stream)

        assert log().error("outcome.not_written", lane="wa") is None

    def test_is_one_json_object_an_event(self, written):
        log().info("delivery.attempted", delivery=7, run=1, outcome="Accepted")

        event = written()[0]
        assert (event["event"], event["delivery"], event["outcome"]) == (
            "delivery.attempted",
            7,
            "Accepted",
        )

    @pytest.mark.parametrize(
        "leak",
        [
            "+31612345678",
            "0612345678",
            "(06) 12-34 56 78",
            "Hello Clarice, your parcel is late!",
            "clarice@example.com",
            "Bearer abc.def-ghi==",
        ],
    )
    def test_withholds_what_a_careless_call_would_leak(self, written, leak):
        log().info("something.happened", reason=leak)

        assert leak not in json.dumps(written(), ensure_ascii=False)

    def test_tells_where_an_exception_came_from_but_not_what_it_quotes(self, written):
        try:
            int("+31612345678 said hello")
        except ValueError:
            log().error("something.broke", exc_info=True)

        event = written()[0]
        assert event["exception"].startswith("ValueError at ")
        assert "test_log.py" in event["exception"]
        assert "31612345678" not in json.dumps(event)
