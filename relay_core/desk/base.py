"""What every part of the front desk works with: settings, the file, the outside, and the clock."""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from threading import Lock

from relay_core.desk.lanes import SignedIn, pace_of
from relay_core.gateways.sunco import SunshineConversations, sunshine_conversations
from relay_core.gateways.talk_text import TalkText, talk_text
from relay_core.gateways.zendesk import Zendesk, zendesk
from relay_core.settings import Settings
from relay_core.store.database import Database


class Desk:
    """The ground that all parts stand on."""

    def __init__(
        self, settings: Settings, *, database: Database, now: Callable[[], datetime]
    ) -> None:
        """Use `relay_core.relay.open_relay`.

        Args:
            settings: Validated.
            database: The open file.
            now: The clock, with a time zone.
        """
        self.settings = settings
        self._database = database
        self._now = now
        self._exchanging = Lock()
        self._signed_in = SignedIn(settings)

    def _sign_in_with(self, settings: Settings) -> None:
        """Use these settings, and their credentials for every request from now on."""
        self._signed_in.use(settings)
        self.settings = settings

    @cached_property
    def _zendesk(self) -> Zendesk:
        return zendesk(
            self.settings.account(),
            timeout_s=self.settings.read_timeout_s,
            auth=self._signed_in.zendesk,
        )

    @cached_property
    def _sunco(self) -> SunshineConversations:
        return sunshine_conversations(
            self.settings.account(),
            timeout_s=self.settings.read_timeout_s,
            auth=self._signed_in.sunco,
        )

    @cached_property
    def _talk(self) -> TalkText:
        return talk_text(
            self.settings.account(),
            timeout_s=self.settings.read_timeout_s,
            auth=self._signed_in.zendesk,
        )

    def pace_of(self, lane: str) -> float:
        """Return the messages per second that may leave on a lane."""
        return pace_of(self.settings, lane)

    def _hang_up(self) -> None:
        """Close the connections that were opened."""
        for name in ("_zendesk", "_sunco", "_talk", "_custom_objects"):
            if name in self.__dict__:
                self.__dict__[name].close()
