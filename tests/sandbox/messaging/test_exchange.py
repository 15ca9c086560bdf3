"""The messaging of a world: what keeps it going, and what becomes known when that ends."""

import asyncio

from relay_core.sandbox.clock import Clock
from relay_core.sandbox.messaging.exchange import Messaging
from tests.sandbox.stage import START


def stumble() -> None:
    raise ZeroDivisionError("the reason")


class TestABug:
    def test_is_logged_at_once_and_the_world_still_ends_in_order(self, caplog) -> None:
        said_before_the_end: list[str] = []

        async def play() -> None:
            messaging = Messaging(Clock(START), 7)
            messaging.start()
            messaging.agenda.after(0, stumble)
            await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()}, timeout=5)
            said_before_the_end.append(caplog.text)
            await messaging.stop()

        asyncio.run(play())

        assert "a bug has stopped the messages of this world" in said_before_the_end[0]
        assert "ZeroDivisionError: the reason" in said_before_the_end[0]


class TestAQuietEnd:
    def test_is_not_worth_a_word(self, caplog) -> None:
        async def play() -> None:
            messaging = Messaging(Clock(START), 7)
            messaging.start()
            await asyncio.sleep(0.01)
            await messaging.stop()

        asyncio.run(play())

        assert not caplog.records
