"""The check against Zendesk as pages show it: begun, watched, cancelled, resumed, compared."""

import httpx
import pytest
import streamlit as st

from pages._runtime import close_desk, control_desk
from relay_core.audience.comparing.proof import ProofState
from relay_core.audience.conditions.definition import (
    ByConditions,
    ByQuery,
)
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree
from relay_core.relay import open_relay
from relay_core.serving import rehearsal_world
from relay_core.settings import Settings
from tests.pages.audience_drawn import EVERYBODY, keys, metrics, show, shown, spoken, tagged
from tests.pages.conftest import opened


@pytest.fixture(scope="module")
def world():
    """A stand-in world of its own, for people in it change here."""
    with rehearsal_world(people=60) as url:
        yield url


@pytest.fixture(scope="module")
def mirror(world, tmp_path_factory):
    """A mirror of it, made once."""
    folder = tmp_path_factory.mktemp("small")
    small = open_relay(Settings.load(data_dir=folder, sandbox_url=world))
    small.sync_people()
    small.close()
    return (folder / "relay.duckdb").read_bytes()


@pytest.fixture
def small(world, mirror, tmp_path, monkeypatch):
    """The front desk over that mirror, used by the pages of this test."""
    (tmp_path / "relay.duckdb").write_bytes(mirror)
    monkeypatch.setenv("RELAY_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("RELAY_SANDBOX_URL", world)
    st.cache_resource.clear()
    close_desk()
    yield control_desk().relay
    st.cache_resource.clear()
    close_desk()
    httpx.post(f"{world}/_sandbox/faults", json={"latency_ms": 0, "error_mix": {}})


def changed(world, **user):
    answer = httpx.post(f"{world}/_sandbox/people", json={"users": [user]}).raise_for_status()
    return answer.json()["users"][0]["id"]


def proof_of(page):
    (proof,) = page.session_state["audience_proofs"].values()
    return proof


def finished(page, desk, eventually):
    """Wait for the check, then draw the page as its timer would."""
    proof = proof_of(page)
    eventually(lambda: desk.proof_progress(proof).state is not ProofState.RUNNING)
    return page.run()


class TestTheCheckAgainstZendesk:
    def test_begins_only_when_told(self, small):
        assert small.people_counts()["end_users"]

        page = shown(EVERYBODY)

        assert not page.session_state["audience_proofs"]
        assert "both answers are compared" in spoken(page)

    def test_says_that_both_agree(self, small, eventually):
        page = shown(tagged("vip"))

        page.button(key="a_proof_start").click().run()
        finished(page, small, eventually)

        found = small.proof_result(proof_of(page))
        assert not page.exception
        assert page.success[0].value == found.sentence
        assert "Zendesk and the mirror agree" in spoken(page)
        assert page.code[0].value == found.queries[0]

    def test_names_who_is_in_one_answer_only_and_why(self, small, world, eventually):
        new = changed(world, name="Nora New", role="end-user", tags=["both"])
        page = shown(tagged("both"))

        page.button(key="a_proof_start").click().run()
        finished(page, small, eventually)

        assert not page.exception
        assert metrics(page)["Only in Zendesk"] == 1
        (there,) = (each.value for each in page.dataframe if "Likely reason" in each.value)
        assert there.to_dict("records") == [
            {
                "Name": "Nora New",
                "Likely reason": "Created in Zendesk since the last sync",
                "Id": str(new),
            }
        ]
        assert metrics(page)["Matched"] == 1

    def test_opens_whoever_was_clicked_on_the_page_of_one_person(self, small, world, eventually):
        small.save_segment("Both", tagged("apart"), actor="Ana")
        new = changed(world, name="Nina Newer", role="end-user", tags=["apart"])
        page = opened("audiences.py", segment="Both")
        page.button(key="audience_proof_start").click().run()
        finished(page, small, eventually)

        page.session_state["audience_proof_there"] = {
            "selection": {"rows": [], "columns": [], "cells": [[0, "Name"]]}
        }
        page.run()

        assert not page.exception
        assert page.title[0].value == "Person"
        assert page.header[0].value == "Nina Newer"
        assert page.query_params["person"] == str(new)
        assert "tags include apart" in spoken(page)

    def test_can_be_watched_cancelled_and_gone_on_with(self, small, world, eventually):
        httpx.post(f"{world}/_sandbox/faults", json={"latency_ms": 300, "scope": "all"})
        page = shown(EVERYBODY)
        page.button(key="a_proof_start").click().run()
        assert "a_proof_cancel" in keys(page.button)

        page.button(key="a_proof_cancel").click().run()
        assert page.button(key="a_proof_cancel").disabled
        finished(page, small, eventually)
        assert "What was fetched until then is kept." in spoken(page)
        page.button(key="a_proof_resume").click().run()
        finished(page, small, eventually)

        assert not page.exception
        assert "fetched." in page.success[0].value

    def test_that_fails_is_advice_and_can_be_begun_anew(self, small, world, eventually):
        httpx.post(f"{world}/_sandbox/faults", json={"error_mix": {"403": 1.0}, "scope": "all"})
        page = shown(EVERYBODY)
        page.button(key="a_proof_start").click().run()
        finished(page, small, eventually)
        assert small.proof_progress(proof_of(page)).advice
        assert page.error
        httpx.post(f"{world}/_sandbox/faults", json={"error_mix": {}})

        page.button(key="a_proof_start").click().run()
        finished(page, small, eventually)

        assert not page.error
        assert "fetched." in page.success[0].value

    def test_is_not_offered_for_what_only_the_mirror_knows(self, small):
        assert small.people_counts()["end_users"]

        page = shown(ByConditions(ConditionTree(all=(Condition("phone", Op.IS_SHARED),))))

        assert "a_proof_start" not in keys(page.button)
        assert "nothing to check it with" in spoken(page)

    def test_of_a_query_that_conditions_cannot_say_has_nothing_to_compare(self, small, eventually):
        page = shown(ByQuery("role:end-user anna"))

        page.button(key="a_proof_start").click().run()
        finished(page, small, eventually)

        assert not page.exception
        assert "the mirror has no answer of its own" in spoken(page)

    def test_of_another_audience_is_another_one(self, small, eventually):
        page = shown(tagged("vip"))
        page.button(key="a_proof_start").click().run()
        finished(page, small, eventually)

        show(page, tagged("newsletter"))

        assert not page.success
        assert "a_proof_start" in keys(page.button)
