"""The account's triggers: kept as Zendesk keeps them, and what they make of a ticket."""

import pytest

from relay_core.sandbox.clock import Clock
from relay_core.sandbox.messaging.triggers import Triggers
from tests.sandbox.small_account import account_of, user
from tests.sandbox.stage import START

TEXT = {
    "field": "notification_sms_user",
    "value": ["requester_id", "18", "{{ticket.latest_public_comment}}"],
}


def condition(field, operator, value):
    return {"field": field, "operator": operator, "value": value}


def trigger(*every, any_=(), actions=(TEXT,), **more):
    return {
        "title": "Mine",
        "conditions": {"all": list(every), "any": list(any_)},
        "actions": list(actions),
        **more,
    }


def texts(*made, tags=("vip",), comment="Hello", is_new=True):
    kept = Triggers(Clock(START, 1))
    for each in made:
        kept.add(each)
    found = kept.texts_for({"tags": list(tags), "status": "open"}, comment=comment, is_new=is_new)
    return [(order.line_id, order.text) for order in found]


class TestATrigger:
    @pytest.mark.parametrize(
        ("every", "fires"),
        [
            (condition("current_tags", "includes", "vip gold"), True),  # any of them
            (condition("current_tags", "includes", "gold"), False),
            (condition("current_tags", "not_includes", "gold"), True),
            (condition("update_type", "is", "Create"), True),
            (condition("update_type", "is", "Change"), False),
            (condition("status", "is_not", "solved"), True),
            (condition("comment_is_public", "is", "true"), True),
            (condition("satisfaction_score", "is", "good"), False),  # not played
        ],
    )
    def test_acts_when_its_conditions_hold(self, every, fires):
        assert bool(texts(trigger(every))) is fires

    def test_needs_one_of_any_as_well(self):
        vip, gold = (condition("current_tags", "includes", tag) for tag in ("vip", "gold"))

        assert texts(trigger(vip, any_=[gold])) == []
        assert texts(trigger(vip, any_=[gold, vip])) == [("18", "Hello")]

    def test_rests_while_it_is_not_active(self):
        assert texts(trigger(condition("status", "is", "open"), active=False)) == []

    def test_that_takes_a_tag_off_leaves_nothing_to_later_ones(self):
        vip = condition("current_tags", "includes", "vip")
        removal = {"field": "remove_tags", "value": "vip"}

        assert len(texts(trigger(vip, actions=[TEXT, removal]), trigger(vip))) == 1
        assert len(texts(trigger(vip), trigger(vip))) == 2


class TestTheEndpoint:
    @pytest.fixture
    def account(self):
        return account_of({"users": [user("Ann", id=50)]})

    def test_keeps_changes_and_deletes(self, account):
        body = {"trigger": trigger(condition("status", "is", "open"))}
        made = account.ask("POST", "/api/v2/triggers", json=body)
        path = f"/api/v2/triggers/{made.json()['trigger']['id']}"
        changed = account.ask("PUT", path, json={"trigger": {"active": False}})

        assert made.status_code == 201
        assert changed.json()["trigger"] == account.get(path)["trigger"]
        assert not account.get(path)["trigger"]["active"]
        assert account.ask("DELETE", path).status_code == 204
        assert account.ask("GET", path).status_code == 404

    def test_lists_in_pages_and_by_activity(self, account):
        page = account.get("/api/v2/triggers", **{"page[size]": 2})
        resting = account.get("/api/v2/triggers", active="false")

        assert len(page["triggers"]) == 2
        assert page["meta"]["has_more"]
        assert resting["triggers"] == []

    @pytest.mark.parametrize("missing", ["title", "conditions", "actions"])
    def test_refuses_what_is_not_whole(self, account, missing):
        whole = trigger(condition("status", "is", "open"))
        body = {"trigger": {k: v for k, v in whole.items() if k != missing}}

        assert account.ask("POST", "/api/v2/triggers", json=body).status_code == 422


def test_tickets_are_found_by_their_external_id():
    account = account_of({"users": [user("Ann", id=50)]})
    for name in ("relay-1-1", "relay-1-2"):
        body = {"ticket": {"comment": {"body": "Hi"}, "external_id": name}}
        account.ask("POST", "/api/v2/tickets", json=body)

    found = account.get("/api/v2/tickets", external_id="relay-1-2")["tickets"]

    assert [each["external_id"] for each in found] == ["relay-1-2"]
