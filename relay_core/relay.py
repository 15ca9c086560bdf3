"""The front desk: one method for each thing a person can do, gathered from the parts of `desk/`.

Pages call it in the owner's process, commands through `relay_core.control`, notebooks directly;
so arguments and answers are values that survive JSON.
"""

import secrets
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread
from typing import Final

from relay_core.campaigns.freezing import discard_unfinished
from relay_core.delivery.heard import Reply, read_event
from relay_core.delivery.receipts import record
from relay_core.delivery.recording import recover
from relay_core.delivery.unread import keep_unread
from relay_core.desk.access import AccessDesk
from relay_core.desk.across import AcrossDesk
from relay_core.desk.facts import FactDesk
from relay_core.desk.gates import policy_of
from relay_core.desk.operations import OperationsDesk
from relay_core.desk.privacy import PrivacyDesk
from relay_core.desk.reports import ReportDesk
from relay_core.desk.rules import RuleDesk
from relay_core.desk.setting_up import SetupDesk
from relay_core.desk.settling import SettlingDesk
from relay_core.errors import ConfigurationError, RelayError
from relay_core.log import log
from relay_core.people.pseudonyms import keep_key
from relay_core.people.settled import keep_by
from relay_core.settings import Settings
from relay_core.store.account import check_account
from relay_core.store.compacting import Compacted, compact
from relay_core.store.database import Database, open_database
from relay_core.store.ledger import Session, T
from relay_core.templates.kept.submitting import leave_unconfirmed

_ASK_AGAIN_S: Final = 30.0
_KEY_BYTES: Final = 32
_LONG_OVER: Final = timedelta(minutes=15)
"""What somebody began so long ago and has not ended, nobody ends any more."""
_FORGETFUL: Final = (
    "The file was repaired after a crash, or an older one was put back. It may have forgotten whom "
    "somebody erased and what Zendesk was told."
)
_REPAIRED: Final = (
    "The file was repaired after a crash and may have forgotten the latest messages. Resuming may "
    "repeat some of them. Compare with the channel's own record first."
)


class Relay(
    RuleDesk,
    AcrossDesk,
    ReportDesk,
    FactDesk,
    SettlingDesk,
    PrivacyDesk,
    AccessDesk,
    OperationsDesk,
    SetupDesk,
):
    """Relay, ready to use, in the process that owns the file."""

    def __init__(self, settings: Settings, *, database: Database) -> None:
        """Use `open_relay`."""
        super().__init__(settings, database=database, now=database.now)
        self._closing = Event()
        self._has_begun = Event()

    def start_sending(self, *, own_url: str) -> None:
        """Take up every run under way, and ask for receipts.

        Args:
            own_url: Where this process listens on this machine. During a rehearsal receipts come
                there; from a real account they come to the public address that was set.
        """
        if not self._asked_for_receipts(own_url) or self.settings.ledger_url:
            Thread(target=self._ask_again, args=(own_url,), daemon=True).start()
        self._begin_sending()
        self._watch.start()
        self._tagging.start()
        self._talk_watch.start()
        self._alarm.start()
        self._retention.start()
        self._mirroring.start()
        self._has_begun.set()

    def _asked_for_receipts(self, own_url: str) -> bool:
        try:
            self._ask_for_receipts(own_url)
        except RelayError as error:  # sending does not depend on it; `relay doctor` says more
            log().warning("webhook.not_registered", error=type(error).__name__)
            return False
        return True

    def _ask_again(self, own_url: str) -> None:
        """Until it was possible; with others, again and again: one of them may change the key."""
        is_shared = self.settings.ledger_url is not None
        while not self._closing.wait(_ASK_AGAIN_S):
            if self._asked_for_receipts(own_url) and not is_shared:
                return
            if is_shared and self._database.leads:
                self._tidied_up()

    def _tidied_up(self) -> None:
        try:
            _tidy_up(self._database)
        except RelayError as error:  # the next look may find the ledger well again
            log().warning("relay.not_tidied", error=type(error).__name__)

    def hear(self, body: bytes) -> bool:
        """Take a webhook's body, already authenticated. False when it is not one of ours."""
        if self._is_own_test(body):
            return True
        now = self._now()
        heard = read_event(body, now=now)
        if heard is None:
            number = self._database.write(lambda session: keep_unread(session, body, now=now))
            log().warning("event.unreadable", bytes=len(body), number=number)
            return False

        def work(session: Session) -> None:
            for each in heard:
                record(session, each, now=now)

        # Whoever reports does not read what it reported: nothing has to follow before the answer.
        self._database.submit(work).result()
        if any(isinstance(each, Reply) and each.wish for each in heard):
            self._tagging.wake()
        return True

    def close(self) -> None:
        """Let nothing new leave, record the answers in flight, and let go of the file."""
        self._closing.set()
        self._proofs.close()
        self._inquiries.close()
        self._alarm.stop()
        self._stop_retention()
        self._stop_mirroring()
        with self._exchanging:
            self._engine.stop()
        self._watch.stop()
        self._tagging.stop()
        self._talk_watch.stop()
        self._database.close()
        self._hang_up()

    def compact(self) -> Compacted:
        """Write the file anew, so that nothing erased is left in it, and close.

        Raises:
            StoreError: It stays as it is.
        """
        return compact(self._database, close=self.close)

    @property
    def has_begun(self) -> bool:
        """Whether what is queued leaves from now on, as far as this process sees to it."""
        return self._has_begun.is_set()

    def hand_over(self, work: Callable[[Database, Callable[[], None]], T]) -> T:
        """Let work have the file, and what closes it; the work closes it in any case."""
        return work(self._database, self.close)

    def unready(self) -> str | None:
        """Return why Relay cannot be used now; None when it can."""
        return "closing" if self._closing.is_set() else self._database.unwell()


