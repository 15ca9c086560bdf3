"""The trigger that texts: what is wanted, and every way in which one can be wrong."""

import pytest

from relay_core.delivery.talk_trigger import check_lines, steps, wanted_trigger
from relay_core.gateways.talk_records import PhoneLine, Trigger

LINE = PhoneLine.model_validate(
    {
        "id": 17,
        "number": "+33757690000",
        "nickname": "SMS France",
        "capabilities": {"sms": True},
        "sms_enabled": True,
    }
)
CREATION = {"field": "update_type", "operator": "is", "value": "Create"}
TEXT = {
    "field": "notification_sms_user",
    "value": ["requester_id", "17", "{{ticket.latest_public_comment}}"],
}
REMOVAL = {"field": "remove_tags", "value": "relay_sms"}


def tags(value, operator="includes"):
    return {"field": "current_tags", "operator": operator, "value": value}


def trigger(**changes):
    wanted = wanted_trigger(17, number="+33757690000")
    return Trigger.model_validate({"id": 1, **wanted, **changes})


def conditions(*every, any_=()):
    return {"all": list(every), "any": list(any_)}


def faults(*triggers, line=LINE):
    (check,) = check_lines([line], list(triggers))
    return check.faults


class TestALine:
    def test_is_ready_with_the_trigger_as_it_is_wanted(self):
        (check,) = check_lines([LINE], [trigger()])

        assert (check.is_ready, check.trigger_id, check.lane) == (True, 1, "talk:17")

    def test_is_ready_with_a_requester_as_older_accounts_write_it(self):
        text = {**TEXT, "value": ["user('requester_id')", 17, TEXT["value"][2]]}

        assert faults(trigger(actions=[text, REMOVAL])) == ()

    def test_is_not_ready_without_a_trigger_and_says_how_to_make_it(self):
        (check,) = check_lines([LINE], [])

        assert check.needs_trigger
        assert "relay talk setup --number 17" in check.faults[0]

    def test_is_not_ready_while_texting_is_switched_off(self):
        line = LINE.model_copy(update={"sms_enabled": False})

        (said,) = faults(trigger(), line=line)

        assert "switched off" in said

    @pytest.mark.parametrize(
        "changes",
        [{"capabilities": {"sms": False}}, {"line_type": "digital"}],
        ids=["for calls alone", "no phone"],
    )
    def test_is_none_when_it_cannot_text(self, changes):
        line = PhoneLine.model_validate({**LINE.model_dump(), **changes})

        assert check_lines([line], [trigger()]) == []

    @pytest.mark.parametrize(
        ("changes", "word"),
        [
            ({"active": False}, "not active"),
            ({"conditions": conditions(CREATION, tags("relay_line_17"))}, "the tag relay_sms"),
            # it would text whatever an agent answers later
            (
                {"conditions": conditions(tags("relay_sms"), tags("relay_line_17"))},
                "more than new tickets",
            ),
            (
                {
                    "conditions": conditions(
                        CREATION,
                        tags("relay_sms"),
                        tags("relay_line_17"),
                        {"field": "group_id", "operator": "is", "value": "9"},
                    )
                },
                "further conditions (group_id)",
            ),
            (
                {"actions": [{**TEXT, "value": ["current_user", "17", TEXT["value"][2]]}, REMOVAL]},
                "somebody else",
            ),
            (
                {"actions": [{**TEXT, "value": ["requester_id", "18", TEXT["value"][2]]}, REMOVAL]},
                "another number",
            ),
            ({"actions": [{**TEXT, "value": ["requester_id", "17", "Hi"]}, REMOVAL]}, "its text"),
            ({"actions": [{**TEXT, "value": "requester_id"}, REMOVAL]}, "incomplete"),
            # a follow-up of a closed ticket has its tags
            ({"actions": [TEXT]}, "does not take"),
            ({"actions": [REMOVAL, TEXT]}, "before the text leaves"),
        ],
    )
    def test_is_not_ready_with_a_trigger_that_does_something_else(self, changes, word):
        (said,) = faults(trigger(**changes))

        assert word in said
        assert "Relay: text the requester" in said

    def test_is_not_ready_when_another_trigger_would_text_the_same_people_again(self):
        other = trigger(
            id=2, title="Old one", conditions=conditions(CREATION, tags("vip relay_sms"))
        )

        (said,) = faults(trigger(), other)

        assert "more than once" in said
        assert "Old one" in said

    @pytest.mark.parametrize(
        "elsewhere",
        [
            conditions(tags("outgoing_sms")),
            conditions(tags("relay_sms"), tags("relay_line_18")),
            conditions(tags("relay_sms", "not_includes"), CREATION),
            conditions(tags("relay_sms"), {**CREATION, "value": "Change"}),
        ],
    )
    def test_does_not_mind_triggers_for_other_tickets(self, elsewhere):
        assert faults(trigger(), trigger(id=2, conditions=elsewhere)) == ()

    def test_tells_which_triggers_write_an_e_mail_to_the_same_people(self):
        mail = {
            "title": "Notify requester",
            "actions": [{"field": "notification_user", "value": ["requester_id", "a", "b"]}],
        }
        warned = trigger(id=2, **mail, conditions=conditions(CREATION))
        spared = trigger(
            id=3, **mail, conditions=conditions(CREATION, tags("relay_sms", "not_includes"))
        )

        (check,) = check_lines([LINE], [trigger(), warned, spared])

        assert check.also_mailed == ("Notify requester",)


def test_a_person_can_make_the_trigger_by_hand():
    said = steps(17, number="+33757690000")

    for needed in ("relay_sms", "relay_line_17", "{{ticket.latest_public_comment}}"):
        assert needed in said
