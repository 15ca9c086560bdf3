"""Talk's lines as integrations, also when Talk cannot be asked."""

from datetime import timedelta

import pytest

from relay_core.delivery.talk_lines import line_checks, talk_senders
from relay_core.delivery.talk_trigger import wanted_trigger
from relay_core.errors import AccessDenied, NoSuchRecord, OutsideUnavailable
from relay_core.gateways.talk_records import PhoneLine, Trigger
from relay_core.templates.kept.refreshing import refresh
from relay_core.templates.kept.senders import senders
from tests.delivery.world import NOW

LINE = PhoneLine(id=17, number="+33757690000", capabilities={"sms": True}, sms_enabled=True)
TRIGGER = Trigger.model_validate({"id": 1, **wanted_trigger(17, number=LINE.number)})


class Talk:
    """An account with one line; or one that answers with an error."""

    def __init__(self, *triggers, error=None):
        self._triggers, self._error = triggers, error

    def lines(self):
        if self._error:
            raise self._error
        return [LINE]

    def triggers(self):
        return list(self._triggers)


class Sunco:
    """An app without any channel."""

    def integrations(self):
        return []


def kept(db, talk, *, days=0):
    refresh(db, service=Sunco(), lines=talk_senders(talk), now=NOW + timedelta(days=days))
    return {sender.id: sender.status for sender in senders(db)}


class TestALine:
    def test_is_an_integration_that_can_be_chosen_with_its_trigger(self, db):
        assert kept(db, Talk(TRIGGER)) == {"talk:17": "active"}

    def test_is_one_that_cannot_be_chosen_without_and_says_why(self, db):
        assert kept(db, Talk()) == {"talk:17": "inactive"}
        assert "No trigger" in senders(db)[0].trouble

    def test_stays_as_it_was_while_talk_does_not_answer(self, db):
        kept(db, Talk(TRIGGER))
        silent = Talk(error=OutsideUnavailable("no answer", advice="Later."))

        assert kept(db, silent, days=1) == {"talk:17": "active"}

    @pytest.mark.parametrize("refusal", [AccessDenied, NoSuchRecord])
    def test_is_gone_once_the_account_has_talk_no_more(self, db, refusal):
        kept(db, Talk(TRIGGER))
        closed = Talk(error=refusal("closed", advice="No."))

        assert kept(db, closed, days=1) == {"talk:17": "gone"}
        assert line_checks(closed) == []

    def test_is_not_looked_at_by_guesswork(self):
        silent = Talk(error=OutsideUnavailable("no answer", advice="Later."))

        with pytest.raises(OutsideUnavailable):
            line_checks(silent)
