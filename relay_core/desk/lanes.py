"""What senders are given by the settings: at the front desk, and in processes that only send."""

import random
import time
from collections.abc import Callable
from datetime import datetime

import httpx

from relay_core.delivery.pacing import Pacer
from relay_core.delivery.sender import Surroundings
from relay_core.desk.gates import gate_rules
from relay_core.engine.port import Outfit
from relay_core.gateways.channel import Channel
from relay_core.gateways.renewable import RenewableAuth
from relay_core.gateways.sunco import sunshine_channel
from relay_core.gateways.talk import talk_text_channel
from relay_core.gateways.talk_lanes import is_talk
from relay_core.gateways.zendesk_sign_in import signed_in as zendesk_signed_in
from relay_core.options.account import Account
from relay_core.settings import Settings


class SignedIn:
    """What signs requests, by the credentials of the moment."""

    def __init__(self, settings: Settings) -> None:
        """Sign nothing where no account is connected yet."""
        self.settings = settings
        self.zendesk = RenewableAuth()
        self.sunco = RenewableAuth()
        if settings.is_connected:
            self.use(settings)

    def use(self, settings: Settings) -> None:
        """Sign every later request with the credentials of these settings."""
        account = settings.account()
        self.settings = settings
        self.zendesk.renew(zendesk_signed_in(account, timeout_s=settings.read_timeout_s))
        self.sunco.renew(httpx.BasicAuth(*account.sunco_key))

    def read_again(self) -> None:
        """Use the credentials that are set now, where they differ.

        Raises:
            ConfigurationError: They cannot be used; the former ones stay.
        """
        fresh = self.settings.with_new_credentials()
        if self.settings.differing_keys(fresh):
            self.use(fresh)


def pace_of(settings: Settings, lane: str) -> float:
    """Return the messages per second that may leave on a lane."""
    return settings.talk_pace if is_talk(lane) else settings.sunco_pace


def outfit_by(
    settings: Settings,
    *,
    account: Callable[[], Account],
    signed_in: SignedIn,
    clock: Callable[[], datetime],
    has_room: Callable[[], bool] = lambda: True,
) -> Outfit:
    """Return what senders are given.

    Args:
        settings: Those that hold from now on.
        account: Where requests go; asked when a lane begins.
        signed_in: Signs them.
        clock: Gives the time, with a time zone.
        has_room: Whether there is room on the disk to note what would be sent.

    Raises:
        ConfigurationError: The hours of a country cannot be read.
    """

    def channel_of(lane: str) -> Channel:
        timeout_s = settings.send_timeout_s
        if is_talk(lane):
            return talk_text_channel(account(), timeout_s=timeout_s, auth=signed_in.zendesk)
        return sunshine_channel(account(), timeout_s=timeout_s, auth=signed_in.sunco)

    return Outfit(
        channel=channel_of,
        pacer=lambda lane: Pacer(per_second=pace_of(settings, lane), guard_s=settings.pace_guard_s),
        surroundings=Surroundings(
            clock=clock,
            monotonic=time.monotonic,
            dice=random.random,
            max_attempts=settings.max_attempts,
            has_room=has_room,
        ),
        rules=gate_rules(settings),
    )
