"""Faults: how they are set, and what a caller then meets."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.sandbox.faults import Faults, FaultsError, Scope
from tests.sandbox.stage import APP, sms, stage


class TestMerging:
    def test_keeps_what_is_not_named(self) -> None:
        faults = Faults().merged({"webhooks": {"duplicates": 0.5}}).merged({"latency_ms": 20})

        assert (faults.latency_ms, faults.webhooks.duplicates) == (20, 0.5)
        assert faults.webhooks.retry_s == Faults().webhooks.retry_s

    def test_replaces_the_mix_as_a_whole(self) -> None:
        faults = Faults().merged({"error_mix": {"429": 0.5}}).merged({"error_mix": {}})

        assert faults.error_mix == {}

    def test_gives_back_what_can_be_posted_again(self) -> None:
        faults = Faults().merged({"error_mix": {"502": 0.1}, "scope": "all"})

        assert Faults().merged(faults.as_json()) == faults
        assert faults.scope is Scope.ALL

    @pytest.mark.parametrize(
        "changes",
        [
            {"latency": 1},
            {"latency_ms": -1},
            {"latency_ms": True},
            {"latency_ms": "1"},
            {"error_mix": {"200": 0.1}},
            {"error_mix": {"never": 0.1}},
            {"error_mix": {"429": 0.7, "502": 0.7}},
            {"error_mix": [429]},
            {"scope": "some"},
            {"webhooks": 1},
            {"webhooks": {"loss": 1}},
            {"phones": {"failure": 2}},
            {"phones": {"failure": None}},
        ],
    )
    def test_refuses_what_makes_no_sense(self, changes) -> None:
        with pytest.raises(FaultsError):
            Faults().merged(changes)

    @given(
        st.dictionaries(
            st.sampled_from(["latency_ms", "error_mix", "scope", "webhooks", "phones", "other"]),
            st.recursive(
                st.none() | st.booleans() | st.floats() | st.text(),
                lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
                max_leaves=5,
            ),
        )
    )
    def test_raises_nothing_else(self, changes) -> None:
        with suppress(FaultsError):
            assert Faults().merged(changes)

    @given(st.floats(min_value=0, max_value=1, exclude_max=True))
    def test_makes_each_fault_as_likely_as_told(self, chance) -> None:
        faults = Faults().merged({"error_mix": {"429": 0.25, "502": 0.5}})

        drawn = faults.drawn(chance)

        assert drawn == ("429" if chance < 0.25 else "502" if chance < 0.75 else None)


class TestAnAnswer:
    def test_429_takes_no_message_and_only_sometimes_says_how_long(self) -> None:
        with stage() as running:
            running.set_faults(error_mix={"429": 1})
            answers = [running.send(sms()) for _ in range(30)]
            shown = running.sent()

        named = [each for each in answers if "Retry-After" in each.headers]
        assert {each.status_code for each in answers} == {429}
        assert 0 < len(named) < 30
        assert answers[0].json()["error"]["code"] == "too_many_requests"
        assert shown == []

    def test_502_is_a_page_of_the_proxy_and_takes_no_message(self) -> None:
        with stage() as running:
            running.set_faults(error_mix={"502": 1})
            answer = running.send(sms())
            shown = running.sent()

        assert answer.status_code == 502
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "502 Bad Gateway" in answer.text
        assert shown == []

    def test_never_comes_though_the_message_left(self) -> None:
        with stage() as running:
            running.set_faults(error_mix={"accept_then_timeout": 1})
            with pytest.raises(httpx.ReadTimeout):
                running.client.post(f"{APP}/notifications", json=sms(), timeout=0.2)
            shown = running.sent()

        assert len(shown) == 1

    def test_ends_in_a_dropped_connection_after_the_hold(self) -> None:
        with stage() as running:
            running.set_faults(error_mix={"accept_then_timeout": 1}, hold_s=0.1)
            with pytest.raises(httpx.RemoteProtocolError):
                running.send(sms())
            shown = running.sent()

        assert len(shown) == 1

    def test_comes_late_though_the_message_was_taken_on_arrival(self) -> None:
        with stage() as running, ThreadPoolExecutor() as pool:
            running.set_faults(latency_ms=400)
            began = time.monotonic()
            answers = list(pool.map(lambda _: running.send(sms()), range(5)))
            took_s = time.monotonic() - began
            taken = [each["received_at"] for each in running.sent()]

        assert {each.status_code for each in answers} == {201}
        assert 0.4 <= took_s < 1.5
        assert max(taken) - min(taken) < 0.35

    def test_strikes_only_sends_unless_told_otherwise(self) -> None:
        with stage() as running:
            running.set_faults(error_mix={"503": 1})
            spared = running.client.get(f"{APP}/webhooks")
            running.set_faults(scope="all")
            struck = running.client.get(f"{APP}/webhooks")
            controls = running.client.get("/_sandbox/state")

        assert [spared.status_code, struck.status_code, controls.status_code] == [200, 503, 200]

    def test_uses_the_words_of_its_api(self) -> None:
        with stage() as running:
            running.set_faults(error_mix={"403": 1}, scope="all")
            v1 = running.client.post(f"{APP}/notifications")
            v2 = running.client.get("/sc/v2/apps/x/integrations")
            zendesk = running.client.post("/api/v2/tickets.json")

        assert v1.json()["error"]["code"] == "forbidden"
        assert v2.json()["errors"][0]["code"] == "forbidden"
        assert zendesk.json() == {"error": "Forbidden", "description": "Forbidden"}
