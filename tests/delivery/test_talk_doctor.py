"""What the doctor says of Zendesk Talk: who may use it, and which lines can text."""

import pytest

from relay_core.delivery.talk_doctor import ACCESS, TRIGGER, talk_checks
from relay_core.delivery.talk_trigger import wanted_trigger
from relay_core.errors import AccessDenied, NoSuchRecord, OutsideUnavailable
from relay_core.gateways.talk_records import PhoneLine, Trigger
from relay_core.gateways.zendesk_records import AccountSettings, Me
from relay_core.setup.check import Verdict

LINE = PhoneLine(id=17, number="+33757690000", capabilities={"sms": True}, sms_enabled=True)
READY = Trigger.model_validate({"id": 1, **wanted_trigger(17, number=LINE.number)})
MAILING = Trigger.model_validate(
    {
        "id": 2,
        "title": "Notify requester",
        "actions": [{"field": "notification_user", "value": ["requester_id", "", ""]}],
    }
)
CLOSED = AccessDenied("closed", advice="No.")


class Talk:
    """Zendesk Talk with these numbers and triggers; or one that answers with an error."""

    def __init__(self, *triggers, lines=(LINE,), error=None):
        self._triggers, self._lines, self._error = triggers, lines, error

    def lines(self):
        if self._error:
            raise self._error
        return list(self._lines)

    def triggers(self):
        return list(self._triggers)


class Account:
    """An account with or without Talk, and who asks it."""

    def __init__(self, *, role="admin", voice=None):
        self._role, self._voice = role, voice

    def me(self):
        return Me(id=1, email="ann@acme.example", role=self._role)

    def account_settings(self):
        return AccountSettings.model_validate({"active_features": {"voice": self._voice}})


def said(talk, account=None):
    """Return each check by its name; each says in two sentences at most what to do."""
    checks = talk_checks(talk, account=account or Account())
    assert all(check.advice.count(". ") <= 1 and len(check.advice) < 140 for check in checks)
    return {check.name: check for check in checks}


class TestAccess:
    def test_is_in_order_for_an_administrator(self):
        check = said(Talk(READY))[ACCESS]

        assert (check.verdict, check.found) == (
            Verdict.OK,
            "open to an administrator, ann@acme.example",
        )

    @pytest.mark.parametrize("talk", [Talk(READY), Talk(error=CLOSED)])
    def test_wants_another_role_than_an_agents(self, talk):
        check = said(talk, Account(role="agent"))[ACCESS]

        assert check.verdict is Verdict.WARNING
        assert check.found == "signed in with the role agent"
        assert "administrators and team leads" in check.advice

    def test_is_given_in_the_admin_center_where_talk_is_closed(self):
        checks = said(Talk(error=CLOSED), Account(voice=True))

        assert list(checks) == [ACCESS]
        assert checks[ACCESS].verdict is Verdict.WARNING
        assert checks[ACCESS].found == "Zendesk Talk is closed to ann@acme.example"
        assert "Products > Talk" in checks[ACCESS].advice

    @pytest.mark.parametrize("error", [CLOSED, NoSuchRecord("404", advice="No.")])
    def test_is_not_missed_by_an_account_without_talk(self, error):
        checks = said(Talk(error=error), Account(voice=False))

        assert [check.verdict for check in checks.values()] == [Verdict.OK]

    def test_is_doubtful_while_zendesk_does_not_answer(self):
        silent = OutsideUnavailable("no answer", advice="Later.")

        [check] = talk_checks(Talk(error=silent), account=Account())

        assert (check.verdict, check.advice) == (Verdict.WARNING, "Later.")


class TestTheLines:
    def test_are_in_order_with_their_triggers(self):
        checks = said(Talk(READY))

        assert checks[TRIGGER].verdict is Verdict.OK
        assert checks[TRIGGER].found == "1 of 1 number of Zendesk Talk ready to text"
        assert not checks[TRIGGER].details

    def test_without_a_trigger_get_it_by_a_press_or_step_by_step(self):
        check = said(Talk())[TRIGGER]

        assert check.verdict is Verdict.WARNING
        assert "relay talk setup" in check.advice
        assert "relay_line_17" not in check.advice
        [by_hand] = check.details
        assert by_hand.startswith("+33757690000, by hand: Admin Center")
        assert "relay_line_17" in by_hand

    def test_with_a_wrong_trigger_are_corrected_by_a_person(self):
        wrong = READY.model_copy(update={"active": False})

        check = said(Talk(wrong))[TRIGGER]

        assert "Correct" in check.advice
        assert [detail.partition(":")[0] for detail in check.details] == [LINE.number]
        assert "it is not active" in check.details[0]

    def test_that_only_speak_are_no_lines(self):
        mute = PhoneLine(id=18, number="+12025550143", capabilities={"sms": False})

        assert said(Talk(lines=(mute,)))[TRIGGER].found == "no number of Zendesk Talk can text"

    def test_whose_tickets_are_mailed_too_are_told_of_once_they_text(self):
        unready, ready = said(Talk(MAILING)), said(Talk(READY, MAILING))

        assert "E-mail beside texts" not in unready
        assert "“Notify requester”" in ready["E-mail beside texts"].found
        assert "none of relay_sms" in ready["E-mail beside texts"].advice
