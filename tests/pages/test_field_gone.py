"""A field that Zendesk lost while a segment asks for it: said everywhere, and nothing is lost."""

import json

import httpx
import pytest
import streamlit as st

from pages._runtime import close_desk, control_desk
from relay_core.audience.conditions.definition import ByConditions, BySegment
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree
from relay_core.campaigns.bindings import FromField, Static
from relay_core.errors import AudienceError
from tests.journeys.programs import sandbox_process
from tests.journeys.town import TEMPLATE, WHATSAPP
from tests.pages.conftest import opened
from tests.sandbox.small_account import ADMIN

GOLD = ByConditions(ConditionTree(all=(Condition("uf.plan", Op.IS_ANY_OF, ("gold",)),)))
ON_GOLD = BySegment("On gold")
VALUES = {"monday": "Tuesday"}
FIELD = {
    "key": "plan",
    "title": "Plan",
    "type": "dropdown",
    "custom_field_options": [{"name": "Gold", "value": "gold"}, {"name": "Tin", "value": "tin"}],
}
ON_PLAN = {1000: "gold", 1001: "gold", 1002: "tin"}
PEOPLE = [
    {"id": id_, "name": f"Person {id_}", "phone": f"+316123{id_:05d}", "user_fields": {"plan": p}}
    for id_, p in ON_PLAN.items()
]
GONE = "the field “uf.plan” does not exist (any more) in Zendesk"


@pytest.fixture
def world(tmp_path):
    """An account of three people and one field."""
    file = tmp_path / "people.json"
    file.write_text(json.dumps({"users": PEOPLE, "user_fields": [FIELD]}), "utf-8")
    with sandbox_process("--people", str(file), "--speed", "20") as running:
        running.client.auth = httpx.BasicAuth(*ADMIN)
        yield running


@pytest.fixture
def desk(world, tmp_path, monkeypatch):
    """The front desk that the pages use, with a segment and a campaign that ask for the field."""
    monkeypatch.setenv("RELAY_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RELAY_SANDBOX_URL", world.url)
    st.cache_resource.clear()
    close_desk()
    desk = control_desk().relay
    desk.sync_people()
    desk.refresh_templates()
    desk.save_segment(ON_GOLD.segment, GOLD, actor="Ana")
    desk.remember_segment(ON_GOLD.segment)
    desk.create_campaign(
        "To gold",
        template_id=desk.template(TEMPLATE).id,
        integration_id=WHATSAPP,
        definition=ON_GOLD,
        bindings={"clarice": FromField("name"), "monday": Static()},
        actor="Ana",
    )
    yield desk
    st.cache_resource.clear()
    close_desk()


@pytest.fixture
def bereft(world, desk):
    """The same, after the field was deleted in Zendesk and people were synced."""
    [field] = world.client.get("/api/v2/user_fields").raise_for_status().json()["user_fields"]
    world.client.delete(f"/api/v2/user_fields/{field['id']}").raise_for_status()
    desk.sync_people()
    return desk


def send(desk):
    return desk.send("To gold", static_values=VALUES, request_id="press", actor="Ana")


def errors_of(page):
    return " ".join(error.value for error in page.error).replace("\\", "")


class TestAFieldThatIsGone:
    def test_is_named_wherever_the_segment_is_used_and_nothing_is_sent(self, bereft, world):
        for use in (
            lambda: bereft.preview_audience(ON_GOLD),
            lambda: bereft.explain_person(ON_GOLD, 1000),
            lambda: bereft.review("To gold", static_values=VALUES),
            lambda: send(bereft),
        ):
            with pytest.raises(AudienceError) as refusal:
                use()

            assert "In the segment “On gold”:" in refusal.value.advice
            assert GONE in refusal.value.advice
        assert bereft.runs() == []
        assert world.sent() == []

    def test_is_named_on_every_page_that_shows_the_segment(self, bereft):
        assert bereft.segment(ON_GOLD.segment)

        listed = opened("segments.py")
        one = opened("segments.py", segment=ON_GOLD.segment)
        person = opened("person.py", person="1000", segment=ON_GOLD.segment)
        builder = opened("audiences.py", segment=ON_GOLD.segment)
        campaign = opened("campaigns.py", campaign="To gold")
        number = bereft.campaign("To gold").id
        campaign.text_input(key=f"text_{number}_monday").set_value("Tuesday")
        campaign.button(key=f"review_{number}").click().run()

        assert not [page for page in (listed, one, person, builder, campaign) if page.exception]
        [row] = listed.dataframe[0].value.to_dict("records")
        assert GONE in row["Who this is"]
        assert all(GONE in errors_of(page) for page in (one, person, campaign))
        marked = " ".join(caption.value for caption in builder.caption).replace("\\", "")
        assert GONE.removeprefix("the ") in marked

    def test_takes_nothing_with_it(self, bereft):
        segment = bereft.segment(ON_GOLD.segment)

        assert segment.definition == GOLD
        assert [version.definition for version in bereft.segment_versions(segment.name)] == [GOLD]
        assert [use.matched for use in bereft.segment_uses(segment.name)] == [2]
        assert bereft.campaign("To gold").definition == ON_GOLD
        assert bereft.people_counts()["end_users"] == len(ON_PLAN)

    def test_serves_again_once_it_is_back(self, bereft, world):
        world.client.post("/api/v2/user_fields", json={"user_field": FIELD}).raise_for_status()
        world.client.post("/_sandbox/people", json={"users": PEOPLE}).raise_for_status()

        bereft.sync_people()

        assert bereft.preview_audience(ON_GOLD).people["id"].to_pylist() == [1000, 1001]
        assert bereft.explain_person(ON_GOLD, 1000).matches
        assert send(bereft).planned == 2
