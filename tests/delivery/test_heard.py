"""Reading what a webhook brings."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.delivery.heard import read_event
from tests.delivery.world import LANE, NOW, phone


class TestReadingAWebhook:
    def test_understands_a_failure(self):
        body = {
            "trigger": "notification:delivery:failure",
            "version": "v1.1",
            "timestamp": 1693231140.549,
            "notification": {"_id": "n-1"},
            "destination": {
                "type": "whatsapp",
                "integrationId": LANE,
                "destinationId": "31612340000",
            },
            "error": {
                "code": "x",
                "message": "m",
                "underlyingError": {"status": 400, "message": "u"},
            },
            "something": "new",
        }

        heard = read_event(json.dumps(body).encode(), now=NOW)

        assert (heard[0].kind, heard[0].phone, heard[0].reason) == ("failure", phone(0), "u")

    @given(
        st.binary()
        | st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(),
            lambda inner: (
                st.lists(inner)
                | st.dictionaries(
                    st.sampled_from(["trigger", "timestamp", "notification", "messages", "_id"])
                    | st.text(),
                    inner | st.sampled_from(["notification:delivery:user", "message:appUser"]),
                )
            ),
        ).map(lambda value: json.dumps(value).encode())
    )
    def test_never_breaks_on_anything_else(self, body):
        heard = read_event(body, now=NOW)

        assert heard is None or isinstance(heard, list)


class TestAnOddWebhook:
    @pytest.mark.parametrize(
        "oddity",
        [
            {"matchResult": {"conversation": None}},
            {"error": {"code": 17, "underlyingError": "text"}},
            {"timestamp": "2026-03-15T12:00:00Z"},
            {"timestamp": 1e300},
            {"destination": None},
        ],
    )
    def test_is_heard_for_what_can_be_read_of_it(self, oddity):
        event = {
            "trigger": "notification:delivery:user",
            "timestamp": 1773576000.5,
            "notification": {"_id": "n-1"},
        }

        heard = read_event(json.dumps(event | oddity).encode(), now=NOW)

        assert [each.channel_id for each in heard] == ["n-1"]

    def test_of_an_opt_out_is_heard_without_its_source(self):
        event = {
            "trigger": "message:appUser",
            "conversation": {"_id": "c-1"},
            "messages": [{"_id": "m-1", "text": "STOP", "source": None, "received": "soon"}],
        }

        assert read_event(json.dumps(event).encode(), now=NOW)[0].is_stop
