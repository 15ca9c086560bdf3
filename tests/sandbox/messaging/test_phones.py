"""Phones: which fail, which answer, and what STOP does."""

from hypothesis import given
from hypothesis import strategies as st

from relay_core.sandbox.faults import PhoneHabits
from relay_core.sandbox.messaging.integrations import MESSAGEBIRD, TWILIO, WHATSAPP, Channel
from relay_core.sandbox.messaging.phones import Phones, Wish, is_plausible, wish
from tests.sandbox.stage import PHONE, receiving, sms, stage, until

NUMBERS = [f"+336{number:08}" for number in range(20_000)]
USUAL = PhoneHabits()


class TestAPhone:
    def test_fails_for_about_two_in_a_hundred(self) -> None:
        phones = Phones(seed=7)

        failing = [each for each in NUMBERS if phones.failure(each, Channel.WHATSAPP, USUAL)]

        assert 0.015 < len(failing) / len(NUMBERS) < 0.025

    def test_answers_for_about_three_in_a_hundred_and_stops_for_fewer(self) -> None:
        phones = Phones(seed=7)

        answers = [answer for each in NUMBERS if (answer := phones.reply(each, USUAL))]

        assert 0.028 < len(answers) / len(NUMBERS) < 0.038
        assert 0.001 < answers.count("STOP") / len(NUMBERS) < 0.005

    def test_behaves_the_same_every_time(self) -> None:
        habits = PhoneHabits(failure=0.5, reply=0.5)

        first, second = (
            [(Phones(seed=7).failure(each, Channel.TWILIO, habits)) for each in NUMBERS[:200]]
            for _ in range(2)
        )

        assert first == second

    def test_behaves_differently_in_another_world(self) -> None:
        habits = PhoneHabits(failure=0.5)

        one, other = (
            [Phones(seed=seed).failure(each, Channel.TWILIO, habits) for each in NUMBERS[:200]]
            for seed in (7, 8)
        )

        assert one != other

    def test_fails_when_its_number_cannot_exist(self) -> None:
        refusal = Phones(seed=7).failure("+00000000", Channel.TWILIO, PhoneHabits(failure=0))

        assert refusal is not None
        assert refusal.code == 21211

    @given(st.text())
    def test_may_have_any_text_for_a_number(self, number) -> None:
        plausible = is_plausible(number, Channel.TWILIO)

        assert not plausible or number.startswith("+")


class TestAWish:
    @given(st.sampled_from(["STOP", "stop", " Unsubscribe\n", "QUIT", "end", "Cancel", "stopall"]))
    def test_to_stop_is_one_word_alone(self, text) -> None:
        assert wish(text) is Wish.STOP

    def test_to_start_again_is_one_word_alone(self) -> None:
        assert wish("start") is Wish.START

    def test_is_not_read_into_a_sentence(self) -> None:
        assert wish("Please stop by tomorrow") is Wish.TALK


class TestStop:
    def test_blocks_an_sms_line_until_start(self) -> None:
        with stage() as running:
            for text in (None, "STOP", "START"):
                if text:
                    said = {"destination": PHONE, "text": text}
                    running.client.post("/_sandbox/replies", json=said).raise_for_status()
                running.send(sms(text or "first"))
            accepted = running.client.get("/_sandbox/accepted").json()
            shown = [each["text"] for each in running.sent()]

        assert [each["failure"] for each in accepted] == [None, 21610, None]
        assert shown == ["first", "START"]

    def test_leaves_the_other_senders_alone(self) -> None:
        with stage() as running:
            running.send(sms())
            running.client.post("/_sandbox/replies", json={"destination": PHONE, "text": "STOP"})
            running.send(sms(integration_id=MESSAGEBIRD.id))
            shown = running.sent()

        assert [each["integration_id"] for each in shown] == [TWILIO.id, MESSAGEBIRD.id]


class TestFreeTextOnWhatsApp:
    def test_passes_only_within_a_day_of_a_reply(self) -> None:
        with stage() as running:
            text = sms(integration_id=WHATSAPP.id)
            said = {"destination": PHONE, "text": "Hi", "integration_id": WHATSAPP.id}
            running.send(text)
            running.client.post("/_sandbox/replies", json=said)
            running.send(text)
            running.client.post("/_sandbox/clock", json={"advance_s": 86_400})
            running.send(text)
            accepted = running.client.get("/_sandbox/accepted").json()

        assert [each["failure"] for each in accepted] == [131047, None, 131047]


class TestALongText:
    def test_fails_on_twilio(self) -> None:
        with stage() as running:
            running.send(sms("x" * 1601))
            accepted = running.client.get("/_sandbox/accepted").json()

        assert accepted[0]["failure"] == 21617


class TestAnAnswerOfItsOwnAccord:
    def test_follows_the_message(self) -> None:
        with receiving() as receiver, stage() as running:
            running.set_faults(phones={"stop": 1})
            running.listen(receiver.url, ["message:appUser"])
            running.send(sms())
            until(lambda: bool(receiver.bodies))

        assert receiver.bodies[0]["messages"][0]["text"] == "STOP"