def open_relay(settings: Settings) -> Relay:
    """Open the data folder and become the owner of its file.

    What a stopped process left open becomes unknown here, before anything can be sent.

    Raises:
        ConfigurationError: There are several accounts, and it is not said which.
        DataFolderBusy: Another process owns it.
        StoreError: It cannot be used, or it belongs to another account.
    """
    if settings.accounts and settings.alias is None:
        raise ConfigurationError(
            "which account", advice=f"Say which account: {', '.join(settings.accounts)}."
        )
    database = _opened(settings)
    try:
        if database.repaired:
            database.write(_hold_back_repaired)
        if settings.is_connected:
            check_account(database, settings.account_name, folder=settings.ledger_folder)
        database.write(lambda session: keep_key(session, secrets.token_bytes(_KEY_BYTES)))
        if not settings.ledger_url:
            _take_over(database)
        kept_anew = keep_by(database, policy_of(settings).kept_by, now=database.now())
    except BaseException:
        database.close()
        raise
    if kept_anew:
        log().info("people.kept_anew")
    return Relay(settings, database=database)


def _opened(settings: Settings) -> Database:
    if not settings.ledger_url:
        return open_database(settings.database_path)
    from relay_core.store.postgres.replica import open_replica  # noqa: PLC0415 - of the extra `scale`

    return open_replica(settings.database_path, url=settings.ledger_address())


def _take_over(database: Database) -> None:
    """End what a stopped process left open: nobody else is at work on this file."""
    recovered = database.write(lambda session: recover(session, now=database.now()))
    if recovered:
        log().warning("deliveries.recovered_as_unknown", deliveries=recovered)
    _tidy_up(database, all_of_it=True)


def _tidy_up(database: Database, *, all_of_it: bool = False) -> None:
    """Say of plans and submissions that nobody ends any more what became of them.

    Args:
        database: Where they stand.
        all_of_it: Nobody else is at work; else what is long over.
    """
    before = None if all_of_it else database.now() - _LONG_OVER
    discarded = database.write(lambda session: discard_unfinished(session, before=before))
    unconfirmed = database.write(lambda session: leave_unconfirmed(session, before=before))
    if discarded:
        log().warning("runs.discarded_unfinished", runs=discarded)
    if unconfirmed:
        log().warning("templates.left_unconfirmed", templates=unconfirmed)


def _hold_back_repaired(session: Session) -> None:
    session.run("runs.pause_all", note=_REPAIRED)
    session.run("mirroring.hold", why=_FORGETFUL)
