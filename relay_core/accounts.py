"""The accounts that one process has open; of one that cannot be opened, why."""

from collections.abc import Callable
from threading import Event, RLock, Thread
from typing import Final

from relay_core.control import ControlDesk
from relay_core.errors import ConfigurationError, RelayError
from relay_core.installation import account_settings
from relay_core.log import log
from relay_core.relay import open_relay
from relay_core.settings import Settings

Alias = str | None
"""What the installation calls an account; None where it has but one, without a name."""
_AGAIN_S: Final = 30.0


class Accounts:
    """All accounts of the installation, each a Relay of its own, side by side."""

    def __init__(self, *, begin: Callable[[ControlDesk], None]) -> None:
        """Read which there are.

        Args:
            begin: Announces an account that has been opened, and lets it send.

        Raises:
            ConfigurationError: The installation's settings are wrong.
        """
        self.common: Final = Settings.load()
        self.aliases: Final[tuple[Alias, ...]] = self.common.accounts or (None,)
        self._desks: dict[Alias, ControlDesk] = {}
        self._refusals: dict[Alias, RelayError] = {}
        self._locks = {alias: RLock() for alias in self.aliases}
        self._begin = begin
        self._has_begun = False
        self._closing = Event()

    def desk(self, alias: Alias) -> ControlDesk:
        """Return an account's front desk, with its control desk; open it if nobody has tried.

        Raises:
            RelayError: It cannot be opened, or there is no such account. Says why.
        """
        if (found := self._desks.get(alias)) is not None:
            return found
        if alias not in self._locks:
            raise ConfigurationError("no such account", advice="There is no such account here.")
        if (refusal := self._refusals.get(alias)) is not None:
            raise refusal
        return self._opened(alias)

    def refusal(self, alias: Alias) -> RelayError | None:
        """Return why an account is not open."""
        try:
            self.desk(alias)
        except RelayError as error:
            return error
        return None

    def open_desks(self) -> dict[Alias, ControlDesk]:
        """Return those that are open."""
        return dict(self._desks)

    def begin(self) -> None:
        """Open all, and let each begin; those that cannot be opened are tried again and again.

        Raises:
            RelayError: None can be opened.
        """
        refusals = [refusal for alias in self.aliases if (refusal := self.refusal(alias))]
        if len(refusals) == len(self.aliases):
            raise refusals[0]
        self._has_begun = True
        for desk in self.open_desks().values():
            self._begin(desk)
        if len(self.aliases) > 1:
            Thread(target=self._keep_trying, name="relay-accounts", daemon=True).start()

    def reopen(self, alias: Alias) -> None:
        """Close an account and open it anew, by its settings as they are now, and let it begin."""
        with self._locks[alias]:
            if (desk := self._desks.pop(alias, None)) is not None:
                desk.withdraw()
                desk.relay.close()
            self._refusals.pop(alias, None)
            desk = self._opened(alias)
            if not self._has_begun:
                self._begin(desk)

    def close(self) -> None:
        """Close all."""
        self._closing.set()
        for alias, lock in self._locks.items():
            with lock:
                if (desk := self._desks.pop(alias, None)) is not None:
                    desk.withdraw()
                    desk.relay.close()

    def _opened(self, alias: Alias) -> ControlDesk:
        with self._locks[alias]:
            if (found := self._desks.get(alias)) is not None:
                return found
            if self._closing.is_set():
                raise RelayError("closing", advice="This Relay ends now. Reload the page later.")
            try:
                settings = account_settings(alias)
                desk = ControlDesk(open_relay(settings), folder=settings.data_dir)
            except RelayError as error:
                if len(self.aliases) > 1:
                    log().warning("account.not_opened", account=alias, error=type(error).__name__)
                    self._refusals[alias] = error
                raise
            except Exception as error:
                if len(self.aliases) == 1:
                    raise
                # What nobody expected of one account takes no other down either.
                log().error("account.broke", account=alias, exc_info=error)
                self._refusals[alias] = RelayError(
                    type(error).__name__,
                    advice="Relay failed to open this account. See its log.",
                )
                raise self._refusals[alias] from error
            self._desks[alias] = desk
            self._refusals.pop(alias, None)
            if self._has_begun:
                self._begin(desk)
            return desk

    def _keep_trying(self) -> None:
        while not self._closing.wait(_AGAIN_S):
            for alias in tuple(self._refusals):
                try:
                    self._opened(alias)
                except RelayError:
                    continue
